"""The lake: the only module that says "delta" and the only one that writes."""

from dataclasses import dataclass

from delta.tables import DeltaTable
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from hub.catalogue.batches import Batch
from hub.errors import StoresDiffer
from hub.lake import tables as lake
from jobs import schemas

_FORMAT = "delta"
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

        `ended` and `begun` are the last batches that Postgres has ended and begun. A table
        beyond them would drop the next batches: Delta ignores a smaller number without a word.
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
                f"{table} in the lake has batches up to {last} only, and Postgres has ended batch"
                f" {ended}: the lake is an older copy, or another hub's. Nothing was written."
                " Restore a lake of Postgres's age; `hub verify` names what differs."
            )

    def read(self, spark: SparkSession, table: str) -> DataFrame:
        """Read a table, and hold it to its schema; an empty frame before its first batch."""
        schema = schemas.TABLES[table]
        if lake.find_table(self.root, table) is None:
            return spark.createDataFrame([], schema)
        return spark.read.format(_FORMAT).load(lake.table_path(self.root, table)).to(schema)

    def append(self, rows: DataFrame, table: str, *, batch: Batch) -> None:
        """Append a batch's rows in one commit that happens once, however often it is tried."""
        schema = schemas.TABLES[table]
        self._make(rows.sparkSession, table)
        labelled = rows.withColumns(
            {"batch_no": F.lit(batch.batch_no), "batch_key": F.lit(batch.batch_key)}
        )
        (
            labelled.to(schema)
            .write.format(_FORMAT)
            .mode("append")
            .option("txnAppId", lake.app_id(self.hub_id, table))
            .option("txnVersion", batch.batch_no)
            .option("compression", "uncompressed" if table == "images" else "snappy")
            .save(lake.table_path(self.root, table))
        )

    def _make(self, spark: SparkSession, table: str) -> None:
        if lake.find_table(self.root, table):
            return
        new = (
            DeltaTable.createIfNotExists(spark)
            .location(lake.table_path(self.root, table))
            .addColumns(schemas.TABLES[table])
            .property("delta.enableDeletionVectors", "false")
            .property(lake.OWNER, self.hub_id)
        )
        if table == "images":
            new = new.clusterBy("label_key")
        new.execute()
