"""Writes a table's data files: on Spark's workers one a partition, on the driver a small one."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import DataFrame
from pyspark.sql.types import LongType, StringType, StructType

from jobs.bounds import Bounds

GROUP_BYTES = 16 * 1024**2
_GROUP_ROWS = 128 * 1024
_PAGE_BYTES = 2**30
"""Beyond any row group: a chunk is one page, so that each value lies in one piece."""

WRITTEN = (
    StructType()
    .add("path", StringType())
    .add("size_bytes", LongType())
    .add("modified_ms", LongType())
    .add("rows", LongType())
    .add("statistics", StringType())
)
"""What comes back from the workers of a file: the fields of `DataFile`."""


@dataclass(frozen=True)
class DataFile:
    """A data file that is written and belongs to its table once it is committed."""

    path: str
    """Relative to the table's folder."""
    size_bytes: int
    modified_ms: int
    rows: int
    statistics: str
    """JSON as in the table's log: bounds and counts of NULLs by column."""


@dataclass(frozen=True)
class Target:
    """Where rows are to go: a table's folder, its columns, and the values that all rows share."""

    folder: str
    schema: pa.Schema
    values: Mapping[str, Any]

    def fit(self, rows: pa.RecordBatch) -> pa.RecordBatch:
        """Give rows the table's columns, in its order; raises KeyError if one is lacking."""
        columns = [
            pa.repeat(pa.scalar(self.values[field.name], field.type), rows.num_rows)
            if field.name in self.values
            else rows.column(field.name).cast(field.type)
            for field in self.schema
        ]
        return pa.RecordBatch.from_arrays(columns, schema=self.schema)


class FileWriter:
    """Writes one new data file in bounded memory; without a row there is none.

    Nobody reads a file before it is committed, so it needs no other name while it grows, and
    its name is like no other's: a task that runs again touches nothing that was committed.
    """

    def __init__(self, target: Target) -> None:
        self._target = target
        self._path = Path(target.folder) / f"part-{uuid4().hex}.parquet"
        self._writer: pq.ParquetWriter | None = None
        self._pending: list[pa.RecordBatch] = []
        self._rows = 0
        self._bounds = Bounds()

    def add(self, rows: pa.RecordBatch) -> None:
        """Take rows of some bytes; a row group is what came until it is large enough."""
        if rows.num_rows:
            self._pending.append(self._target.fit(rows))
        if _size(self._pending) >= GROUP_BYTES or _rows(self._pending) >= _GROUP_ROWS:
            self._flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None and self._pending:
            self._flush()
        if self._writer is None:
            return
        self._writer.close()
        if error is None:
            _sync(self._path)
        else:
            self._path.unlink(missing_ok=True)

    @property
    def path(self) -> Path | None:
        """Where the file is, or None if there was no row."""
        return self._path if self._rows else None

    def written(self) -> list[DataFile]:
        """Describe the closed file, if there was a row."""
        if not self._rows:
            return []
        status = self._path.stat()
        return [
            DataFile(
                path=self._path.name,
                size_bytes=status.st_size,
                modified_ms=status.st_mtime_ns // 10**6,
                rows=self._rows,
                statistics=self._bounds.to_json(),
            )
        ]

    def _flush(self) -> None:
        if self._writer is None:
            self._writer = _open(self._path, self._target.schema)
        group = pa.Table.from_batches(self._pending)
        self._rows += group.num_rows
        self._bounds.add(group)
        self._writer.write_table(group, row_group_size=_rows_a_group(group))
        self._pending = []


def write_files(batches: Iterable[pa.RecordBatch], *, target: Target) -> Iterator[pa.RecordBatch]:
    """Write a partition's rows into one file; yield what it is, a row of WRITTEN."""
    with FileWriter(target) as file:
        for batch in batches:
            file.add(batch)
    yield describe(file.written())


def describe(files: Iterable[DataFile]) -> pa.RecordBatch:
    """Return the files as rows of WRITTEN, to send them to the driver."""
    return pa.RecordBatch.from_pylist([vars(file) for file in files], schema=_DESCRIPTION)


def write_table(rows: pa.Table, *, target: Target) -> list[DataFile]:
    """Write rows that the driver holds into one file; none for no rows."""
    with FileWriter(target) as file:
        for batch in rows.combine_chunks().to_batches():
            file.add(batch)
    return file.written()


class Rows(Protocol):
    """A DataFrame, or what its workers read themselves."""

    def mapInArrow(self, func: Any, schema: StructType) -> DataFrame:
        """Run a function over record batches of the rows."""


def written_by(rows: Rows, worker: Any = write_files, **settings: object) -> list[DataFile]:
    """Run a worker that ends in `write_files` over the rows; return the files of all partitions.

    What a task that failed has written stays behind, uncommitted, for `vacuum` to remove.
    """
    done = rows.mapInArrow(partial(worker, **settings), WRITTEN)
    return [DataFile(**row.asDict()) for row in done.collect()]


_DESCRIPTION = pa.schema(
    [
        ("path", pa.string()),
        ("size_bytes", pa.int64()),
        ("modified_ms", pa.int64()),
        ("rows", pa.int64()),
        ("statistics", pa.string()),
    ]
)


def _open(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    """Open a file whose bytes columns are plain (JPEG does not shrink) and the others small."""
    plain = [field.name for field in schema if pa.types.is_binary(field.type)]
    others = [field.name for field in schema if field.name not in plain]
    return pq.ParquetWriter(
        path,
        schema,
        compression={name: "none" if name in plain else "zstd" for name in schema.names},
        use_dictionary=others,
        write_statistics=others,
        data_page_size=_PAGE_BYTES,
        max_rows_per_page=_GROUP_ROWS,
        store_schema=False,
    )


def _rows_a_group(rows: pa.Table) -> int:
    """Return how many rows fill a row group, if they are of one size."""
    groups = -(-int(rows.nbytes) // GROUP_BYTES)
    return max(1, int(rows.num_rows) // groups)


def _size(batches: list[pa.RecordBatch]) -> int:
    return sum(batch.nbytes for batch in batches)


def _rows(batches: list[pa.RecordBatch]) -> int:
    return sum(batch.num_rows for batch in batches)


def _sync(path: Path) -> None:
    """Return once a file is on disk: Postgres will say so of its pictures, and outlive a power cut.

    Spark's own writer leaves that to chance.
    """
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
