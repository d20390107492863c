"""What every stage is handed, and what carries a rule to the workers."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema
from pyspark.sql.types import StructType

from hub.catalogue.batches import Batch
from hub.config import Settings
from hub.errors import LakeUnreadable
from hub.lake.tables import find_table, read_batch, table_path
from jobs import schemas
from jobs.progress import Track, noting, shown, untracked
from jobs.tables import Lake

_ROWS_AT_ONCE = 10_000

Worker = Callable[..., Iterator[pa.RecordBatch]]


def silent(line: str) -> None:
    """Say nothing."""


@dataclass(frozen=True)
class Work:
    """One batch in the hands of one job."""

    spark: SparkSession
    settings: Settings
    lake: Lake
    batch: Batch
    files_path: str
    """Parquet with the files of the batch: see `schemas.BATCH_FILES`."""
    track: Track = untracked
    say: Callable[[str], None] = silent

    @property
    def partitions(self) -> int:
        return self.settings.partitions or self.spark.sparkContext.defaultParallelism

    def files(self, columns: Sequence[str]) -> pa.Table:
        """Read the files of the batch, as they were fixed when it began."""
        return pq.read_table(self.files_path, columns=columns)

    def rows(self, table: str, columns: Sequence[str]) -> pa.Table:
        """Read what the batch has put into a table: narrow columns, on the driver.

        A column that the table lacks, as an older release wrote it, is NULL. Raises LakeUnreadable.
        """
        root, batch_no = self.settings.lake_root, self.batch.batch_no
        rows = read_batch(root, table, batch_no=batch_no, columns=[], newer=columns)
        if rows is None:
            raise LakeUnreadable(
                f"Table {table} of the lake is gone, which an earlier stage made. Restore"
                f" {table_path(root, table)} from a backup; `hub verify` names what differs."
            )
        kinds = to_arrow_schema(schemas.TABLES[table], timezone="UTC")
        for name in set(columns) - set(rows.column_names):
            rows = rows.append_column(name, pa.nulls(rows.num_rows, kinds.field(name).type))
        return rows.select(columns)

    def columns(self, table: str) -> set[str]:
        """Return the columns that a table has, which an older release may have written."""
        found = find_table(self.settings.lake_root, table)
        return {field.name for field in found.schema().fields} if found else set()

    def spread(self, rows: pa.Table) -> "Spread":
        """Lay out rows for the workers, for every partition a run of them in their order."""
        path = Path(self.files_path).with_name(f"{uuid4().hex}.parquet")
        ends = [rows.num_rows * part // self.partitions for part in range(self.partitions + 1)]
        runs = [(first, end) for first, end in pairwise(ends) if first < end]
        with pq.ParquetWriter(path, rows.schema) as writer:
            for first, end in runs:
                writer.write_table(rows.slice(first, end - first), row_group_size=end - first)
        return Spread(self.spark.range(0, len(runs), 1, max(1, len(runs))), str(path))

    def progress(self, what: str, *, total: int) -> AbstractContextManager[str]:
        """Show how many of so many rows the block's workers have done; see `progress.shown`."""
        folder = Path(self.files_path).with_suffix(".progress")
        name = f"batch {self.batch.batch_no}: {what}"
        return shown(folder, name, total=total, track=self.track)


@dataclass(frozen=True)
class Spread:
    """Rows that the workers read themselves: through Spark they would be copied three times."""

    numbers: DataFrame
    """`id` of the row groups, each in a partition of its own."""
    path: str

    def mapInArrow(self, func: Worker, schema: StructType) -> DataFrame:
        """As a DataFrame's: run an importable function over record batches of the rows."""
        return self.numbers.mapInArrow(partial(_on_row_groups, worker=func, path=self.path), schema)


def _on_row_groups(
    numbers: Iterator[pa.RecordBatch], *, worker: Worker, path: str
) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(path) as file:
        groups = (number for batch in numbers for number in batch["id"].to_pylist())
        rows = (batch for group in groups for batch in file.iter_batches(_ROWS_AT_ONCE, [group]))
        yield from worker(rows)


def good_files(checked: pa.Table) -> pa.Table:
    """Leave out the files that a reason refuses."""
    return checked.filter(checked["reason"].is_null())


def first_files(files: pa.Table) -> pa.Table:
    """Return of each picture the file that comes first."""
    firsts: dict[str, int] = {}
    for number, image_id in enumerate(files["image_id"].to_pylist()):
        firsts.setdefault(image_id, number)
    return files.take(pa.array(firsts.values(), pa.int64()))


def collect(
    work: Work,
    rows: pa.Table,
    worker: Worker,
    schema: pa.Schema,
    *,
    what: str,
    at_once: int,
    **settings: object,
) -> pa.Table:
    """Spread rows over the workers and collect what a function makes of them, some `at_once`.

    `what` says in the plural what has become of the rows that are done.
    """
    if not rows.num_rows:
        return schema.empty_table()
    spread = work.spread(rows)
    with work.progress(what, total=rows.num_rows) as progress:
        counting = partial(
            _counting, worker=partial(worker, **settings), progress=progress, at_once=at_once
        )
        found = spread.mapInArrow(counting, from_arrow_schema(schema)).toArrow()
    Path(spread.path).unlink()
    return found


def _counting(
    batches: Iterator[pa.RecordBatch], *, worker: Worker, progress: str, at_once: int
) -> Iterator[pa.RecordBatch]:
    some = (
        batch.slice(first, at_once)
        for batch in batches
        for first in range(0, batch.num_rows, at_once)
    )
    yield from worker(noting(some, progress, rows=len))
