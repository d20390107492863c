"""Where each picture's bytes lie in a data file, so that one read fetches one."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from hub.lake.pages import NotPlain, value_ranges

CONTENT = ("content",)

_DIGEST = 32
_DIGESTS = np.dtype(f"S{_DIGEST}")
_LENGTH = 4
"""Bytes of the length that stands before a plain value."""

Digests: TypeAlias = npt.NDArray[np.bytes_]
"""Of 32 bytes each."""
Numbers: TypeAlias = npt.NDArray[np.int64]

_NONE = np.empty(0, dtype=np.int64)


class WrongRange(Exception):
    """A file does not have at a place what its index says."""


@dataclass(frozen=True, slots=True)
class Range:
    """Where a value lies in its file, in bytes."""

    offset: int
    length: int


@dataclass(frozen=True)
class Index:
    """Where the values of some columns lie, by image_id in the order of the digests."""

    table: pa.Table
    """image_id: binary(32); `<column>_offset` and `<column>_length`: int64, a pair a column."""

    def image_ids(self) -> list[str]:
        """Return the ids of all rows, in the order of the digests."""
        # Not numpy's own bytes: they would lose zeros at the end.
        return [digest.hex() for digest in self.table["image_id"].to_pylist()]

    @property
    def is_plain(self) -> bool:
        """Whether it says where the values lie, and not only which pictures there are."""
        return bool(self.table.num_columns > 1)

    def find(self, image_ids: Sequence[str], column: str = "content") -> list[Range | None]:
        """Return where the values of these pictures lie, None for one that is not here."""
        found: list[Range | None] = [None] * len(image_ids)
        order = sorted(range(len(image_ids)), key=image_ids.__getitem__)
        asked = digests_of(image_ids[number] for number in order)
        numbers, rows = self.match(asked)
        for number, place in zip(numbers.tolist(), self.ranges(rows, column), strict=True):
            found[order[number]] = place
        return found

    def match(self, asked: Digests) -> tuple[Numbers, Numbers]:
        """Return which of some digests are here, and at which rows.

        `asked` must be sorted, each once.
        Costs as much as the rows between the first and the last of them, or as they themselves if
        they are fewer: going through ascending pictures reads an index once.
        """
        held = _numbers(self.table["image_id"], _DIGESTS)
        if not len(asked) or not len(held):
            return _NONE, _NONE
        low = int(np.searchsorted(held, asked[0]))
        high = int(np.searchsorted(held, asked[-1], side="right"))
        between = held[low:high]
        if len(between) <= len(asked):
            numbers = np.searchsorted(asked, between)
            # An index that was altered may be out of order.
            here = np.flatnonzero(asked[np.minimum(numbers, len(asked) - 1)] == between)
            return numbers[here], here + low
        rows = np.searchsorted(between, asked)
        here = np.flatnonzero(between[np.minimum(rows, len(between) - 1)] == asked)
        return here, rows[here] + low

    def ranges(self, rows: Numbers, column: str = "content") -> list[Range]:
        """Return where the values of some rows lie."""
        offsets = _numbers(self.table[f"{column}_offset"], np.dtype(np.int64))[rows].tolist()
        lengths = _numbers(self.table[f"{column}_length"], np.dtype(np.int64))[rows].tolist()
        return [*map(Range, offsets, lengths)]


def digests_of(image_ids: Iterable[str]) -> Digests:
    """Return ids, which are digests in hex, as an array."""
    return np.frombuffer(bytes.fromhex("".join(image_ids)), dtype=_DIGESTS)


def index_file(path: str | Path, columns: Sequence[str] = CONTENT) -> Index:
    """Find every value of the columns in a Parquet file that has an `image_id`, a sha256 in hex.

    Reads the footer, the ids, the page headers and the lengths before the values. Raises NotPlain
    if a value is not one piece of the file, OSError or ArrowException if it cannot be read.
    """
    try:
        with _opened(path) as file, pq.ParquetFile(path) as parquet:
            return _index_of(file, parquet, columns)
    except (KeyError, UnicodeDecodeError) as error:
        raise NotPlain("the footer names other columns: it is damaged") from error


def _index_of(file: int, parquet: pq.ParquetFile, columns: Sequence[str]) -> Index:
    digests = _digests(parquet)
    order = np.argsort(digests, kind="stable")
    arrays = {"image_id": _id_column(digests[order])}
    for column in columns:
        offsets, lengths = _column_ranges(file, parquet, column)
        if len(offsets) != len(order):
            raise NotPlain("the column has other rows than the ids")
        arrays[f"{column}_offset"] = pa.array(offsets[order])
        arrays[f"{column}_length"] = pa.array(lengths[order])
    return Index(pa.table(arrays))


def index_ids(path: str | Path) -> Index:
    """Find which pictures a file holds whose values are not in one piece each.

    Raises OSError, ArrowException or KeyError if it cannot be read.
    """
    with pq.ParquetFile(path) as parquet:
        return Index(pa.table({"image_id": _id_column(np.sort(_digests(parquet)))}))


def _id_column(digests: Digests) -> pa.Array:
    return pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(_DIGEST), len(digests), [None, pa.py_buffer(digests.tobytes())]
    )


def read_ranges(path: str | Path, ranges: Iterable[Range]) -> Iterator[bytes]:
    """Yield the bytes of each range, in any order, one in memory at a time.

    Raises WrongRange where the file does not have a value of that length at that place.
    """
    with _opened(path) as file:
        for wanted in ranges:
            yield bytes(read_piece(file, wanted, 0, wanted.length))


def read_piece(file: int, wanted: Range, first: int, end: int) -> memoryview:
    """Read a value of an open file from `first` up to `end` of it.

    Raises WrongRange as `read_ranges` does; the length before the value is looked at where the
    piece is the value's beginning.
    """
    if wanted.offset < _LENGTH or not 0 <= first <= end <= wanted.length:
        raise WrongRange
    before = 0 if first else _LENGTH
    read = memoryview(os.pread(file, before + end - first, wanted.offset + first - before))
    if len(read) != before + end - first:
        raise WrongRange
    if before and int.from_bytes(read[:before], "little") != wanted.length:
        raise WrongRange
    return read[before:]


@contextmanager
def _opened(path: str | Path) -> Iterator[int]:
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        yield file
    finally:
        os.close(file)


def _digests(parquet: pq.ParquetFile) -> Digests:
    try:
        ids = [bytes.fromhex(one) for one in parquet.read(["image_id"])["image_id"].to_pylist()]
    except (TypeError, ValueError) as error:
        raise NotPlain("an image_id is no digest") from error
    if any(len(one) != _DIGEST for one in ids):
        raise NotPlain("an image_id is no sha256")
    return np.array(ids, dtype=_DIGESTS)


def _column_ranges(file: int, parquet: pq.ParquetFile, column: str) -> tuple[Numbers, Numbers]:
    leaves = [parquet.schema.column(number) for number in range(len(parquet.schema))]
    number = next((at for at, leaf in enumerate(leaves) if leaf.path == column), None)
    if number is None or leaves[number].physical_type != "BYTE_ARRAY":
        raise NotPlain(f"the file has no column {column} of bytes")
    groups = (
        parquet.metadata.row_group(group).column(number) for group in range(parquet.num_row_groups)
    )
    found = [
        (one.start, len(one))
        for chunk in groups
        for one in value_ranges(file, chunk, depth=leaves[number].max_definition_level)
    ]
    pairs = np.array(found, dtype=np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _numbers(column: pa.ChunkedArray, dtype: np.dtype[np.generic]) -> npt.NDArray[np.generic]:
    """View a column without NULLs as numpy, without copying it."""
    if column.num_chunks != 1:
        column = pa.chunked_array([column.combine_chunks()])
    chunk = column.chunk(0)
    data = chunk.buffers()[1]
    if data is None or not len(chunk):
        return np.empty(0, dtype)
    return np.frombuffer(data, dtype, count=len(chunk), offset=chunk.offset * dtype.itemsize)
