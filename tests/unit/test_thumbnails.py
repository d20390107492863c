import io

import numpy as np
import pytest
from PIL import Image, ImageOps

from hub.rules.pixels import decode_scaled
from hub.rules.publishing import strip
from hub.rules.thumbnails import thumbnails_of
from tests.fixtures.pictures import camera_exif, drawn, encoded

# The way back from what each orientation does when it is set upright.
AS_STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def opened(content):
    return Image.open(io.BytesIO(content))


def of_file(content):
    return thumbnails_of(decode_scaled(strip(content)))


def mean_difference(first, second):
    pixels = [np.asarray(picture, dtype=int) for picture in (first, second)]
    return np.abs(pixels[0] - pixels[1]).mean()


@pytest.mark.parametrize(
    ("size", "larger", "smaller"),
    [
        ((1024, 768), (299, 224), (100, 75)),
        ((768, 1024), (224, 299), (75, 100)),
        ((300, 300), (299, 299), (100, 100)),
        ((299, 150), (299, 150), (100, 50)),
        ((240, 120), (240, 120), (100, 50)),
        ((100, 90), (100, 90), (100, 90)),
        ((30, 20), (30, 20), (30, 20)),
        ((5000, 4), (299, 1), (100, 1)),
    ],
)
def test_the_aspect_is_kept_and_nothing_is_enlarged(size, larger, smaller):
    thumbnails = thumbnails_of(Image.new("RGB", size))
    assert opened(thumbnails.px_299).size == larger
    assert opened(thumbnails.px_100).size == smaller


def test_they_are_plain_baseline_jpegs():
    for content in vars(of_file(encoded(drawn(700, 500), exif=camera_exif(6)))).values():
        picture = opened(content)
        assert (picture.format, picture.mode) == ("JPEG", "RGB")
        assert "progressive" not in picture.info
        assert not picture.getexif()
        assert b"SecretMaker" not in content


def test_they_show_the_picture():
    picture = drawn(1024, 768)
    thumbnails = thumbnails_of(picture)
    for content in (thumbnails.px_299, thumbnails.px_100):
        shown = opened(content)
        assert mean_difference(shown, picture.resize(shown.size, Image.Resampling.BOX)) < 4


@pytest.mark.parametrize("format", ["PNG", "WEBP"])
def test_all_orientations_of_one_picture_have_equal_thumbnails(format):
    picture = drawn(601, 403)
    lossless = {"lossless": True} if format == "WEBP" else {}
    seen = set()
    for orientation, transpose in AS_STORED.items():
        stored = picture.transpose(transpose) if transpose is not None else picture
        content = encoded(stored, format, exif=camera_exif(orientation), **lossless)
        seen.add(of_file(content))
    assert seen == {thumbnails_of(picture)}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_jpeg_shows_upright(orientation):
    content = encoded(drawn(1601, 1203), exif=camera_exif(orientation), quality=95)
    upright = ImageOps.exif_transpose(opened(content))
    shown = opened(of_file(content).px_299)
    assert shown.size == ((299, 225) if orientation < 5 else (225, 299))
    assert mean_difference(shown, upright.resize(shown.size, Image.Resampling.BOX)) < 4


def test_clear_pixels_are_white():
    clear = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    clear.paste((200, 0, 0, 255), (0, 0, 200, 400))
    shown = opened(thumbnails_of(clear).px_299)
    assert np.abs(np.array(shown.getpixel((250, 150))) - 255).max() < 6
    assert np.abs(np.array(shown.getpixel((50, 150))) - (200, 0, 0)).max() < 6
