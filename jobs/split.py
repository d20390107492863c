"""Stage `split`: kept files -> images_kept, each picture with its group and split."""

from collections.abc import Iterator

import pyarrow as pa
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from hub.rules.keeping import assign_groups
from jobs import schemas
from jobs.stage import Work, good_files

TABLE = "images_kept"

_ADDED = ("batch_no", "batch_key", "group_id", "split")
_KEPT = StructType([field for field in schemas.IMAGES_KEPT if field.name not in _ADDED])


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


def place(pictures: pa.Table, related: pa.Table) -> pa.Table:
    """Add group and split to kept pictures, by what each is related to (`images_related`)."""
    in_order = pictures.sort_by([("receipt_no", "ascending"), ("sha256", "ascending")])
    ranked = related.sort_by([("image_id", "ascending"), ("rank", "ascending")])
    pairs = list(zip(*_lists(ranked, "image_id", "related_to"), strict=True))
    groups = dict(zip(*_lists(ranked, "related_to", "related_group_id"), strict=True))
    placed = assign_groups(
        in_order["image_id"].to_pylist(),
        pairs,
        groups={other: group for other, group in groups.items() if group is not None},
    )
    _, group_ids, splits = zip(*placed, strict=True) if in_order.num_rows else ((), (), ())
    return in_order.append_column("group_id", pa.array(group_ids, pa.string())).append_column(
        "split", pa.array(splits, pa.string())
    )


def run(work: Work) -> None:
    pictures = keep_pictures(work.rows("files_checked"), work.rows("duplicates")).toArrow()
    related = work.rows("images_related").toArrow()
    work.lake.append_table(work.spark, place(pictures, related), TABLE, batch=work.batch)


def _lists(table: pa.Table, *names: str) -> Iterator[list[str]]:
    for name in names:
        yield table[name].to_pylist()
