import io
import math

import numpy as np
import pytest
from PIL import Image

from hub.rules.boxes import BadBox, Place, clean_place, turn_place
from hub.rules.exif import read_orientation
from hub.rules.jpeg import strip_jpeg
from hub.rules.pixels import decode_upright
from hub.rules.publishing import strip
from hub.rules.turning import ORIENTATIONS, turned
from tests.fixtures.pictures import camera_exif, drawn, encoded


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_box_turns_with_its_picture(orientation):
    """A white block is looked for where the box says, once the picture stands upright."""
    pixels = np.zeros((80, 160, 3), dtype=np.uint8)
    pixels[8:24, 16:64] = 255
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = encoded(Image.fromarray(pixels), "PNG", exif=exif)
    upright = np.asarray(decode_upright(strip(content)).convert("L")) > 128

    place = turn_place(Place(16 / 160, 64 / 160, 8 / 80, 24 / 80), orientation)

    rows, columns = np.nonzero(upright)
    height, width = upright.shape
    assert clean_place(place) == clean_place(
        Place(
            columns.min() / width,
            (columns.max() + 1) / width,
            rows.min() / height,
            (rows.max() + 1) / height,
        )
    )


def test_a_box_is_clipped_and_rounded():
    assert clean_place(Place(-0.5, 1 / 3, 0.25, 7)) == Place(0.0, 0.333333, 0.25, 1.0)
    assert math.copysign(1, clean_place(Place(-0.0, 1, 0, 1)).x_min) == 1


@pytest.mark.parametrize(
    "place",
    [
        Place(0.5, 0.5, 0, 1),
        Place(0.6, 0.5, 0, 1),
        Place(1.1, 1.5, 0, 1),
        Place(0.1, 0.10000001, 0, 1),
        Place(math.nan, 1, 0, 1),
        Place(0, math.inf, 0, 1),
    ],
)
def test_a_box_that_is_no_place_in_the_picture_is_told(place):
    with pytest.raises(BadBox):
        clean_place(place)


@pytest.mark.parametrize("degrees", [90, 180, 270])
@pytest.mark.parametrize("exif", ["none", "without orientation"])
def test_a_jpeg_gets_the_orientation_that_it_lacks(degrees, exif):
    options = {}
    if exif != "none":
        block = camera_exif()
        del block[0x0112]
        options = {"exif": block}
    content = encoded(drawn(), **options)

    copy = turned(content, orientation=ORIENTATIONS[degrees])

    before, after = strip_jpeg(content), strip_jpeg(copy)
    assert after.orientation == ORIENTATIONS[degrees]
    wanted = decode_upright(before).rotate(degrees, expand=True)
    assert decode_upright(after).tobytes() == wanted.tobytes()
    if options:
        assert b"SecretMaker" in after.exif
        assert Image.open(io.BytesIO(copy)).getexif().get_ifd(0x8825)


def test_one_that_has_an_orientation_or_is_no_jpeg_stays():
    assert turned(encoded(drawn(), exif=camera_exif(6)), orientation=8) is None
    assert turned(encoded(drawn(), exif=camera_exif(1)), orientation=8) is None
    assert turned(encoded(drawn(), "PNG"), orientation=8) is None
    assert turned(b"", orientation=8) is None


def test_a_broken_block_is_left_alone():
    content = encoded(drawn(), exif=camera_exif(1))
    start = content.index(b"Exif\x00\x00") + 6
    for cut in range(start, start + 60):
        broken = content[:cut] + b"\xff" * 8 + content[cut + 8 :]
        copy = turned(broken, orientation=8)
        assert copy is None or read_orientation(strip_jpeg(copy).exif) in (1, 6, 8)
    for end in range(0, 200, 3):
        turned(content[:end], orientation=8)
