"""Finds where the values of a plain, uncompressed binary column lie in a Parquet file."""

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow.parquet as pq

_HEADER_BYTES = 512
"""A page header takes some 30 bytes where its column has no statistics."""
_LONGEST_HEADER = 1 << 20

_PLAIN = 0
_DATA_PAGE = 0
_DATA_PAGE_V2 = 3


class NotPlain(Exception):
    """The column is laid out so that a value is not one piece of the file."""


@dataclass(frozen=True, slots=True)
class _Page:
    start: int
    """Where its first value's length stands."""
    end: int
    values: int


def value_ranges(file: int, chunk: pq.ColumnChunkMetaData, *, depth: int) -> Iterator[range]:
    """Yield where each value of a column chunk lies in an open file, in the order of the rows.

    `depth` is the column's maximum definition level: 1 where it may be NULL. Every length that
    stands before a value is read, nothing else of the values. Raises NotPlain if the chunk is
    compressed, in a dictionary or holds NULLs, or is not what its headers say.

    The layout: https://parquet.apache.org/docs/file-format/data-pages/ and, for plain values of
    4 bytes of length and then the bytes, https://parquet.apache.org/docs/file-format/data-pages/encodings/
    """
    if chunk.compression != "UNCOMPRESSED" or chunk.has_dictionary_page:
        raise NotPlain("the column is compressed, or in a dictionary")
    position, rows = chunk.data_page_offset, 0
    end = position + chunk.total_compressed_size
    while position < end:
        page = _read_page(file, position, depth)
        yield from _walk(file, page)
        position, rows = page.end, rows + page.values
    if (position, rows) != (end, chunk.num_values):
        raise NotPlain("the pages are not what the footer says")


def _walk(file: int, page: _Page) -> Iterator[range]:
    position = page.start
    for _ in range(page.values):
        start = position + 4
        position = start + _unsigned(os.pread(file, 4, position))
        if position > page.end:
            break
        yield range(start, position)
    if position != page.end:
        raise NotPlain("the values do not fill their page: some are NULL, or it is damaged")


def _unsigned(four: bytes) -> int:
    if len(four) != 4:
        raise NotPlain("the file ends within a page")
    (number,) = struct.unpack("<I", four)
    assert isinstance(number, int)
    return number


def _read_page(file: int, position: int, depth: int) -> _Page:
    header, size = _read_header(file, position)
    start = position + size
    try:
        end = start + header[3]
        if header[1] == _DATA_PAGE:
            told = header[5]
            # Levels, where there are any, stand before the values with their own length.
            skipped = 4 + _unsigned(os.pread(file, 4, start)) if depth else 0
        elif header[1] == _DATA_PAGE_V2:
            told = header[8]
            skipped = told[5] + told[6]
        else:
            raise NotPlain("the column has pages of another kind")
        encoding = told[2] if header[1] == _DATA_PAGE else told[4]
        values = told[1]
    except (KeyError, TypeError) as error:
        raise NotPlain("a page header lacks what it must say") from error
    if encoding != _PLAIN or start + skipped > end:
        raise NotPlain("the column is encoded")
    return _Page(start + skipped, end, values)


def _read_header(file: int, position: int) -> tuple[dict[int, Any], int]:
    """Return the fields of a page header by number, and its length in bytes."""
    size = _HEADER_BYTES
    while size <= _LONGEST_HEADER:
        buffer = os.pread(file, size, position)
        try:
            return _Thrift(buffer).read()
        except IndexError:
            size *= 8
    raise NotPlain("a page header has no end")


class _Thrift:
    """Reads one struct of Thrift's compact protocol: as much of it as page headers use.

    https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
    """

    def __init__(self, buffer: bytes) -> None:
        self._buffer = buffer
        self._position = 0

    def read(self) -> tuple[dict[int, Any], int]:
        return self._struct(), self._position

    def _struct(self) -> dict[int, Any]:
        fields: dict[int, Any] = {}
        number = 0
        while head := self._byte():
            step, kind = head >> 4, head & 15
            number = number + step if step else self._signed()
            fields[number] = self._value(kind)
        return fields

    def _value(self, kind: int) -> Any:
        if kind in (1, 2):
            return kind == 1
        if kind in (4, 5, 6):
            return self._signed()
        if kind == 8:
            return self._skip(self._varint())
        if kind == 12:
            return self._struct()
        raise NotPlain("a page header holds what no page header holds")

    def _skip(self, size: int) -> None:
        self._position += size
        if self._position > len(self._buffer):
            raise IndexError

    def _signed(self) -> int:
        number = self._varint()
        return (number >> 1) ^ -(number & 1)

    def _varint(self) -> int:
        number = shift = 0
        while True:
            byte = self._byte()
            number |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return number
            if shift > 63:
                raise NotPlain("a page header is damaged")

    def _byte(self) -> int:
        byte = self._buffer[self._position]
        self._position += 1
        return byte
