import io
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps
from PIL.PngImagePlugin import PngInfo

from hub.rules.publishing import find_format, published_bytes
from hub.rules.reasons import Refused
from hub.rules.stripped import clean_profile, minimal_exif
from tests.fixtures.pictures import camera_exif, drawn, encoded

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def opened(content):
    return Image.open(io.BytesIO(content))


def publish(content):
    return published_bytes(content, format=find_format(content))


def assert_same_picture(content):
    """The published file shows what the original shows, and is published as itself."""
    published = publish(content)
    assert publish(published) == published
    before, after = (ImageOps.exif_transpose(opened(each)) for each in (content, published))
    assert (before.mode, before.size) == (after.mode, after.size)
    assert before.tobytes() == after.tobytes()
    assert before.convert("RGBA").tobytes() == after.convert("RGBA").tobytes()


def in_palette(picture):
    return picture.quantize(16)


def in_16_bits():
    values = np.arange(160 * 120, dtype=np.uint16).reshape(120, 160)
    return Image.fromarray(values)


def with_alpha(picture):
    picture = picture.convert("RGBA")
    picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    return picture


FILES = {
    "baseline": lambda: encoded(drawn()),
    "progressive": lambda: encoded(drawn(), progressive=True),
    "optimised": lambda: encoded(drawn(), optimize=True, subsampling=0),
    "restart intervals": lambda: encoded(drawn(), restart_marker_blocks=3),
    "progressive restart": lambda: encoded(drawn(), restart_marker_rows=1, progressive=True),
    "grey": lambda: encoded(drawn().convert("L")),
    "cmyk": lambda: encoded(drawn().convert("CMYK")),
    "rgb in jpeg": lambda: encoded(drawn(), keep_rgb=True),
    "profile": lambda: encoded(drawn(), icc_profile=SRGB),
    "turned": lambda: encoded(drawn(), exif=camera_exif(orientation=6)),
    "png": lambda: encoded(drawn(), "PNG"),
    "png profile": lambda: encoded(drawn(), "PNG", icc_profile=SRGB),
    "png turned": lambda: encoded(drawn(), "PNG", exif=camera_exif(orientation=5)),
    "png 16 bits": lambda: encoded(in_16_bits(), "PNG"),
    "png palette": lambda: encoded(in_palette(drawn()), "PNG"),
    "png palette, one clear": lambda: encoded(in_palette(drawn()), "PNG", transparency=3),
    "png palette, alphas": lambda: encoded(
        in_palette(drawn()), "PNG", transparency=bytes(range(0, 256, 16))
    ),
    "png colour key": lambda: encoded(drawn(), "PNG", transparency=(1, 2, 3)),
    "png alpha": lambda: encoded(with_alpha(drawn()), "PNG"),
    "webp": lambda: encoded(drawn(), "WEBP"),
    "webp lossless": lambda: encoded(drawn(), "WEBP", lossless=True),
    "webp alpha": lambda: encoded(with_alpha(drawn()), "WEBP"),
    "webp lossless alpha": lambda: encoded(with_alpha(drawn()), "WEBP", lossless=True),
    "webp turned": lambda: encoded(drawn(), "WEBP", exif=camera_exif(orientation=7)),
    "webp profile": lambda: encoded(with_alpha(drawn()), "WEBP", icc_profile=SRGB),
}


@pytest.mark.parametrize("kind", FILES)
def test_pixels_stay_and_publishing_twice_changes_nothing(kind):
    assert_same_picture(FILES[kind]())


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_every_orientation_survives(format, orientation):
    assert_same_picture(encoded(drawn(40, 30), format, exif=camera_exif(orientation)))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_nothing_of_the_camera_remains(format):
    packet = b"<x:xmpmeta>SecretPerson</x:xmpmeta>"
    extra = {"JPEG": {"comment": b"SecretComment"}, "PNG": {"pnginfo": _text()}}
    content = encoded(drawn(), format, exif=camera_exif(6), xmp=packet, **extra.get(format, {}))
    published = publish(content)
    assert b"Secret" in content
    assert b"Secret" not in published
    left = opened(published).getexif()
    assert dict(left) == {0x0112: 6}
    assert not left.get_ifd(0x8825)
    assert not left.get_ifd(0x8769)


def _text():
    text = PngInfo()
    text.add_text("Comment", "SecretComment")
    text.add_text("Long", "SecretText", zip=True)
    return text


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_nothing_follows_the_end(format):
    content = encoded(drawn(), format)
    assert publish(content + b"PK\x03\x04payload") == publish(content)


def test_jpeg_thumbnails_go():
    content = encoded(drawn())
    thumbnail = b"JFIF\x00\x01\x02\x01\x00\x48\x00\x48\x01\x01" + b"pix"
    with_one = content[:2] + b"\xff\xe0" + (len(thumbnail) + 2).to_bytes(2) + thumbnail
    jfxx = b"\xff\xe0\x00\x0aJFXX\x00\x10ab"
    assert publish(with_one + jfxx + content[20:]) == publish(content)


def test_jpeg_without_jfif_is_published_as_with_it():
    content = encoded(drawn())
    assert content[2:4] == b"\xff\xe0"
    assert publish(content[:2] + content[20:]) == publish(content)


def test_rgb_told_by_component_names_stays_rgb():
    content = encoded(drawn(), keep_rgb=True)
    adobe = content.index(b"\xff\xee")
    unmarked = content[:adobe] + content[adobe + 16 :]
    assert opened(unmarked).tobytes() == opened(content).tobytes()
    assert_same_picture(unmarked)


def test_jpeg_fill_bytes_and_stray_bytes_between_segments_go():
    content = encoded(drawn())
    assert publish(content[:2] + b"junk\xff\xff\xff" + content[2:]) == publish(content)


def test_a_profile_in_many_chunks_stays_whole():
    profile = made_profile([bytes(range(250)) * 800])
    assert len(profile) > 200_000
    content = encoded(drawn(), icc_profile=profile)
    assert opened(publish(content)).info["icc_profile"] == profile


def made_profile(tags, *, between=b"", behind=b"", count=None):
    """An ICC profile with these tags, and bytes that no tag covers."""
    start = 132 + 12 * len(tags)
    table, data = (len(tags) if count is None else count).to_bytes(4), b""
    for tag in tags:
        data += between
        table += b"test" + (start + len(data)).to_bytes(4) + len(tag).to_bytes(4)
        data += tag
    size = start + len(data) + len(behind)
    header = size.to_bytes(4) + SRGB[4:84] + b"0123456789abcdef" + SRGB[100:128]
    return header + table + data + behind


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_a_real_profile_stays_as_it_is(format):
    content = encoded(drawn(), format, icc_profile=SRGB)
    assert opened(publish(content)).info["icc_profile"] == SRGB


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_what_the_tags_of_a_profile_do_not_cover_goes(format):
    hiding = made_profile([b"curve" * 8, b"more"], between=b"SecretGap...", behind=b"SecretEnd")
    content = encoded(drawn(), format, icc_profile=hiding)
    assert_same_picture(content)
    left = opened(publish(content)).info["icc_profile"]
    assert len(left) == int.from_bytes(left[:4]) == len(hiding) - len("SecretEnd")
    assert b"Secret" not in left
    assert b"curve" * 8 in left
    assert left[84:100] == bytes(16)


def test_a_profile_keeps_its_last_fill_bytes_and_its_odd_length():
    for tags, behind in (([b"odd"], b"\0"), ([b"odd"], b""), ([], b"")):
        profile = made_profile(tags, behind=behind)
        assert clean_profile(profile) == profile


def test_a_tag_that_lies_outside_its_profile_covers_nothing():
    profile = bytearray(made_profile([b"kept", b"lost"]))
    profile[132 + 12 + 4 : 132 + 12 + 8] = bytes([255]) * 4
    assert len(clean_profile(bytes(profile))) == len(profile) - 4


@pytest.mark.parametrize("count", [101, 2**32 - 1])
def test_a_profile_of_too_many_tags_is_none(count):
    assert clean_profile(made_profile([bytes(2000)], count=count)) == b""


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_what_only_claims_to_be_a_profile_goes(format):
    content = encoded(drawn(), format, icc_profile=b"SecretPayload" * 40)
    assert "icc_profile" in opened(content).info
    assert "icc_profile" not in opened(publish(content)).info


def test_a_plain_png_is_its_own_published_form():
    content = encoded(drawn(), "PNG")
    assert publish(content) == content


def png_of(*parts, header=b"\0\0\0\2\0\0\0\3\x08\2\0\0\0"):
    """A PNG of 2 x 3 pixels, unless the header says otherwise, with an IDAT chunk a part."""
    chunks = [(b"IHDR", header), *((b"IDAT", part) for part in parts), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(data).to_bytes(4) + name + data + zlib.crc32(name + data).to_bytes(4)
        for name, data in chunks
    )


ROWS = b"\0abcdef" * 3
STREAM = zlib.compress(ROWS)
SECRET = b"SecretTail" * 9000


@pytest.mark.parametrize(
    ("hiding", "bare"),
    [
        ((STREAM + SECRET,), (STREAM,)),
        ((STREAM, SECRET, SECRET), (STREAM,)),
        ((STREAM, b""), (STREAM,)),
        ((STREAM[:9], STREAM[9:] + SECRET, SECRET), (STREAM[:9], STREAM[9:])),
        ((b"", STREAM[:-1], STREAM[-1:] + SECRET), (b"", STREAM[:-1], STREAM[-1:])),
    ],
)
def test_nothing_follows_the_compressed_data_of_a_png(hiding, bare):
    assert publish(png_of(*hiding)) == png_of(*bare)
    assert publish(png_of(*bare)) == png_of(*bare)
    assert_same_picture(png_of(*hiding))


def test_a_png_in_large_chunks_of_many_pieces_ends_where_its_stream_ends():
    noise = np.random.default_rng(0).integers(0, 256, (700, 700, 3), dtype=np.uint8)
    stream = zlib.compress(b"".join(b"\0" + row.tobytes() for row in noise))
    header = (700).to_bytes(4) * 2 + b"\x08\2\0\0\0"
    assert len(stream) > 1_000_000
    assert publish(png_of(stream + SECRET, header=header)) == png_of(stream, header=header)


@pytest.mark.parametrize(
    "data",
    [zlib.compress(ROWS + b"SecretRow"), STREAM[:-4] + b"SecretTail", b"SecretTail"],
    ids=["more than the rows", "wrong checksum", "no stream"],
)
def test_a_png_of_other_data_than_its_rows_is_refused(data):
    with pytest.raises(Refused, match="corrupt"):
        publish(png_of(data))


def test_a_png_whose_data_do_not_end_is_the_decoders_to_judge():
    assert publish(png_of(STREAM[:-5])) == png_of(STREAM[:-5])


@pytest.mark.parametrize("side", range(1, 10))
@pytest.mark.parametrize(("colour", "depth"), [(0, 1), (0, 4), (0, 16), (2, 8), (4, 8), (6, 16)])
def test_the_rows_of_an_interlaced_png_are_counted(side, colour, depth):
    bits = depth * {0: 1, 2: 3, 4: 2, 6: 4}[colour]
    rows = b""
    for top, left, down, across in ADAM_7:
        columns = len(range(left, side, across))
        if columns:
            rows += len(range(top, side + 3, down)) * bytes(1 + (columns * bits + 7) // 8)
    header = side.to_bytes(4) + (side + 3).to_bytes(4) + bytes([depth, colour, 0, 0, 1])
    stream = zlib.compress(rows)
    assert_same_picture(png_of(stream + SECRET, header=header))
    assert publish(png_of(stream + SECRET, header=header)) == png_of(stream, header=header)
    with pytest.raises(Refused, match="corrupt"):
        publish(png_of(zlib.compress(rows + b"\0"), header=header))


# PNG, third edition, 8.1: first row and column of each pass, and the steps between them.
ADAM_7 = (
    (0, 0, 8, 8),
    (0, 4, 8, 8),
    (4, 0, 8, 4),
    (0, 2, 4, 4),
    (2, 0, 4, 2),
    (0, 1, 2, 2),
    (1, 0, 2, 1),
)


def test_a_png_bomb_is_not_inflated():
    bomb = png_of(zlib.compress(bytes(20_000_000)) + b"\0", header=b"\x7f" * 8 + b"\x10\6\0\0\0")
    assert publish(bomb) == bomb


def test_what_is_no_picture_has_no_published_form():
    with pytest.raises(Refused, match="not_an_image"):
        publish(b"GIF? no")


def test_the_minimal_exif_holds_the_orientation_alone():
    exif = Image.Exif()
    exif.load(minimal_exif(8))
    assert dict(exif) == {0x0112: 8}


def segment(marker, body):
    return bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2) + body


HIDDEN = b"SecretTable".ljust(64, b"!")
UNREAD_TABLES = {
    "quantisation, unused": segment(0xDB, b"\x03" + HIDDEN),
    "quantisation, replaced": segment(0xDB, b"\x00" + HIDDEN),
    "quantisation, used and unused": segment(0xDB, b"\x00" + HIDDEN + b"\x02" + HIDDEN),
    "Huffman, unused": segment(0xC4, b"\x03" + bytes([64, *[0] * 15]) + HIDDEN),
    "Huffman, replaced": segment(0xC4, b"\x10" + bytes([0] * 15 + [64]) + HIDDEN),
    "arithmetic conditions": segment(0xCC, b"\x00" + HIDDEN),
}


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("kind", UNREAD_TABLES)
def test_tables_that_nothing_reads_go(kind, progressive):
    content = encoded(drawn(), progressive=progressive)
    at = content.index(b"\xff\xdb")
    hiding = content[:at] + UNREAD_TABLES[kind] + content[at:]
    assert publish(hiding) == publish(content)


@pytest.mark.parametrize("marker", [0xDB, 0xC4, 0xDD])
def test_tables_behind_the_last_scan_go(marker):
    content = encoded(drawn())
    hiding = content[:-2] + segment(marker, b"\x00" + HIDDEN) + b"\xff\xd9"
    assert publish(hiding) == publish(content)


def test_a_used_table_beside_an_unused_one_stays():
    content = encoded(drawn())
    at = content.index(b"\xff\xdb")
    size = int.from_bytes(content[at + 2 : at + 4])
    both = segment(0xDB, content[at + 4 : at + 2 + size] + b"\x03" + HIDDEN)
    assert publish(content[:at] + both + content[at + 2 + size :]) == publish(content)
