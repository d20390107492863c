"""What every stage is handed, and what carries a rule to the workers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import StructType

from hub.catalogue.batches import Batch
from hub.config import Settings
from jobs import schemas
from jobs.tables import Lake

Worker = Callable[..., Iterator[pa.RecordBatch]]


@dataclass(frozen=True)
class Work:
    """One batch in the hands of one job."""

    spark: SparkSession
    settings: Settings
    lake: Lake
    batch: Batch
    files_path: str
    """Parquet with the files of the batch: see `schemas.BATCH_FILES`."""

    @property
    def partitions(self) -> int:
        return self.settings.partitions or self.spark.sparkContext.defaultParallelism

    def files(self) -> DataFrame:
        """Read the files of the batch, as they were fixed when it began."""
        return self.spark.read.schema(schemas.BATCH_FILES).parquet(self.files_path)

    def rows(self, table: str) -> DataFrame:
        """Read what the batch has put into a table."""
        rows = self.lake.read(self.spark, table)
        return rows.where(rows.batch_no == self.batch.batch_no)


def good_files(checked: DataFrame) -> DataFrame:
    """Leave out the files that a reason refuses."""
    return checked.where(checked.reason.isNull())


def on_workers(
    rows: DataFrame, worker: Worker, schema: StructType, **settings: object
) -> DataFrame:
    """Run an importable function over record batches of the rows."""
    return rows.mapInArrow(partial(worker, **settings), schema)
