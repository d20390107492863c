"""Compaction: a table's many small data files become a few large ones, its rows stay as they are.

Beside `tables` and `kernel` the only module that knows Delta by name: its OPTIMIZE.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import pyarrow as pa
from delta.tables import DeltaTable
from pyspark.sql import SparkSession

from hub.lake.files import DataFile, list_files
from hub.lake.indexes import load_index
from hub.lake.pages import NotPlain
from hub.lake.tables import TABLES, table_path
from jobs.failures import failing_as

SMALL_BYTES = 64 * 1024**2
_LARGE_BYTES = 256 * 1024**2
MOST_SMALL = 50
"""Every batch leaves some files a table. Reading from 50 costs little yet, and rewriting is as dear
as validating: at 50 of them each picture is rewritten once in many batches, never once a batch."""

_SETTINGS = {
    # The size is divided by this and rounded down, so files come out at one to two times as much.
    "spark.databricks.delta.optimize.maxFileSize": _LARGE_BYTES // 2,
    "spark.databricks.delta.optimize.minFileSize": SMALL_BYTES,
    # Clustered files of so much together are left alone: only what is new is rewritten.
    "spark.databricks.delta.optimize.clustering.mergeStrategy.minCubeSize.threshold": 512 * 1024**2,
}
_BYTES = ("images", "images_augmented")
"""Their pictures do not shrink, and lie in one piece where nothing is compressed."""


@dataclass(frozen=True)
class Compacted:
    """What compaction made of a table: numbers of data files, and their bytes now."""

    table: str
    files_before: int
    files_after: int
    bytes: int
    seconds: float


def compact(
    lake_root: str,
    start_spark: Callable[[], SparkSession],
    *,
    confirm: Callable[[], None],
    say: Callable[[str], None],
    most_small: int = MOST_SMALL,
) -> list[Compacted]:
    """Compact each table that has more small files than told; Spark starts if there is one.

    `confirm` is asked before each table whether the lease still holds. Readers of older snapshots
    are not disturbed: the files replaced stay until a vacuum. Killed anywhere, a table is as it
    was or compacted. Raises StageFailed.
    """
    done = []
    for table in TABLES:
        before = list_files(lake_root, table)
        if _count_small(before) <= most_small:
            continue
        spark = start_spark()
        confirm()
        say(f"compacting {table}: {len(before):,} data files")
        begun = time.monotonic()
        with failing_as(f"the compaction of {table}"):
            _optimize(spark, lake_root, table)
        after = list_files(lake_root, table)
        if table == "images":
            _index(after)
        done.append(
            Compacted(
                table,
                files_before=len(before),
                files_after=len(after),
                bytes=sum(file.size_bytes for file in after),
                seconds=time.monotonic() - begun,
            )
        )
    return done


def _count_small(files: list[DataFile]) -> int:
    return sum(file.size_bytes < SMALL_BYTES for file in files)


def _optimize(spark: SparkSession, lake_root: str, table: str) -> None:
    codec = "uncompressed" if table in _BYTES else "zstd"
    with _configured(spark, {**_SETTINGS, "spark.sql.parquet.compression.codec": codec}):
        DeltaTable.forPath(spark, table_path(lake_root, table)).optimize().executeCompaction()


@contextmanager
def _configured(spark: SparkSession, settings: Mapping[str, object]) -> Iterator[None]:
    """Set some of a session's settings for the block."""
    before = {name: spark.conf.get(name, None) for name in settings}
    for name, value in settings.items():
        spark.conf.set(name, str(value))
    try:
        yield
    finally:
        for name, old in before.items():
            if old is None:
                spark.conf.unset(name)
            else:
                spark.conf.set(name, old)


def _index(files: list[DataFile]) -> None:
    """Make the indexes that the new files lack."""
    for file in files:
        try:
            load_index(file.path)
        except (NotPlain, OSError, pa.ArrowException):
            continue  # Such a file is read by row groups, and a damaged one named by its readers.
