import io

import numpy as np
from PIL import Image

from hub.rules import augmenting
from hub.rules.augmenting import SIDE_PX, augment
from tests.fixtures.pictures import drawn


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


def test_every_pixel_is_the_nearest_of_a_picture_that_goes_on_at_its_edges():
    """Against edges drawn out by the longest side, of which no corner reaches the end."""
    picture = drawn(299, 140)
    margin = 299
    far = ((margin, margin), (margin, margin), (0, 0))
    endless = Image.fromarray(np.pad(np.asarray(picture), far, mode="edge"))
    for number in range(60):
        draws = augmenting._draws("a", number)
        linear = augmenting._linear(draws)
        middle = np.array(picture.size) / 2
        moved = middle + np.array(picture.size) * 0.1 * np.array(draws[1:3])
        offset = moved + margin - linear @ middle
        expected = endless.transform(
            picture.size,
            Image.Transform.AFFINE,
            (*linear[0], offset[0], *linear[1], offset[1]),
            Image.Resampling.BILINEAR,
        )
        assert np.array_equal(augmenting._warp(picture, draws), expected)


def test_the_draws_stay_within_the_recipe_and_reach_its_ends():
    draws = np.array([augmenting._draws("a", number) for number in range(2000)])
    assert draws.min() < -0.99
    assert 0.99 < draws.max() < 1
    # Zoom and shear at rest leave a rotation, of at most 25 degrees.
    turned = augmenting._linear([1.0, 0, 0, 0, 0, 0, 0, 0])
    assert np.isclose(np.degrees(np.arctan2(turned[1, 0], turned[0, 0])), 25.0)
    zoomed = augmenting._linear([0, 0, 0, 0, 1.0, -1.0, 0, 0])
    assert np.allclose(zoomed, np.diag([1.2, 0.8]))
    sheared = augmenting._linear([0, 0, 0, 1.0, 0, 0, 0, 0])
    assert np.allclose(sheared, [[1, -np.sin(0.2)], [0, np.cos(0.2)]])
    assert np.allclose(augmenting._linear([0, 0, 0, 0, 0, 0, -0.5, 0]), np.diag([-1, 1]))
