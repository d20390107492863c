import io

import pytest
from PIL import Image

from hub.rules.publishing import strip
from hub.rules.reasons import Refused

# Long enough not to occur by chance in the compressed pixels of all files.
MARKS = (
    b"Photoshop 3.0",
    b"ns.adobe.com",
    b"xmpmeta",
    b"x-default",
    b"JFXX\x00",
    b"PK\x03\x04\x14\x00",
    b"%PDF-1.",
    b"<script",
    b"<?php",
    b"#!/bin/",
    b"MPF\x00",
)
_EXIF, _GPS, _ORIENTATION = 0x8769, 0x8825, 0x0112
# Owner, serial numbers of body and lens, the number of the picture, the note of the maker.
_TELLING = (0xA430, 0xA431, 0xA435, 0xA420, 0x927C)


@pytest.fixture(scope="module")
def published(shared):
    """(path, original, published) of every file that has a published form."""
    found = []
    for path in sorted(each for each in shared.rglob("*") if each.is_file()):
        content = path.read_bytes()
        try:
            found.append((str(path.relative_to(shared)), content, strip(content).content))
        except Refused:
            continue
    return found


def test_enough_originals_carry_what_is_looked_for(published):
    assert len(published) > 1200
    marked = [path for path, content, _ in published if any(mark in content for mark in MARKS)]
    assert len(marked) > 10
    # Few of these carry a serial number; drawn files with one are tested with the rules.
    assert sum(bool(telling_of(content)) for _, content, _ in published) >= 4
    assert sum(_GPS in exif_of(content) for _, content, _ in published) > 20


def test_no_metadata_or_payload_is_published(published):
    kept = [(path, mark) for path, _, left in published for mark in MARKS if mark in left]
    assert kept == []


def test_no_serial_number_or_maker_note_is_published(published):
    kept = [
        path
        for path, content, left in published
        if any(value in left for value in telling_of(content))
    ]
    assert kept == []


def test_exif_tells_the_orientation_alone(published):
    kept = {path: set(exif_of(left)) - {_ORIENTATION} for path, _, left in published}
    assert {path: tags for path, tags in kept.items() if tags} == {}


def exif_of(content):
    try:
        with Image.open(io.BytesIO(content)) as image:
            return image.getexif()
    except Exception:  # hostile files, of which Pillow may say anything
        return Image.Exif()


def telling_of(content):
    try:
        details = exif_of(content).get_ifd(_EXIF)
    except Exception:
        return []
    values = (details.get(tag) for tag in _TELLING)
    plain = (each.encode() if isinstance(each, str) else each for each in values)
    return [each for each in plain if isinstance(each, bytes) and len(set(each)) > 5]
