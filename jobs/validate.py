"""Stage `validate`: submitted files -> files_checked, each decoded once, good or bad."""

from pyspark.sql import DataFrame
from pyspark.sql.pandas.types import to_arrow_schema

from hub.config import Settings
from hub.rules.checking import Limits
from jobs import schemas, workers
from jobs.stage import Work, on_workers

TABLE = "files_checked"


def limits_of(settings: Settings) -> Limits:
    return Limits(
        min_side_px=settings.min_side_px,
        max_file_bytes=settings.max_file_bytes,
        max_pixels=settings.max_pixels,
    )


def check_files(files: DataFrame, settings: Settings, *, partitions: int) -> DataFrame:
    """Give every file its hashes, size, place and time, or the reason why it is refused.

    Equal bytes come to one worker one after the other, which decodes them once.
    """
    keys = files.select("file_id", "receipt_no", "label_key", "path", "sha256")
    together = keys.repartition(partitions, "sha256").sortWithinPartitions("sha256", "file_id")
    return on_workers(
        together,
        workers.check_files,
        schemas.CHECK,
        objects_root=settings.objects_root,
        limits=limits_of(settings),
        row_schema=to_arrow_schema(schemas.CHECK, timezone="UTC"),
    )


def run(work: Work) -> None:
    checked = check_files(work.files(), work.settings, partitions=work.partitions)
    work.lake.append(checked, TABLE, batch=work.batch)
