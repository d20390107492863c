"""Place, time and orientation out of an EXIF block, whatever is in it (CIPA DC-008, TIFF 6.0).

Read by hand and not by Pillow, which copies the value of every entry: a directory of 65,535 entries
that all point at one large value would take hundreds of gigabytes. Here only wanted entries of
three directories are followed, so that the cost is bounded by the directories' own length.
"""

import math
import struct
from dataclasses import dataclass
from datetime import UTC, datetime

_ORIENTATION, _EXIF_IFD, _GPS_IFD = 0x0112, 0x8769, 0x8825
_TAKEN, _TAKEN_OFFSET = 0x9003, 0x9011
_LATITUDE_REF, _LATITUDE, _LONGITUDE_REF, _LONGITUDE = 1, 2, 3, 4

_ASCII, _RATIONAL = 2, 5
_WHOLE = {1: "B", 3: "H", 4: "I"}
_LONGEST_TEXT_BYTES = 64

# Digital cameras with EXIF came in 1995; a camera whose clock was never set says 1970 or 1980.
_EARLIEST_YEAR, _LATEST_YEAR = 1990, 2100


@dataclass(frozen=True)
class Exif:
    """What the hub uses of a picture's EXIF; None where it is absent or implausible."""

    taken_at: datetime | None
    """UTC. A camera that gives no offset is read as if its clock showed UTC."""
    lon: float | None
    """Degrees, east is positive; given only together with `lat`, north positive."""
    lat: float | None


@dataclass(frozen=True)
class _Entry:
    type: int
    count: int
    field: bytes
    """Four bytes: the value itself if it fits, else its offset."""


class _Block:
    """A TIFF block: its byte order and bounded reads."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(content[:4])

    def directory(self, offset: int, *, wanted: tuple[int, ...]) -> dict[int, _Entry]:
        """Return the wanted entries of the directory at `offset`; of equal tags the last."""
        count = self._whole("H", self.content[offset : offset + 2])
        end = offset + 2 + 12 * (count or 0)
        entries = {}
        for at in range(offset + 2, min(end, len(self.content) - 11), 12):
            tag, kind, length = struct.unpack_from(f"{self.order}HHI", self.content, at)
            if tag in wanted:
                entries[tag] = _Entry(kind, length, self.content[at + 8 : at + 12])
        return entries

    def whole(self, entry: _Entry | None) -> int | None:
        """Return a single unsigned whole number."""
        if entry is None or entry.count != 1 or entry.type not in _WHOLE:
            return None
        return self._whole(_WHOLE[entry.type], entry.field)

    def text(self, entry: _Entry | None) -> str:
        """Return a short ASCII value up to its first NUL; empty if absent or not such a value."""
        if entry is None or entry.type != _ASCII or entry.count > _LONGEST_TEXT_BYTES:
            return ""
        value = self._value(entry, entry.count)
        return value.partition(b"\x00")[0].decode("ascii", "replace").strip()

    def rationals(self, entry: _Entry | None) -> list[float]:
        """Return degrees, minutes, seconds; empty if absent, of another form or divided by 0."""
        if entry is None or entry.type != _RATIONAL or entry.count != 3:
            return []
        value = self._value(entry, 24)
        if len(value) < 24:
            return []
        parts = struct.unpack(f"{self.order}6I", value)
        pairs = list(zip(parts[::2], parts[1::2], strict=True))
        return [over / under for over, under in pairs] if all(under for _, under in pairs) else []

    def _whole(self, form: str, value: bytes) -> int | None:
        size = struct.calcsize(form)
        return struct.unpack(f"{self.order}{form}", value[:size])[0] if len(value) >= size else None

    def _value(self, entry: _Entry, size: int) -> bytes:
        if size <= 4:
            return entry.field[:size]
        offset = self._whole("I", entry.field) or 0
        return self.content[offset : offset + size]


def read_orientation(content: bytes) -> int:
    """Return the orientation (1 to 8) of an EXIF block; 1 where it says none or nonsense."""
    block = _Block(content)
    orientation = block.whole(_root(block, wanted=(_ORIENTATION,)).get(_ORIENTATION))
    return orientation if orientation is not None and 1 <= orientation <= 8 else 1


def read_exif(content: bytes) -> Exif:
    """Return time and place of an EXIF block (from its byte-order mark on). Never raises."""
    block = _Block(content)
    root = _root(block, wanted=(_EXIF_IFD, _GPS_IFD))
    lon, lat = _place(block, offset=block.whole(root.get(_GPS_IFD)))
    return Exif(taken_at=_time(block, offset=block.whole(root.get(_EXIF_IFD))), lon=lon, lat=lat)


def _root(block: _Block, *, wanted: tuple[int, ...]) -> dict[int, _Entry]:
    if block.order is None or len(block.content) < 8:
        return {}
    (offset,) = struct.unpack_from(f"{block.order}I", block.content, 4)
    return block.directory(offset, wanted=wanted)


def _place(block: _Block, *, offset: int | None) -> tuple[float, float] | tuple[None, None]:
    if offset is None:
        return None, None
    wanted = (_LATITUDE_REF, _LATITUDE, _LONGITUDE_REF, _LONGITUDE)
    gps = block.directory(offset, wanted=wanted)
    lat = _degrees(block, gps.get(_LATITUDE), sign=block.text(gps.get(_LATITUDE_REF)), signs="NS")
    lon = _degrees(block, gps.get(_LONGITUDE), sign=block.text(gps.get(_LONGITUDE_REF)), signs="EW")
    if lat is None or lon is None or abs(lat) > 90 or abs(lon) > 180:
        return None, None
    # 0,0 is what a receiver without a fix writes; nobody photographs that spot of the sea.
    return (None, None) if lat == lon == 0 else (lon, lat)


def _degrees(block: _Block, entry: _Entry | None, *, sign: str, signs: str) -> float | None:
    parts = block.rationals(entry)
    if not parts or len(sign) != 1 or sign.upper() not in signs:
        return None
    degrees, minutes, seconds = parts
    # 60 itself is met: a rounded 59.9999.
    if minutes > 60 or seconds > 60:
        return None
    total = degrees + minutes / 60 + seconds / 3600
    return math.copysign(total, 1 if sign.upper() == signs[0] else -1)


def _time(block: _Block, *, offset: int | None) -> datetime | None:
    if offset is None:
        return None
    entries = block.directory(offset, wanted=(_TAKEN, _TAKEN_OFFSET))
    text = block.text(entries.get(_TAKEN))
    zone = block.text(entries.get(_TAKEN_OFFSET)) or "+00:00"
    for value in (text + zone, text + "+00:00"):
        try:
            taken_at = datetime.strptime(value, "%Y:%m:%d %H:%M:%S%z").astimezone(UTC)
        except (ValueError, OverflowError):
            continue
        return taken_at if _EARLIEST_YEAR <= taken_at.year < _LATEST_YEAR else None
    return None
