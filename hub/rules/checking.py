"""What the hub finds out about a received file in one pass: good or not, and what it shows."""

import zlib
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from PIL import Image

from hub.rules.exif import read_exif
from hub.rules.hashing import hash_picture
from hub.rules.looks import look_of
from hub.rules.pixels import decode_scaled, digest, reduce
from hub.rules.publishing import RULE_VERSION, strip
from hub.rules.quality import Measures, issues_of, measure
from hub.rules.reasons import REASON_OF_QUALITY, Reason, Refused
from hub.rules.stripped import Stripped
from hub.rules.thumbnails import thumbnails_of

# A progressive JPEG is decoded as often as it has scans. Ten passes over the largest picture are
# what a decoder may cost; small pictures may have as many scans as they like within that.
_MOST_PASSES = 10


@dataclass(frozen=True)
class Limits:
    """What a file may have at most, a picture at least, and which kinds of quality it may lack."""

    min_side_px: int
    max_file_bytes: int
    max_pixels: int
    memory_bytes: int = 512 * 1024**2
    """What decoding a picture may take, told by its header."""
    refuse_quality: frozenset[str] = frozenset()
    """Keys of `REASON_OF_QUALITY`; a picture that shows one of these kinds is refused."""


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
    rule_version: int | None = None
    """`publishing.RULE_VERSION` of the published bytes."""
    reduced_sha256: str | None = None
    phash: int | None = None
    """Signed 64 bits, as are all hashes; None: too plain to be told by a hash."""
    phash_crop5: int | None = None
    phash_crop10: int | None = None
    probes: tuple[int, ...] = ()
    """Hashes of the picture's variants, looked up in the hashes of kept pictures."""
    brightness_p5: float | None = None
    brightness_p99: float | None = None
    information: float | None = None
    sharpness: float | None = None
    is_grey: bool | None = None
    taken_at: datetime | None = None
    lon: float | None = None
    lat: float | None = None
    thumbnail_299: bytes | None = None
    """JPEG, upright; this, `thumbnail_100` and `look` go to the pack, not to the table."""
    thumbnail_100: bytes | None = None
    look: bytes | None = None
    """A small descriptor by which two pictures are compared."""


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
    picture = _decoded(stripped)
    reduced = reduce(picture)
    width_px, height_px = _upright_size(stripped)
    measures = measure(reduced, width_px=width_px, height_px=height_px)
    _require_quality(measures, limits=limits)
    exif = read_exif(stripped.exif)
    thumbnails = thumbnails_of(picture)
    hashes = hash_picture(reduced)
    return Checked(
        reason=None,
        image_id=sha256(stripped.content).hexdigest(),
        format=stripped.format,
        width_px=width_px,
        height_px=height_px,
        size_bytes=len(stripped.content),
        crc32=zlib.crc32(stripped.content),
        rule_version=RULE_VERSION,
        reduced_sha256=digest(reduced),
        phash=hashes.phash,
        phash_crop5=hashes.phash_crop5,
        phash_crop10=hashes.phash_crop10,
        probes=hashes.probes,
        brightness_p5=measures.brightness_p5,
        brightness_p99=measures.brightness_p99,
        information=measures.information,
        sharpness=measures.sharpness,
        is_grey=measures.is_grey,
        taken_at=exif.taken_at,
        lon=exif.lon,
        lat=exif.lat,
        thumbnail_299=thumbnails.px_299,
        thumbnail_100=thumbnails.px_100,
        look=look_of(reduced),
    )


def _decoded(stripped: Stripped) -> Image.Image:
    try:
        return decode_scaled(stripped)
    except MemoryError:
        # The machine's trouble, not the file's: the pixels are within the limit.
        raise
    except Exception as error:  # whatever a decoder throws at broken data
        raise Refused(Reason.CORRUPT) from error


def _require_limits(stripped: Stripped, *, limits: Limits) -> None:
    """Judge what the header claims, before a decoder allocates anything."""
    pixels = stripped.width_px * stripped.height_px
    if pixels == 0:
        raise Refused(Reason.CORRUPT)
    if pixels > limits.max_pixels or stripped.decode_bytes > limits.memory_bytes:
        raise Refused(Reason.TOO_MANY_PIXELS)
    if min(stripped.width_px, stripped.height_px) < limits.min_side_px:
        raise Refused(Reason.TOO_SMALL)
    if stripped.scans * pixels > _MOST_PASSES * limits.max_pixels:
        raise Refused(Reason.TOO_MANY_SCANS)


def _require_quality(measures: Measures, *, limits: Limits) -> None:
    for kind in issues_of(measures):
        if kind in limits.refuse_quality:
            raise Refused(REASON_OF_QUALITY[kind])


def _upright_size(stripped: Stripped) -> tuple[int, int]:
    sides = (stripped.width_px, stripped.height_px)
    return sides[::-1] if stripped.is_turned else sides
