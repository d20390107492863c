"""What mutants are made from: small drawn files of every form, and hostile ones where they are."""

import functools

from hub.rules.publishing import find_format
from hub.rules.reasons import Refused
from tests.fixtures.pictures import camera_exif, drawn, encoded
from tests.fixtures.shared import SHARED

_MOST_BYTES = 64 * 1024


@functools.cache
def seeds():
    """Return contents, always in the same order: drawn ones first."""
    return (*_drawn(), *_hostile())


def _drawn():
    picture = drawn(96, 64)
    grey, clear = picture.convert("L"), picture.convert("RGBA")
    clear.putalpha(grey)
    exif = camera_exif(6)
    yield encoded(picture)
    yield encoded(picture, exif=exif, comment=b"comment", subsampling=0)
    yield encoded(picture, progressive=True)
    yield encoded(picture, progressive=True, restart_marker_rows=1)
    yield encoded(picture, restart_marker_blocks=2, optimize=True)
    yield encoded(picture.convert("CMYK"))
    yield encoded(grey, exif=exif)
    for form in (picture, grey, clear, picture.quantize(16), grey.convert("1")):
        yield encoded(form, "PNG", exif=exif)
    for form in (picture, clear):
        yield encoded(form, "WEBP", exif=exif)
        yield encoded(form, "WEBP", lossless=True)
    yield encoded(picture, "GIF")


def _hostile():
    for path in sorted((SHARED / "hostile").glob("*/*")):
        content = path.read_bytes() if path.is_file() else b""
        if 0 < len(content) <= _MOST_BYTES and _is_taken(content):
            yield content


def _is_taken(content):
    """Tell whether it begins as a format that is decoded; others end at their first bytes."""
    try:
        return bool(find_format(content))
    except Refused:
        return False
