"""Deals the rows of a split to training files: the same way however many workers write them."""

from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from hub.rules.epochs import file_rows, shuffled
from hub.rules.fitting import CHANNELS

FILE_BYTES = 8 * 1024**2
"""A file is a row group, and a rank holds some of them to mix their rows: at 224 pixels 55 rows."""
_LEAST_ROWS = 2


@dataclass(frozen=True)
class Deal:
    """Rows laid out for the workers: row group n of a Parquet file is what training file n has."""

    path: str
    rows: tuple[int, ...]
    """Of each training file."""


def deal(rows: pa.Table, folder: Path, *, side: int, root: str, seed: int) -> Deal:
    """Lay out rows in a new file of the folder, in an order that (root, seed) alone decide."""
    rows_a_file = max(_LEAST_ROWS, FILE_BYTES // (side * side * CHANNELS))
    counts = file_rows(rows.num_rows, rows_a_file=rows_a_file)
    mixed = rows.take(pa.array(shuffled(rows.num_rows, "deal", root, seed)))
    path = folder / f"{uuid4().hex}.parquet"
    first = 0
    with pq.ParquetWriter(path, rows.schema) as writer:
        for count in counts:
            writer.write_table(mixed.slice(first, count), row_group_size=count)
            first += count
    return Deal(str(path), tuple(counts))
