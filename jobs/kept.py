"""Reads the kept pictures on the workers: narrow columns of all, whole rows of the few that match.

Spark hands out pieces of files and the workers read them: rows that came through the JVM would
all be copied to Python whole, to be thrown away there.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from pyarrow.fs import LocalFileSystem

from hub.lake.files import list_files
from hub.lake.tables import reading
from hub.rules.searching import Integers
from jobs.alike import SEARCHED, BatchIndex, matching_rows

PIECE = pa.schema([("path", pa.string()), ("number", pa.int32()), ("count", pa.int32())])
"""Of a data file every row group whose number leaves `number` when divided by `count`."""

_PIECE_BYTES = 16 * 1024**2
# Spark writes times as INT96, which is read as nanoseconds unless told otherwise.
_PARQUET = ds.ParquetFileFormat(
    read_options=ds.ParquetReadOptions(coerce_int96_timestamp_unit="us")
)


def list_pieces(lake_root: str) -> pa.Table:
    """Cut the data files of the kept pictures' newest snapshot into `PIECE` rows."""
    pieces = [
        {"path": file.path, "number": number, "count": count}
        for file in list_files(lake_root, "images_kept")
        for count in [1 + file.size_bytes // _PIECE_BYTES]
        for number in range(count)
    ]
    return pa.Table.from_pylist(pieces, schema=PIECE)


def find_matches(
    batches: Iterator[pa.RecordBatch], *, folder: str, before: int, kept_schema: pa.Schema
) -> Iterator[pa.RecordBatch]:
    """Turn `PIECE` rows into the kept pictures that may be like the batch's, `alike.MATCH` beside.

    `folder` has the batch's index; pictures of the batch numbered `before` and of later ones are
    left out. `kept_schema` has the columns of `images_kept` to return, and what `alike` asks for.
    Raises LakeUnreadable.
    """
    index = BatchIndex.load(Path(folder))
    earlier = pc.field("batch_no") < before
    for batch in batches:
        for piece in batch.to_pylist():
            for rows in _row_groups(**piece):
                yield from _matches(index, rows, earlier=earlier, kept_schema=kept_schema)


def _row_groups(path: str, number: int, count: int) -> Iterator[ds.ParquetFileFragment]:
    with reading(path):
        groups = _PARQUET.make_fragment(path, LocalFileSystem()).split_by_row_group()
    yield from groups[number::count]


def _matches(
    index: BatchIndex,
    rows: ds.ParquetFileFragment,
    *,
    earlier: pc.Expression,
    kept_schema: pa.Schema,
) -> Iterator[pa.RecordBatch]:
    known = kept_schema.append(pa.field("batch_no", pa.int64()))

    def read(columns: list[str]) -> pa.Table:
        # The same filter over the same row group: rows stand where they stood.
        with reading(rows.path):
            return rows.to_table(known, columns=columns, filter=earlier).combine_chunks()

    @cache
    def whole() -> pa.Table:
        return read(kept_schema.names)

    found = index.find(read(SEARCHED), lambda: _places(whole()))
    if len(found):
        yield from matching_rows(whole(), found).combine_chunks().to_batches()


def _places(kept: pa.Table) -> Integers:
    """Return the place of each row in the order of receipt."""
    keys = [("receipt_no", "ascending"), ("sha256", "ascending")]
    ordered = pc.sort_indices(kept, sort_keys=keys).to_numpy()
    places = np.empty(len(ordered), dtype=np.int64)
    places[ordered] = np.arange(len(ordered))
    return places
