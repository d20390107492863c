"""What the hub finds out about a received file in one pass: good or not, and what it shows."""

import zlib
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from hub.rules.exif import read_exif
from hub.rules.hashing import phash
from hub.rules.pixels import decode_upright, digest, reduce
from hub.rules.publishing import strip
from hub.rules.reasons import Reason, Refused
from hub.rules.stripped import Stripped

# A progressive JPEG is decoded as often as it has scans. Ten passes over the largest picture are
# what a decoder may cost; small pictures may have as many scans as they like within that.
_MOST_PASSES = 10


@dataclass(frozen=True)
class Limits:
    """What a file may have at most, and a picture at least."""

    min_side_px: int
    max_file_bytes: int
    max_pixels: int


@dataclass(frozen=True)
class Checked:
    """The outcome of the checks; without a reason the file is good and only place and time may
    be absent. Of a refused file, format and size are given if the header could be read."""

    reason: str | None
    """A value of `Reason`; None: good."""
    image_id: str | None = None
    """sha256 of the published bytes, of which `size_bytes` and `crc32` are, too."""
    format: str | None = None
    width_px: int | None = None
    """Upright, as is the height."""
    height_px: int | None = None
    size_bytes: int | None = None
    crc32: int | None = None
    """zlib.crc32, 0 to 2**32 - 1."""
    reduced_sha256: str | None = None
    phash: int | None = None
    """Signed 64 bits."""
    taken_at: datetime | None = None
    lon: float | None = None
    lat: float | None = None


def check(content: bytes, *, limits: Limits) -> Checked:
    """Judge a received file by its bytes alone. Never raises on bad input."""
    if len(content) > limits.max_file_bytes:
        return Checked(reason=Reason.TOO_LARGE.value)
    try:
        stripped = strip(content)
    except Refused as refusal:
        return Checked(reason=refusal.reason.value)
    try:
        return _check_picture(stripped, limits=limits)
    except Refused as refusal:
        width_px, height_px = _upright_size(stripped)
        return Checked(
            reason=refusal.reason.value,
            format=stripped.format,
            width_px=width_px,
            height_px=height_px,
        )


def _check_picture(stripped: Stripped, *, limits: Limits) -> Checked:
    _require_limits(stripped, limits=limits)
    try:
        picture = decode_upright(stripped)
    except MemoryError:
        # The machine's trouble, not the file's: the pixels are within the limit.
        raise
    except Exception as error:  # whatever a decoder throws at broken data
        raise Refused(Reason.CORRUPT) from error
    reduced = reduce(picture)
    exif = read_exif(stripped.exif)
    return Checked(
        reason=None,
        image_id=sha256(stripped.content).hexdigest(),
        format=stripped.format,
        width_px=picture.width,
        height_px=picture.height,
        size_bytes=len(stripped.content),
        crc32=zlib.crc32(stripped.content),
        reduced_sha256=digest(reduced),
        phash=phash(reduced),
        taken_at=exif.taken_at,
        lon=exif.lon,
        lat=exif.lat,
    )


def _require_limits(stripped: Stripped, *, limits: Limits) -> None:
    """Judge what the header claims, before a decoder allocates anything."""
    pixels = stripped.width_px * stripped.height_px
    if pixels == 0:
        raise Refused(Reason.CORRUPT)
    if pixels > limits.max_pixels:
        raise Refused(Reason.TOO_MANY_PIXELS)
    if min(stripped.width_px, stripped.height_px) < limits.min_side_px:
        raise Refused(Reason.TOO_SMALL)
    if stripped.scans * pixels > _MOST_PASSES * limits.max_pixels:
        raise Refused(Reason.TOO_MANY_SCANS)


def _upright_size(stripped: Stripped) -> tuple[int, int]:
    sides = (stripped.width_px, stripped.height_px)
    return sides[::-1] if stripped.is_turned else sides
