"""Gives a JPEG an orientation that it lacks, by byte surgery: no pixel is touched."""

import struct

from hub.rules.stripped import minimal_exif

_SOI, _APP0, _APP1 = b"\xff\xd8", b"\xff\xe0", b"\xff\xe1"
_EXIF = b"Exif\x00\x00"
_ORIENTATION, _SHORT = 0x0112, 3
_LONGEST_SEGMENT = 65_533

ORIENTATIONS = {0: 1, 90: 8, 180: 3, 270: 6}
"""EXIF orientation by degrees to turn a picture counter-clockwise until it stands upright."""


def turned(content: bytes, *, orientation: int) -> bytes | None:
    """Return the JPEG with that EXIF orientation, or None where it cannot be given one.

    That is where it has one already, is no JPEG, or has an EXIF block that is broken or full. What
    else the block says stays: a directory with one entry more is put behind it, so that nothing in
    it moves (TIFF 6.0, section 2).
    """
    if not content.startswith(_SOI):
        return None
    found = _find_exif(content)
    if found is None:
        at = _after_jfif(content)
        return content[:at] + _segment(_EXIF + minimal_exif(orientation)) + content[at:]
    start, end = found
    block = _with_orientation(content[start + 4 + len(_EXIF) : end], orientation)
    if block is None or len(_EXIF) + len(block) > _LONGEST_SEGMENT:
        return None
    return content[:start] + _segment(_EXIF + block) + content[end:]


def _segment(body: bytes) -> bytes:
    return _APP1 + (len(body) + 2).to_bytes(2) + body


def _after_jfif(content: bytes) -> int:
    if content[2:4] != _APP0:
        return 2
    return min(4 + int.from_bytes(content[4:6]), len(content))


def _find_exif(content: bytes) -> tuple[int, int] | None:
    """Return where the EXIF segment begins and ends: among those of applications, at the front."""
    at = 2
    while (
        content[at : at + 1] == b"\xff" and 0xE0 <= int.from_bytes(content[at + 1 : at + 2]) <= 0xEF
    ):
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4])
        if end < at + 4 or end > len(content):
            return None
        if content[at : at + 2] == _APP1 and content[at + 4 : at + 10] == _EXIF:
            return at, end
        at = end
    return None


def _with_orientation(block: bytes, orientation: int) -> bytes | None:
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(block[:4])
    if order is None or len(block) < 8:
        return None
    (at,) = struct.unpack_from(f"{order}I", block, 4)
    if at + 2 > len(block):
        return None
    (count,) = struct.unpack_from(f"{order}H", block, at)
    end = at + 2 + 12 * count
    if end + 4 > len(block) or count == 0xFFFF:
        return None
    entries = [block[place : place + 12] for place in range(at + 2, end, 12)]
    if any(_tag(entry, order) == _ORIENTATION for entry in entries):
        return None
    entries.append(struct.pack(f"{order}HHIHH", _ORIENTATION, _SHORT, 1, orientation, 0))
    entries.sort(key=lambda entry: _tag(entry, order))
    padded = block + b"\x00" * (len(block) % 2)
    directory = struct.pack(f"{order}H", count + 1) + b"".join(entries) + block[end : end + 4]
    return padded[:4] + struct.pack(f"{order}I", len(padded)) + padded[8:] + directory


def _tag(entry: bytes, order: str) -> int:
    return int(struct.unpack_from(f"{order}H", entry)[0])
