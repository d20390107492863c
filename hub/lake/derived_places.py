"""Where derived pictures lie in `images_augmented`, and their bytes."""

import os
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from types import TracebackType
from typing import Protocol, Self, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hub.errors import LakeUnreadable
from hub.lake.pages import NotPlain, value_ranges
from hub.lake.ranges import Range, WrongRange, read_piece
from hub.lake.tables import find_table, reading, table_path

TABLE = "images_augmented"

PLACES = pa.schema(
    [
        ("image_id", pa.binary(32)),
        ("number", pa.int32()),
        ("path", pa.string()),
        ("row_group", pa.int32()),
        ("row", pa.int32()),
        ("offset", pa.int64()),
        ("length", pa.int64()),
    ]
)
"""Columns of `list_places`; `offset` is -1 where the bytes are not one piece of their file."""

_NARROW = ["image_id", "number", "reason"]
_OPEN_FILES = 64
_HELD_GROUPS = 2
"""Of 16 MB each."""


class Placed(Protocol):
    """A row of `list_places`."""

    @property
    def path(self) -> str: ...

    @property
    def row_group(self) -> int: ...

    @property
    def row(self) -> int: ...

    @property
    def offset(self) -> int: ...

    @property
    def length(self) -> int: ...


Kept = TypeVar("Kept", bound=Placed)


def list_places(lake_root: str) -> pa.Table:
    """Return where every derived picture lies that has bytes, by (image_id, number), each once.

    Reads narrow columns and the length before each picture. Raises LakeUnreadable.
    """
    table = find_table(lake_root, TABLE)
    if table is None:
        return PLACES.empty_table()
    root = table_path(lake_root, TABLE)
    paths = sorted(
        f"{root}/{name}" for name in pa.table(table.get_add_actions())["path"].to_pylist()
    )
    found = pa.Table.from_batches((group for path in paths for group in _groups(path)), PLACES)
    found = found.sort_by([(name, "ascending") for name in ("image_id", "number", "path", "row")])
    return found.filter(_is_first(found))


def _is_first(found: pa.Table) -> pa.Array:
    """Tell which rows are not of the picture before: one undone and sent again is derived again."""
    if found.num_rows < 2:
        return pa.array([True] * found.num_rows)
    pairs = [
        pc.not_equal(column.slice(1), column.slice(0, found.num_rows - 1))
        for column in (found["image_id"].combine_chunks(), found["number"].combine_chunks())
    ]
    return pa.concat_arrays([pa.array([True]), pc.or_(*pairs)])


def _groups(path: str) -> Iterator[pa.RecordBatch]:
    with reading(path), pq.ParquetFile(path) as file, open(path, "rb") as opened:
        for number in range(file.num_row_groups):
            rows = file.read_row_group(number, columns=_NARROW)
            count = rows.num_rows
            places = _ranges(opened.fileno(), file, number)
            group = pa.RecordBatch.from_arrays(
                [
                    pa.array(map(bytes.fromhex, rows["image_id"].to_pylist()), pa.binary(32)),
                    rows["number"].combine_chunks().cast(pa.int32()),
                    pa.repeat(path, count),
                    pa.repeat(pa.scalar(number, pa.int32()), count),
                    pa.array(range(count), pa.int32()),
                    pa.array((place.start for place in places), pa.int64()),
                    pa.array(map(len, places), pa.int64()),
                ],
                schema=PLACES,
            )
            yield group.filter(rows["reason"].combine_chunks().is_null())


def _ranges(opened: int, file: pq.ParquetFile, group: int) -> list[range]:
    """Return where each row's bytes lie; nowhere, if they lie otherwise."""
    names = [file.schema.column(number).path for number in range(len(file.schema))]
    at = names.index("content")
    chunk = file.metadata.row_group(group).column(at)
    with suppress(NotPlain):
        return [*value_ranges(opened, chunk, depth=file.schema.column(at).max_definition_level)]
    return [range(-1, -1)] * chunk.num_values


class DerivedReader:
    """Reads derived pictures by their places; keeps a few files open; for one thread."""

    def __init__(self) -> None:
        self._files: OrderedDict[str, int] = OrderedDict()
        self._groups: OrderedDict[tuple[str, int], pa.ChunkedArray] = OrderedDict()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        while self._files:
            os.close(self._files.popitem()[1])

    def read(self, rows: Iterable[Kept]) -> Iterator[tuple[Kept, bytes]]:
        """Yield rows with their bytes in the order given. Raises LakeUnreadable."""
        for one in rows:
            with reading(one.path):
                yield one, self._content(one)

    def _content(self, one: Placed) -> bytes:
        if one.offset < 0:
            content: bytes = self._group(one.path, one.row_group)[one.row].as_py()
            return content
        try:
            place = Range(one.offset, one.length)
            return bytes(read_piece(self._file(one.path), place, 0, one.length))
        except WrongRange as error:
            raise LakeUnreadable(
                f"{one.path} of the lake was changed while it was read: run the same command again."
            ) from error

    def _file(self, path: str) -> int:
        file = self._files.get(path)
        if file is None:
            if len(self._files) == _OPEN_FILES:
                os.close(self._files.popitem(last=False)[1])
            file = self._files[path] = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self._files.move_to_end(path)
        return file

    def _group(self, path: str, number: int) -> pa.ChunkedArray:
        """Read the bytes of a row group, of which the next ones asked for may be neighbours."""
        key = (path, number)
        if key not in self._groups:
            if len(self._groups) == _HELD_GROUPS:
                self._groups.popitem(last=False)
            with pq.ParquetFile(path, pre_buffer=False) as file:
                self._groups[key] = file.read_row_group(number, columns=["content"])["content"]
        self._groups.move_to_end(key)
        return self._groups[key]
