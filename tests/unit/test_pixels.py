import io
import tracemalloc
from hashlib import sha256

import numpy as np
import pytest
from PIL import Image, ImageFilter, ImageOps

from hub.rules.pixels import decode_scaled, decode_upright, digest, pixels_sha256, reduce
from hub.rules.publishing import strip
from tests.fixtures.pictures import camera_exif, drawn, encoded


def reduced_digest(content):
    return digest(reduce(decode_scaled(strip(content))))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_picture_and_its_upright_copy_have_equal_pixels(orientation):
    turned = encoded(drawn(601, 403), exif=camera_exif(orientation))
    upright = encoded(ImageOps.exif_transpose(Image.open(io.BytesIO(turned))), "PNG")
    assert pixels_sha256(turned) == pixels_sha256(upright)
    assert reduced_digest(turned) == reduced_digest(upright)


@pytest.mark.parametrize(
    ("sides", "scaled"),
    [
        ((1024, 768), (512, 384)),
        ((1023, 768), (1023, 768)),
        ((2050, 31), (513, 8)),
        ((100, 4096), (13, 512)),
        ((4097, 3), (2049, 2)),
        ((300, 200), (300, 200)),
    ],
)
def test_a_jpeg_is_decoded_as_small_as_its_longest_side_keeps_512_pixels(sides, scaled):
    picture = drawn(*sides)
    assert decode_scaled(strip(encoded(picture))).size == scaled
    assert decode_scaled(strip(encoded(picture, "PNG"))).size == sides


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_scaled_decode_shows_the_same_picture(orientation, mode):
    smooth = drawn(1200, 900).filter(ImageFilter.GaussianBlur(4)).convert(mode)
    stripped = strip(encoded(smooth, quality=95, exif=camera_exif(orientation)))
    whole, scaled = decode_upright(stripped), decode_scaled(stripped)
    assert scaled.size == tuple(side // 2 for side in whole.size)
    apart = np.asarray(whole.reduce(2), dtype=int) - np.asarray(scaled, dtype=int)
    assert np.abs(apart).mean() < 1.5


def test_the_format_plays_no_part():
    png = encoded(drawn(), "PNG")
    webp = encoded(drawn(), "WEBP", lossless=True)
    assert pixels_sha256(png) == pixels_sha256(webp)


def test_one_pixel_makes_another_picture():
    picture = drawn()
    other = picture.copy()
    other.putpixel((3, 4), (0, 255, 0))
    assert pixels_sha256(encoded(picture, "PNG")) != pixels_sha256(encoded(other, "PNG"))


def test_equal_bytes_of_other_shape_are_other_pictures():
    wide, high = Image.new("RGB", (160, 120)), Image.new("RGB", (120, 160))
    assert digest(wide) != digest(high)


def test_a_digest_holds_few_pixels_at_once():
    picture = drawn(1000, 2000)
    whole = sha256(b"RGB 1000x2000\n" + picture.tobytes()).hexdigest()
    tracemalloc.start()
    try:
        assert digest(picture) == whole
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2_000_000


def test_opaque_alpha_is_no_alpha():
    opaque = encoded(drawn().convert("RGBA"), "PNG")
    assert pixels_sha256(opaque) == pixels_sha256(encoded(drawn(), "PNG"))


def test_drawings_on_nothing_are_told_apart():
    first, second = (Image.new("RGBA", (120, 120), (255, 255, 255, 0)) for _ in range(2))
    first.paste((255, 255, 255, 255), (20, 20, 60, 60))
    second.paste((255, 255, 255, 255), (60, 20, 100, 60))
    assert reduced_digest(encoded(first, "PNG")) != reduced_digest(encoded(second, "PNG"))


def test_16_bits_become_the_upper_8():
    values = np.arange(0, 65_536, 4, dtype=np.uint16).reshape(128, 128)
    deep = encoded(Image.fromarray(values), "PNG")
    flat = encoded(Image.fromarray((values >> 8).astype(np.uint8)), "PNG")
    assert pixels_sha256(deep) == pixels_sha256(flat)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((256, 100), (256, 100)),
        ((257, 100), (129, 50)),
        ((1024, 768), (256, 192)),
        ((1025, 768), (205, 154)),
        ((100, 3000), (9, 250)),
    ],
)
def test_the_reduced_copy_has_at_most_256_pixels_a_side(size, expected):
    assert reduce(Image.new("RGB", size)).size == expected
