"""JPEG by byte surgery: keep what decodes to the pixels, drop the rest (ITU-T T.81, annex B)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from hub.rules.exif import read_orientation
from hub.rules.jpeg_tables import keep_used
from hub.rules.reasons import Reason, Refused
from hub.rules.stripped import MAX_PIECES, Stripped, clean_profile, minimal_exif

_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_APP0, _APP1, _APP2, _APP14 = 0xE0, 0xE1, 0xE2, 0xEE
# Every start of frame, DHT and DAC apart, lies between 0xC0 and 0xCF; 0xC8 is reserved.
_DHT, _DAC = 0xC4, 0xCC
_FRAMES = frozenset(range(0xC0, 0xD0)) - {_DHT, _DAC, 0xC8}
_PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_TABLES = frozenset({_DHT, _DAC, 0xDB, 0xDD})
# Applications' segments, a comment, the number of lines.
_PASSED_OVER = frozenset({*range(0xE0, 0xF0), 0xFE, 0xDC})
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD8)})

_MARKER = re.compile(rb"\xff[^\x00\xff]")
# Inside a scan, zero-stuffed bytes and restart markers are data.
_SCAN_END = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")

_EXIF, _ICC = b"Exif\x00\x00", b"ICC_PROFILE\x00"
# Version 1.01, no unit, square pixels, no thumbnail: a resolution says nothing about pixels.
_JFIF = b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
_ICC_CHUNK_BYTES = 65_535 - 2 - len(_ICC) - 2

# A JPEG is checked at a scale at which no side exceeds 1,023 pixels: 12 bytes a pixel, and slack.
_SCALED_BYTES = 24 * 1024**2


@dataclass(frozen=True)
class _Segment:
    marker: int
    body: bytes
    scan: bytes = b""


def strip_jpeg(content: bytes) -> Stripped:
    """Return the published form of a JPEG. Raises Refused if its structure is broken."""
    segments = list(_segments(content))
    frames = [segment.body for segment in segments if segment.marker in _FRAMES]
    if len(frames) != 1 or len(frames[0]) < 6:
        raise Refused(Reason.CORRUPT)
    height_px, width_px = int.from_bytes(frames[0][1:3]), int.from_bytes(frames[0][3:5])
    exif = b"".join(s.body[6:] for s in segments if s.marker == _APP1 and s.body[:6] == _EXIF)
    orientation = read_orientation(exif)
    scans = sum(segment.marker == _SOS for segment in segments)
    is_held = any(segment.marker in _PROGRESSIVE for segment in segments) or scans > 1
    coefficients = _coefficient_bytes(frames[0]) if is_held else 0
    return Stripped(
        format="jpeg",
        width_px=width_px,
        height_px=height_px,
        orientation=orientation,
        exif=exif,
        scans=scans,
        decode_bytes=_SCALED_BYTES + coefficients + 3 * len(content),
        content=_assembled(frames[0], segments, orientation=orientation),
    )


def _coefficient_bytes(frame: bytes) -> int:
    """Return what a decoder holds of a picture in several scans: 16 bits a coefficient."""
    height_px, width_px = int.from_bytes(frame[1:3]), int.from_bytes(frame[3:5])
    # Whole units of at most 4 x 4 blocks.
    area = (width_px + 31) * (height_px + 31)
    factors = [(each >> 4, each & 15) for each in frame[7::3]]
    most = max((across for across, _ in factors), default=1) * max(
        (down for _, down in factors), default=1
    )
    return 2 * area * sum(across * down for across, down in factors) // max(most, 1)


def _segments(content: bytes) -> Iterator[_Segment]:
    """Yield the segments up to the end marker.

    Once a scan has completed a picture, decoders no longer mind what comes in the place of the end
    marker as long as it is of a kind to pass over; what is broken behind it costs no picture.
    """
    at, frame, is_complete = 2, _Segment(0, b""), False
    for _ in range(MAX_PIECES):
        marker, at = _next_marker(content, at)
        if marker == _EOI or (is_complete and marker in _PASSED_OVER):
            return
        if marker in _WITHOUT_LENGTH:
            continue
        end = at + int.from_bytes(content[at : at + 2])
        if end > len(content) or end < at + 2:
            raise Refused(Reason.TRUNCATED if end > len(content) else Reason.CORRUPT)
        scan_end = _end_of_scan(content, end) if marker == _SOS else end
        segment = _Segment(marker, content[at + 2 : end], content[end:scan_end].rstrip(b"\xff"))
        yield segment
        frame = segment if marker in _FRAMES else frame
        is_complete = marker == _SOS and _is_whole(frame, segment)
        at = scan_end
    raise Refused(Reason.CORRUPT)


def _is_whole(frame: _Segment, scan: _Segment) -> bool:
    """Tell whether this scan holds all components of a sequential picture."""
    return frame.marker not in (0, *_PROGRESSIVE) and scan.body[:1] == frame.body[5:6]


def _next_marker(content: bytes, at: int) -> tuple[int, int]:
    found = _MARKER.search(content, at)
    if found is None:
        raise Refused(Reason.TRUNCATED)
    return content[found.end() - 1], found.end()


def _end_of_scan(content: bytes, at: int) -> int:
    found = _SCAN_END.search(content, at)
    if found is None:
        raise Refused(Reason.TRUNCATED)
    return found.start()


def _assembled(frame: bytes, segments: list[_Segment], *, orientation: int) -> bytes:
    first_scan = next((n for n, s in enumerate(segments) if s.marker == _SOS), None)
    if first_scan is None:
        raise Refused(Reason.CORRUPT)
    before = segments[:first_scan]
    parts = [b"\xff\xd8", *_application_segments(frame, before, orientation=orientation)]
    used = keep_used(frame, [(s.marker, s.body) for s in segments])
    for segment, body in zip(segments, used, strict=True):
        if body is None:
            continue
        if segment.marker in _TABLES or segment.marker in _FRAMES or segment.marker == _SOS:
            parts += [_segment(segment.marker, body), segment.scan]
        elif segment.marker not in _PASSED_OVER:
            # Hierarchical and reserved markers: no decoder in use takes them.
            raise Refused(Reason.CORRUPT)
    return b"".join([*parts, b"\xff\xd9"])


def _application_segments(
    frame: bytes, segments: list[_Segment], *, orientation: int
) -> Iterator[bytes]:
    """Yield what decides on colours and uprightness, in a fixed order.

    A decoder reads these only before the first scan; of several Adobe ones libjpeg obeys the last.
    """
    adobe = [s.body for s in segments if s.marker == _APP14 and s.body[:5] == b"Adobe"]
    is_jfif = any(
        s.marker == _APP0 and s.body[:5] == b"JFIF\x00" and len(s.body) >= 14 for s in segments
    )
    if is_jfif or (not adobe and _is_as_jfif(frame)):
        yield _segment(_APP0, _JFIF)
    if adobe:
        yield _segment(_APP14, adobe[-1][:12])
    if orientation != 1:
        yield _segment(_APP1, _EXIF + minimal_exif(orientation))
    yield from _profile_segments(segments)


def _is_as_jfif(frame: bytes) -> bool:
    """Tell whether a picture that names no colours is read as JFIF says: grey, or YCbCr.

    Then it gets the segment, so that a copy whose writer left it out is published alike.
    """
    components = frame[5]
    return components == 1 or (components == 3 and frame[6::3] != b"RGB")


def _profile_segments(segments: list[_Segment]) -> Iterator[bytes]:
    """Yield the ICC profile in chunks of one size, if all of them are there (ICC.1:2022, B.4)."""
    chunks = [s.body for s in segments if s.marker == _APP2 and s.body[:12] == _ICC]
    chunks = sorted((chunk for chunk in chunks if len(chunk) > 14), key=lambda chunk: chunk[12])
    profile = clean_profile(b"".join(chunk[14:] for chunk in chunks))
    starts = range(0, len(profile), _ICC_CHUNK_BYTES)
    for number, start in enumerate(starts, start=1):
        place = bytes([number, len(starts)])
        yield _segment(_APP2, _ICC + place + profile[start : start + _ICC_CHUNK_BYTES])


def _segment(marker: int, body: bytes) -> bytes:
    return b"\xff" + bytes([marker]) + (len(body) + 2).to_bytes(2) + body
