"""Stage `publish`: images_kept -> images, each picture with its published bytes."""

from pyspark.sql import DataFrame
from pyspark.sql.types import StructType

from jobs import schemas, workers
from jobs.stage import Work, on_workers

TABLE = "images"

_KEYS = StructType(
    [field for field in schemas.IMAGES if field.name not in ("batch_no", "batch_key", "content")]
).add("sha256", "string")


def describe_pictures(kept: DataFrame, checked: DataFrame, files: DataFrame) -> DataFrame:
    """Put beside each kept picture what its file's check and its supplier say of it."""
    seen = checked.select("file_id", "format", "width_px", "height_px", "size_bytes", "crc32")
    said = files.select("file_id", "submission_id", "licence", "author", "source")
    described = kept.join(seen, on="file_id", how="inner").join(said, on="file_id", how="inner")
    return described.select(*_KEYS.fieldNames())


def run(work: Work) -> None:
    described = describe_pictures(
        work.rows("images_kept"), work.rows("files_checked"), work.files()
    )
    # One file a partition, each with a range of labels: keys are sorted here, bytes never are.
    by_label = described.repartitionByRange(work.partitions, "label_key", "image_id")
    pictures = on_workers(
        by_label.sortWithinPartitions("label_key", "image_id"),
        workers.add_content,
        StructType([*_KEYS]).add("content", "binary"),
        objects_root=work.settings.objects_root,
    )
    work.lake.append(pictures, TABLE, batch=work.batch)
