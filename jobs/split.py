"""Stage `split`: kept files -> images_kept, each picture with its group and split."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructType

from jobs import schemas, workers
from jobs.stage import Work, good_files, on_workers

TABLE = "images_kept"

_KEPT = StructType(
    [field for field in schemas.CHECK if field.name in schemas.IMAGES_KEPT.fieldNames()]
)
_GROUPED = StructType([*_KEPT]).add("group_id", StringType()).add("split", StringType())


def keep_pictures(checked: DataFrame, duplicates: DataFrame) -> DataFrame:
    """Return one row a kept picture: of a file under several labels, that of the first label."""
    kept = good_files(checked).join(duplicates, on="file_id", how="left_anti")
    first_label = (
        Window.partitionBy("image_id")
        .orderBy("label_key", "file_id")
        .rowsBetween(Window.unboundedPreceding, Window.currentRow)
    )
    numbered = kept.withColumn("label_number", F.row_number().over(first_label))
    return numbered.where(F.col("label_number") == 1).select(*_KEPT.fieldNames())


def run(work: Work) -> None:
    pictures = keep_pictures(work.rows("files_checked"), work.rows("duplicates"))
    grouped = on_workers(pictures, workers.assign_splits, _GROUPED)
    work.lake.append(grouped, TABLE, batch=work.batch)
