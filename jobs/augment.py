"""Stage `augment`: images of the train split -> images_augmented, derived pictures of each."""

from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from jobs import schemas, workers
from jobs.stage import Work, on_workers

TABLE = "images_augmented"

_DERIVED = StructType(
    [field for field in schemas.IMAGES_AUGMENTED if field.name not in ("batch_no", "batch_key")]
)


def run(work: Work) -> None:
    train = work.rows("images_kept").where(F.col("split") == "train")
    keys = train.select("image_id", "sha256", "label_key")
    derived = on_workers(
        keys.repartition(work.partitions, "image_id"),
        workers.augment_pictures,
        _DERIVED,
        objects_root=work.settings.objects_root,
        count=work.settings.augment_count,
    )
    work.lake.append(derived, TABLE, batch=work.batch)
