"""Stage `dedupe`: good files -> duplicates, those whose picture the hub has already."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructType

from jobs import workers
from jobs.stage import Work, good_files, on_workers

TABLE = "duplicates"
RULE_VERSION = 1
"""1: exact, by bytes and by full upright pixels."""

_FILE = StructType().add("image_id", StringType()).add("sha256", StringType())


def compared(good: DataFrame, kept: DataFrame) -> DataFrame:
    """Put the batch's good files beside the kept pictures that look like one of them.

    The batch is the small side: its digests are sent to the hub's narrow hash columns.
    """
    columns = ["file_id", "receipt_no", "label_key", "path", "sha256", "image_id", "reduced_sha256"]
    looks = good.select("reduced_sha256").distinct()
    alike = kept.join(F.broadcast(looks), on="reduced_sha256", how="left_semi")
    before = alike.withColumn("path", F.lit(None).cast("string")).select(*columns)
    return before.withColumn("is_new", F.lit(False)).unionByName(
        good.select(*columns).withColumn("is_new", F.lit(True))
    )


def crowded_files(files: DataFrame) -> DataFrame:
    """Return one (image_id, sha256) a picture of those whose reduced copies are equal
    while their published bytes are not: only these need their full pixels compared."""
    crowds = (
        files.groupBy("reduced_sha256")
        .agg(F.count_distinct("image_id").alias("pictures"))
        .where(F.col("pictures") > 1)
    )
    crowded = files.join(crowds, on="reduced_sha256", how="left_semi")
    return crowded.groupBy("image_id").agg(F.min("sha256").alias("sha256"))


def find_duplicates(files: DataFrame, pixels: DataFrame) -> DataFrame:
    """Keep of each picture the first file in order of receipt; return the others.

    A path submitted under several labels is one file: it is not its own duplicate.
    """
    picture = F.coalesce("pixels_sha256", "image_id")
    in_order = (
        Window.partitionBy("picture")
        .orderBy("is_new", "receipt_no", "sha256", "label_key", "path", "file_id")
        .rowsBetween(Window.unboundedPreceding, Window.currentRow)
    )
    kept = F.first(F.struct("image_id", "receipt_no", "sha256", "path", "is_new"))
    compared = (
        files.join(pixels, on="image_id", how="left")
        .withColumn("picture", picture)
        .withColumn("kept", kept.over(in_order))
    )
    same_file = (
        F.col("kept.is_new")
        & (F.col("kept.receipt_no") == F.col("receipt_no"))
        & (F.col("kept.path") == F.col("path"))
        & (F.col("kept.sha256") == F.col("sha256"))
    )
    same_bytes = F.col("kept.sha256") == F.col("sha256")
    return compared.where(F.col("is_new") & ~same_file).select(
        "file_id",
        "sha256",
        F.col("kept.image_id").alias("image_id"),
        F.when(same_bytes, "bytes").otherwise("pixels").alias("relation"),
        F.lit(0).alias("distance"),
        F.lit(RULE_VERSION).alias("rule_version"),
    )


def run(work: Work) -> None:
    good = good_files(work.rows("files_checked"))
    kept = work.lake.read(work.spark, "images_kept")
    before = kept.where(F.col("batch_no") < work.batch.batch_no)
    files = compared(good, before).cache()
    pixels = on_workers(
        crowded_files(files),
        workers.digest_pixels,
        StructType([*_FILE]).add("pixels_sha256", StringType()),
        objects_root=work.settings.objects_root,
    )
    duplicates = find_duplicates(files, pixels.drop("sha256"))
    work.lake.append(duplicates, TABLE, batch=work.batch)
    files.unpersist()
