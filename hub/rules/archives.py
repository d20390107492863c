"""The layout of a zip archive, known before its first byte: where each byte lies, and which it is.

Members are stored, not deflated, with one fixed time, so that an archive is a function of its
members' names, sizes and checksums. Offsets beyond 4 GiB and more than 65,534 members use Zip64.
(Source: PKWARE, APPNOTE.TXT 6.3.10, sections 4.3 and 4.5.3.)
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Integers: TypeAlias = npt.NDArray[np.integer[Any]]

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_END64 = struct.Struct("<4sQ2H2I4Q")
_LOCATOR = struct.Struct("<4sIQI")
_EXTRA = struct.Struct("<2HQ")

_VERSION, _VERSION64 = 20, 45
_UNIX = 3 << 8
_UTF8 = 1 << 11
_STORED = 0
# The first moment that the format knows: 1980-01-01 00:00:00.
_TIME, _DATE = 0, 1 << 5 | 1
_FILE_MODE = 0o100644 << 16
_MOST = 0xFFFFFFFF
_MOST_MEMBERS = 0xFFFF
_ENTRIES_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes of a member's content: from `first` up to `end`."""

    member: int
    first: int
    end: int


class Layout:
    """Where the members of an archive lie. Memory: 16 bytes a member beside the checksums."""

    def __init__(
        self,
        sizes: Integers,
        crc32s: Integers,
        *,
        name: Callable[[int], bytes],
        name_bytes: Integers,
    ) -> None:
        """`name(member)` is UTF-8 of `name_bytes[member]` bytes. Raises ValueError for sizes of
        4 GiB and more.
        """
        if len(sizes) and int(sizes.max()) >= _MOST:
            raise ValueError("a member of an archive has less than 4 GiB")
        self._crc32s, self._name = crc32s, name
        self._starts = _running(_LOCAL.size + name_bytes + sizes)
        is_far = self._starts[:-1] >= _MOST
        directory = int(self._starts[-1])
        self._entries = directory + _running(_CENTRAL.size + name_bytes + is_far * _EXTRA.size)
        self._end = _end_of(len(sizes), directory, int(self._entries[-1]))

    @property
    def size_bytes(self) -> int:
        """Of the whole archive."""
        return int(self._entries[-1]) + len(self._end)

    def place_of(self, member: int) -> tuple[int, int]:
        """Return where a member's content begins and ends; what follows it does not matter."""
        return self._content_of(member, self._name(member))

    def _content_of(self, member: int, name: bytes) -> tuple[int, int]:
        first = int(self._starts[member]) + _LOCAL.size + len(name)
        return first, int(self._starts[member + 1])

    def read(self, first: int, end: int) -> Iterator[bytes | Part]:
        """Yield the bytes from `first` up to `end` in order, contents as parts of members."""
        yield from self._read_members(first, min(end, int(self._starts[-1])))
        yield from self._read_directory(first, min(end, int(self._entries[-1])))
        if tail := _cut(self._end, int(self._entries[-1]), first, end):
            yield tail

    def _read_members(self, first: int, end: int) -> Iterator[bytes | Part]:
        if first >= end:
            return
        member = int(np.searchsorted(self._starts, first, side="right")) - 1
        while (start := int(self._starts[member])) < end:
            name = self._name(member)
            content, stop = self._content_of(member, name)
            if first < content:
                yield _cut(self._local_header(member, name, stop - content), start, first, end)
            if max(first, content) < min(end, stop):
                yield Part(member, max(0, first - content), min(stop, end) - content)
            member += 1
            if member == len(self._crc32s):
                return

    def _read_directory(self, first: int, end: int) -> Iterator[bytes]:
        if max(first, int(self._entries[0])) >= end:
            return
        member = max(0, int(np.searchsorted(self._entries, first, side="right")) - 1)
        last = int(np.searchsorted(self._entries, end, side="left"))
        members = iter(range(member, min(last, len(self._crc32s))))
        while some := list(islice(members, _ENTRIES_AT_ONCE)):
            entries = b"".join(map(self._entry, some))
            yield _cut(entries, int(self._entries[some[0]]), first, end)

    def _local_header(self, member: int, name: bytes, size: int) -> bytes:
        said = (_VERSION, _UTF8, _STORED, _TIME, _DATE, int(self._crc32s[member]), size, size)
        return _LOCAL.pack(b"PK\x03\x04", *said, len(name), 0) + name

    def _entry(self, member: int) -> bytes:
        name, start = self._name(member), int(self._starts[member])
        size = int(self._starts[member + 1]) - start - _LOCAL.size - len(name)
        extra = _EXTRA.pack(1, 8, start) if start >= _MOST else b""
        version = _VERSION64 if extra else _VERSION
        said = (_UNIX | version, version, _UTF8, _STORED, _TIME, _DATE, int(self._crc32s[member]))
        lengths = (size, size, len(name), len(extra), 0, 0, 0)
        place = (_FILE_MODE, min(start, _MOST))
        return _CENTRAL.pack(b"PK\x01\x02", *said, *lengths, *place) + name + extra


def _running(lengths: Integers) -> Integers:
    """Return where each of them starts, and where the last ends."""
    return np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])


def _end_of(members: int, directory: int, end: int) -> bytes:
    """Return what ends an archive whose directory lies from `directory` up to `end`."""
    size = end - directory
    head = b""
    if members >= _MOST_MEMBERS or directory >= _MOST or size >= _MOST:
        counts = (_UNIX | _VERSION64, _VERSION64, 0, 0, members, members)
        head = _END64.pack(b"PK\x06\x06", _END64.size - 12, *counts, size, directory)
        head += _LOCATOR.pack(b"PK\x06\x07", 0, end, 1)
    count = min(members, _MOST_MEMBERS)
    return head + _END.pack(
        b"PK\x05\x06", 0, 0, count, count, min(size, _MOST), min(directory, _MOST), 0
    )


def _cut(content: bytes, start: int, first: int, end: int) -> bytes:
    """Return what of bytes that lie at `start` is from `first` up to `end`."""
    return content[max(0, first - start) : max(0, end - start)]
