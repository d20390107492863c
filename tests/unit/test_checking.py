import re
import zlib
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from hub.rules import jpeg
from hub.rules.checking import Checked, Limits, check
from hub.rules.hashing import hash_picture
from hub.rules.looks import look_of
from hub.rules.pixels import decode_scaled, decode_upright, digest, reduce
from hub.rules.publishing import RULE_VERSION, published_bytes, strip
from hub.rules.quality import measure
from hub.rules.reasons import REASON_OF_QUALITY, Reason
from hub.rules.thumbnails import thumbnails_of
from tests.fixtures.pictures import camera_exif, drawn, encoded

LIMITS = Limits(min_side_px=100, max_file_bytes=200_000, max_pixels=50_000)
ANY = Limits(min_side_px=1, max_file_bytes=9_000_000, max_pixels=2_000_000)
SMALL = Limits(min_side_px=1, max_file_bytes=200_000, max_pixels=50_000)
FORMATS = ("JPEG", "PNG", "WEBP")


def reason_of(content):
    return check(content, limits=LIMITS).reason


@pytest.mark.parametrize("format", FORMATS)
def test_a_good_picture_has_everything_but_place_and_time(format):
    content = encoded(drawn(160, 120), format)
    checked = check(content, limits=LIMITS)
    published = published_bytes(content, format=format.lower())
    assert {name for name, value in vars(checked).items() if value is None} == {
        "reason",
        "taken_at",
        "lon",
        "lat",
    }
    assert checked.image_id == sha256(published).hexdigest()
    assert checked.format == format.lower()
    assert (checked.width_px, checked.height_px) == (160, 120)
    assert (checked.size_bytes, checked.crc32) == (len(published), zlib.crc32(published))
    assert checked.rule_version == RULE_VERSION
    assert len(checked.reduced_sha256) == 64
    hashes = (checked.phash, checked.phash_crop5, checked.phash_crop10, *checked.probes)
    assert all(-(2**63) <= value < 2**63 for value in hashes)


@pytest.mark.parametrize("format", FORMATS)
def test_what_needs_pixels_is_what_each_rule_says_of_them(format):
    content = encoded(drawn(1300, 900), format)
    checked = check(content, limits=ANY)
    picture = decode_scaled(strip(content))
    reduced = reduce(picture)
    hashes, thumbnails = hash_picture(reduced), thumbnails_of(picture)
    measures = measure(reduced, width_px=1300, height_px=900)
    assert checked.reduced_sha256 == digest(reduced)
    assert {n: getattr(checked, n) for n in asdict(hashes)} == asdict(hashes)
    assert {n: getattr(checked, n) for n in asdict(measures)} == asdict(measures)
    assert (checked.thumbnail_299, checked.thumbnail_100) == (
        thumbnails.px_299,
        thumbnails.px_100,
    )
    assert checked.look == look_of(reduced)


def test_a_plain_picture_is_good_but_has_no_hashes():
    checked = check(encoded(Image.new("RGB", (160, 120), "red"), "PNG"), limits=LIMITS)
    assert checked.reason is None
    assert (checked.phash, checked.probes) == (None, ())


def test_quality_refuses_nothing_unless_told_to():
    flat = encoded(Image.new("RGB", (120, 400), (20, 20, 20)), "PNG")
    assert reason_of(flat) is None
    for kind in ("dark", "low_information", "odd_aspect_ratio", "greyscale"):
        limits = replace(LIMITS, refuse_quality=frozenset({kind, "light"}))
        assert check(flat, limits=limits).reason == REASON_OF_QUALITY[kind]
    refused = check(flat, limits=limits)
    assert (refused.format, refused.width_px, refused.height_px) == ("png", 120, 400)
    assert refused.image_id is None


def test_width_and_height_are_upright():
    content = encoded(drawn(160, 120), exif=camera_exif(orientation=6))
    checked = check(content, limits=LIMITS)
    assert (checked.width_px, checked.height_px) == (120, 160)


def test_place_and_time_come_from_exif():
    checked = check(encoded(drawn(), exif=camera_exif()), limits=LIMITS)
    assert (checked.lon, checked.lat) == (pytest.approx(-70.5), pytest.approx(-33.86))
    assert checked.taken_at.isoformat() == "2021-07-04T10:30:00+00:00"


def test_each_kind_of_bad_file_has_its_reason():
    picture = encoded(drawn())
    assert reason_of(b"") == "empty_file"
    assert reason_of(bytes(200_001)) == "too_large"
    assert reason_of(b"%PDF-1.7 and so on") == "not_an_image"
    assert reason_of(encoded(drawn(), "GIF")) == "unsupported_format"
    assert reason_of(encoded(drawn(), "TIFF")) == "unsupported_format"
    assert reason_of(picture[: len(picture) // 2]) == "truncated"
    assert reason_of(encoded(drawn(500, 101))) == "too_many_pixels"
    assert reason_of(encoded(drawn(99, 160))) == "too_small"
    assert reason_of(encoded(drawn(100, 100))) is None


@pytest.mark.parametrize("format", FORMATS)
def test_a_file_cut_anywhere_is_refused(format):
    content = encoded(drawn(40, 30), format)
    verdicts = {check(content[:size], limits=SMALL).reason for size in range(len(content) - 1)}
    assert None not in verdicts
    assert "truncated" in verdicts


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_blocks": 9}])
def test_what_is_refused_at_full_scale_is_refused_at_the_scale_of_the_checks(options):
    content = encoded(drawn(1100, 60), quality=70, **options)
    whole, random = len(content), np.random.default_rng(3)
    refused = 0
    for _ in range(120):
        mutant = bytearray(content)
        at = int(random.integers(600, whole - 2))
        mutant[at : at + int(random.integers(0, 9))] = random.bytes(int(random.integers(0, 9)))
        refused += is_refused(bytes(mutant), decode_upright)
        assert is_refused(bytes(mutant), decode_scaled) == is_refused(bytes(mutant), decode_upright)
    assert 0 < refused < 120


def is_refused(content, decode):
    try:
        decode(strip(content))
    except Exception:
        return True
    return False


def test_damaged_pixels_are_corrupt():
    content = bytearray(encoded(drawn(), "PNG"))
    content[len(content) // 2] ^= 0xFF
    assert reason_of(bytes(content)) == "corrupt"


def test_an_animated_webp_is_refused():
    frames = [drawn(seed=seed) for seed in range(3)]
    content = encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:])
    assert reason_of(content) == "animated"


def test_an_animated_png_is_its_default_image():
    frames = [drawn(120, 100, seed=seed) for seed in range(3)]
    moving = encoded(frames[0], "PNG", save_all=True, append_images=frames[1:])
    still = check(encoded(frames[0], "PNG"), limits=LIMITS)
    assert check(moving, limits=LIMITS).reduced_sha256 == still.reduced_sha256


def test_a_refused_picture_still_tells_its_size():
    checked = check(encoded(drawn(160, 90), exif=camera_exif(orientation=8)), limits=LIMITS)
    assert checked == Checked(reason="too_small", format="jpeg", width_px=90, height_px=160)


def test_a_scan_repeated_over_and_over_is_refused():
    content = encoded(drawn(200, 200), progressive=True)
    last = list(jpeg._segments(content))[-1]
    scan = b"\xff\xda" + (len(last.body) + 2).to_bytes(2) + last.body + last.scan
    assert reason_of(content[:-2] + scan * 2 + b"\xff\xd9") is None
    assert reason_of(content[:-2] + scan * 3 + b"\xff\xd9") == "too_many_scans"


def test_a_header_may_claim_what_it_likes():
    content = encoded(drawn(), "PNG")
    header = b"IHDR" + (60_000).to_bytes(4) * 2 + content[24:29]
    claims_huge = content[:12] + header + zlib.crc32(header).to_bytes(4) + content[33:]
    assert reason_of(claims_huge) == "too_many_pixels"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_mode_of_png_is_taken(mode):
    picture = drawn()
    picture = Image.new(mode, (160, 120), 40_000) if mode == "I;16" else picture.convert(mode)
    assert reason_of(encoded(picture, "PNG")) is None


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK", "YCbCr"])
@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_blocks": 2}])
def test_every_kind_of_jpeg_is_taken(mode, options):
    assert reason_of(encoded(drawn().convert(mode), "JPEG", **options)) is None


def test_reasons_are_documented():
    page = Path(__file__).parents[2] / "docs" / "reasons.md"
    # What is not even received has a table of its own, further down.
    refused, _, _ = page.read_text(encoding="utf-8").partition("## Why a file is not received")
    documented = re.findall(r"^\| `(\w+)` \|", refused, re.MULTILINE)
    assert documented == [reason.value for reason in Reason]


def _seed_file(format):
    return encoded(drawn(40, 30), format, exif=camera_exif(orientation=6))


_FILES = {format: _seed_file(format) for format in FORMATS}


@settings(max_examples=300, deadline=None)
@given(
    format=st.sampled_from(FORMATS),
    edits=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6)), min_size=1, max_size=6),
    cut=st.floats(0.2, 1),
)
def test_a_mutated_file_is_judged_and_never_raises(format, edits, cut):
    content = bytearray(_FILES[format])
    for place, patch in edits:
        at = int(place * len(content))
        content[at : at + len(patch)] = patch
    mutant = bytes(content[: int(cut * len(content))])
    checked = check(mutant, limits=SMALL)
    assert checked.reason is None or checked.reason in set(Reason)
    assert check(mutant, limits=SMALL) == checked
    if checked.reason is None:
        published = published_bytes(mutant, format=checked.format)
        assert published_bytes(published, format=checked.format) == published
        assert sha256(published).hexdigest() == checked.image_id
