"""The lake's tables: read by Spark, and grown by files that others have written."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
from pyspark.sql import SparkSession
from pyspark.sql.pandas.types import to_arrow_schema

from hub.catalogue.batches import Batch
from hub.errors import StoresDiffer
from hub.lake import tables as lake
from jobs import kernel, schemas
from jobs.writing import DataFile, Target, write_table

_FORMAT = "delta"
_CLUSTERED = {"images": ("label_key",)}
_RESTORED = (
    "An older Postgres was restored, or the lake is another hub's. Nothing was written. Restore a"
    " Postgres of the lake's age; `hub verify` names what differs."
)


@dataclass(frozen=True)
class Lake:
    """The tables of one hub."""

    root: str
    hub_id: str

    def has_batch(self, table: str, batch: Batch) -> bool:
        """Whether a table has this batch's commit already.

        Raises StoresDiffer if it holds other receipts under this number.
        """
        if lake.last_batch(self.root, table, hub_id=self.hub_id) < batch.batch_no:
            return False
        if lake.batch_keys(self.root, table, batch_no=batch.batch_no) - {batch.batch_key}:
            raise StoresDiffer(
                f"{table} in the lake holds batch {batch.batch_no} of other receipts than Postgres"
                f" does: the number was used twice. {_RESTORED}"
            )
        return True

    def check_age(self, table: str, *, ended: int, begun: int) -> None:
        """Raise StoresDiffer if a table and Postgres are not of one age.

        `ended` is the last batch that Postgres knows the table to have, `begun` the last that it
        has begun. A table beyond it would drop the next batches: Delta ignores a smaller number
        without a word.
        """
        owner = lake.owner(self.root, table)
        if owner not in (None, self.hub_id):
            raise StoresDiffer(
                f"{table} in {self.root} is of another hub ({owner}; this one is {self.hub_id})."
                " Nothing was written. Set HUB_LAKE_ROOT to this hub's own lake, or unset it."
            )
        last = lake.last_batch(self.root, table, hub_id=self.hub_id)
        if last > begun:
            raise StoresDiffer(
                f"{table} in the lake has batch {last}, and Postgres knows batches up to {begun}"
                f" only. {_RESTORED}"
            )
        if last < ended:
            raise StoresDiffer(
                f"{table} in the lake has batches up to {last} only, and Postgres has seen batch"
                f" {ended} there: the lake is an older copy, or another hub's. Nothing was written."
                " Restore a lake of Postgres's age; `hub verify` names what differs."
            )

    def target(self, table: str, batch: Batch) -> Target:
        """Say to workers where and how a batch's rows of a table are to be written."""
        return Target(
            folder=lake.table_path(self.root, table),
            schema=to_arrow_schema(schemas.TABLES[table], timezone="UTC"),
            values={"batch_no": batch.batch_no, "batch_key": batch.batch_key},
        )

    def make(self, spark: SparkSession, table: str) -> None:
        """Make a table that is not there, or add the columns that an older release's lacks.

        Files can be written to it then. Doing it again does nothing.
        """
        found = lake.find_table(self.root, table)
        if found is None:
            kernel.create_table(
                spark,
                lake.table_path(self.root, table),
                schema=schemas.TABLES[table],
                properties={"delta.enableDeletionVectors": "false", lake.OWNER: self.hub_id},
                cluster_by=_CLUSTERED.get(table, ()),
            )
        elif {*schemas.TABLES[table].fieldNames()} - {one.name for one in found.schema().fields}:
            self._widen(spark, table)

    def append_files(
        self, spark: SparkSession, table: str, files: Sequence[DataFile], *, batch: Batch
    ) -> bool:
        """Add a batch's files in one commit that happens once, however often it is tried.

        Every way to append ends here. Return False if the table has the batch already.
        """
        return kernel.commit_files(
            spark,
            lake.table_path(self.root, table),
            files,
            app_id=lake.app_id(self.hub_id, table),
            version=batch.batch_no,
        )

    def append_table(
        self, spark: SparkSession, rows: pa.Table, table: str, *, batch: Batch
    ) -> bool:
        """Append rows that the driver holds, as `append_files` does."""
        self.make(spark, table)
        files = write_table(rows, target=self.target(table, batch))
        return self.append_files(spark, table, files, batch=batch)

    def _widen(self, spark: SparkSession, table: str) -> None:
        """Add what columns a table lacks, after its own; its rows have NULL in them."""
        (
            spark.createDataFrame([], schemas.TABLES[table])
            .write.format(_FORMAT)
            .mode("append")
            .option("mergeSchema", "true")
            .save(lake.table_path(self.root, table))
        )
