import io

import numpy as np
from PIL import Image

from hub.rules.augmenting import SIDE_PX, augment


def derived(content, image_id="a", number=0):
    return np.asarray(Image.open(io.BytesIO(augment(content, image_id=image_id, number=number))))


def test_depends_on_picture_and_number_alone(draw):
    content = draw(1, side=400)
    first = augment(content, image_id="a", number=0)
    assert augment(content, image_id="a", number=0) == first
    assert augment(content, image_id="a", number=1) != first
    assert augment(content, image_id="b", number=0) != first


def test_the_longest_side_is_299_and_the_aspect_is_kept():
    encoded = io.BytesIO()
    Image.new("RGB", (600, 300)).save(encoded, "JPEG")
    assert derived(encoded.getvalue()).shape == (150, SIDE_PX, 3)


def test_what_is_left_open_shows_the_nearest_pixel():
    encoded = io.BytesIO()
    Image.new("RGB", (400, 400), (250, 120, 10)).save(encoded, "PNG")
    for number in range(20):
        pixels = derived(encoded.getvalue(), number=number).astype(int)
        assert np.abs(pixels - (250, 120, 10)).max() <= 6


def test_some_are_mirrored_and_some_are_not():
    """A dark left half stays on the left unless the picture is mirrored."""
    half = np.zeros((300, 300, 3), np.uint8)
    half[:, 150:] = 255
    encoded = io.BytesIO()
    Image.fromarray(half).save(encoded, "PNG")
    left_is_dark = [derived(encoded.getvalue(), number=n)[:, :100].mean() < 128 for n in range(40)]
    assert 8 < sum(left_is_dark) < 32
