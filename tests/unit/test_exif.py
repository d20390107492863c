import struct
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from hub.rules.exif import Exif, read_exif, read_orientation
from tests.fixtures.pictures import camera_exif

NOTHING = Exif(taken_at=None, lon=None, lat=None)


def block(exif):
    return exif.tobytes().removeprefix(b"Exif\x00\x00")


def with_gps(**tags):
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({int(tag[1:]): value for tag, value in tags.items()})
    return read_exif(block(exif))


def with_time(text, offset=None):
    exif = Image.Exif()
    details = exif.get_ifd(0x8769)
    details[0x9003] = text
    if offset is not None:
        details[0x9011] = offset
    return read_exif(block(exif)).taken_at


NORTH_EAST = {"t1": "N", "t2": (40.0, 30.0, 36.0), "t3": "E", "t4": (8.0, 45.0, 0.0)}


def test_coordinates_are_signed_degrees():
    assert with_gps(**NORTH_EAST) == Exif(None, lon=pytest.approx(8.75), lat=pytest.approx(40.51))
    south_west = with_gps(**{**NORTH_EAST, "t1": "S", "t3": "W"})
    assert (south_west.lon, south_west.lat) == (pytest.approx(-8.75), pytest.approx(-40.51))


@pytest.mark.parametrize(
    "change",
    [
        {"t1": "X"},
        {"t1": ""},
        {"t3": "N"},
        {"t2": (91.0, 0.0, 0.0)},
        {"t4": (181.0, 0.0, 0.0)},
        {"t4": (10.0, 75.0, 0.0)},
        {"t4": (10.0,)},
        {"t2": (0.0, 0.0, 0.0), "t4": (0.0, 0.0, 0.0)},
    ],
)
def test_an_implausible_place_is_no_place(change):
    assert with_gps(**{**NORTH_EAST, **change}) == NOTHING


@pytest.mark.parametrize("absent", NORTH_EAST)
def test_half_a_place_is_no_place(absent):
    assert with_gps(**{tag: value for tag, value in NORTH_EAST.items() if tag != absent}) == NOTHING


def test_a_zero_denominator_is_no_place():
    content = block(camera_exif())
    divided = struct.pack(">I", 51) + struct.pack(">I", 1)
    assert divided in content
    zero = content.replace(divided, struct.pack(">II", 51, 0))
    assert read_exif(content).lat is not None
    assert (read_exif(zero).lon, read_exif(zero).lat) == (None, None)


def test_time_is_utc():
    assert with_time("2020:05:06 07:08:09") == datetime(2020, 5, 6, 7, 8, 9, tzinfo=UTC)
    expected = datetime(2020, 5, 6, 1, 38, 9, tzinfo=UTC)
    assert with_time("2020:05:06 07:08:09", "+05:30") == expected
    assert with_time("2020:05:06 07:08:09", "nonsense") == datetime(2020, 5, 6, 7, 8, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "1970:01:01 00:00:00",
        "1989:12:31 23:59:59",
        "2100:01:01 00:00:00",
        "0000:00:00 00:00:00",
        "    :  :     :  :  ",
        "2020-05-06 07:08:09",
        "2020:13:06 07:08:09",
        "x" * 2000,
    ],
)
def test_an_implausible_time_is_no_time(text):
    assert with_time(text) is None


@pytest.mark.parametrize("orientation", range(10))
@pytest.mark.parametrize("order", ["<", ">"])
def test_orientation_outside_the_standard_is_upright(order, orientation):
    mark = b"II" if order == "<" else b"MM"
    head = mark + struct.pack(f"{order}HI", 42, 8)
    content = head + struct.pack(f"{order}HHHIHHI", 1, 0x0112, 3, 1, orientation, 0, 0)
    assert read_orientation(content) == (orientation if 1 <= orientation <= 8 else 1)


def test_a_directory_that_points_at_itself_ends():
    entries = struct.pack("<HHII", 0x8825, 4, 1, 8) + struct.pack("<HHII", 0x8769, 4, 1, 8)
    content = b"II*\x00" + struct.pack("<IH", 8, 2) + entries + struct.pack("<I", 8)
    assert read_exif(content) == NOTHING


@given(st.binary(max_size=200))
def test_any_bytes_are_read_without_an_error(content):
    for head in (b"", b"II*\x00\x08\x00\x00\x00", b"MM\x00*\x00\x00\x00\x08"):
        read_exif(head + content)
        assert 1 <= read_orientation(head + content) <= 8


@given(st.data())
def test_a_damaged_block_is_read_without_an_error(data):
    content = bytearray(block(camera_exif()))
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    read_exif(bytes(content))
