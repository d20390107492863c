"""Stage `augment`: images of the train split -> images_augmented, derived pictures of each."""

from collections.abc import Iterator

import pyarrow as pa
from pyspark.sql import functions as F

from hub.objects.local import Objects
from hub.rules import augmenting
from hub.rules.landing import landing_key
from jobs.stage import Work
from jobs.writing import Target, write_files, written_by

TABLE = "images_augmented"

_PICTURES_A_BATCH = 64
_DERIVED = pa.schema(
    [
        ("image_id", pa.string()),
        ("recipe", pa.string()),
        ("number", pa.int32()),
        ("label_key", pa.string()),
        ("content", pa.binary()),
    ]
)


def run(work: Work) -> None:
    train = work.rows("images_kept").where(F.col("split") == "train")
    keys = train.select("image_id", "sha256", "label_key")
    work.lake.make(work.spark, TABLE)
    files = written_by(
        keys.repartition(work.partitions, "image_id"),
        write_derived,
        objects_root=work.settings.objects_root,
        count=work.settings.augment_count,
        target=work.lake.target(TABLE, work.batch),
    )
    work.lake.append_files(work.spark, TABLE, files, batch=work.batch)


def write_derived(
    batches: Iterator[pa.RecordBatch], *, objects_root: str, count: int, target: Target
) -> Iterator[pa.RecordBatch]:
    """Write `count` derived pictures of each row of (image_id, sha256, label_key) into a file.

    Yields what `jobs.writing.write_files` does.
    """
    objects = Objects(objects_root)
    return write_files(_derived(objects, batches, count), target=target)


def _derived(
    objects: Objects, batches: Iterator[pa.RecordBatch], count: int
) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        for start in range(0, batch.num_rows, _PICTURES_A_BATCH):
            some = batch.slice(start, _PICTURES_A_BATCH).to_pylist()
            rows = [row for key in some for row in _derived_of(objects, key, count)]
            yield pa.RecordBatch.from_pylist(rows, schema=_DERIVED)


def _derived_of(objects: Objects, key: dict[str, str], count: int) -> Iterator[dict[str, object]]:
    content = objects.get(landing_key(key["sha256"]))
    for number in range(count):
        yield {
            "image_id": key["image_id"],
            "recipe": augmenting.RECIPE,
            "number": number,
            "label_key": key["label_key"],
            "content": augmenting.augment(content, image_id=key["image_id"], number=number),
        }
