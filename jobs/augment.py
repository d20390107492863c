"""Stage `augment`: images of the train split -> images_augmented, derived pictures of each."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from hub.guarded import Bounds
from hub.judging import LandingError
from hub.lake.pictures import Wanted, read_pictures
from hub.limits import bounds_of
from hub.objects.local import Objects
from hub.redecoding import Redecoder, redecode
from hub.rules import augmenting
from hub.rules.reasons import Reason
from jobs.landing import read_landed
from jobs.progress import noting
from jobs.stage import Work
from jobs.writing import Target, write_files, written_by

TABLE = "images_augmented"

_KEYS = ["image_id", "sha256", "label_key", "size_bytes", "crc32"]
_PICTURES_A_BATCH = 64
_DERIVED = pa.schema(
    [
        ("image_id", pa.string()),
        ("recipe", pa.string()),
        ("number", pa.int32()),
        ("label_key", pa.string()),
        ("reason", pa.string()),
        ("content", pa.binary()),
    ]
)


def run(work: Work) -> None:
    kept = work.rows("images_kept", [*_KEYS, "split"])
    train = kept.filter(pc.equal(kept["split"], "train")).select(_KEYS)
    work.lake.make(work.spark, TABLE)
    with work.progress("pictures derived from", total=train.num_rows) as progress:
        files = written_by(
            work.spread(train),
            write_derived,
            objects_root=work.settings.objects_root,
            lake_root=work.settings.lake_root,
            count=work.settings.augment_count,
            bounds=bounds_of(work.settings),
            target=work.lake.target(TABLE, work.batch),
            progress=progress,
        )
    work.lake.append_files(work.spark, TABLE, files, batch=work.batch)


def write_derived(
    batches: Iterator[pa.RecordBatch],
    *,
    objects_root: str,
    lake_root: str,
    count: int,
    bounds: Bounds,
    target: Target,
    progress: str,
) -> Iterator[pa.RecordBatch]:
    """Write `count` derived pictures of each kept picture's row into a file.

    A picture that cannot be decoded has rows without content that say why. Yields what
    `jobs.writing.write_files` does.
    """
    with redecode(bounds) as decoder:
        rows = (
            pa.RecordBatch.from_pylist(
                [
                    derived
                    for row, content in _contents(some, Objects(objects_root), lake_root)
                    for derived in _derived_of(row, content, count=count, decoder=decoder)
                ],
                schema=_DERIVED,
            )
            for some in noting(_slices(batches), progress, rows=len)
        )
        yield from write_files(rows, target=target)


def _slices(batches: Iterator[pa.RecordBatch]) -> Iterator[list[dict[str, Any]]]:
    for batch in batches:
        for start in range(0, batch.num_rows, _PICTURES_A_BATCH):
            yield batch.slice(start, _PICTURES_A_BATCH).to_pylist()


def _contents(
    rows: list[dict[str, Any]], objects: Objects, lake_root: str
) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Yield the rows with the files as they came: what is gone by now, as it was published."""
    lost = {}
    for row in rows:
        try:
            yield row, read_landed(objects, row["sha256"])
        except LandingError:
            lost[row["image_id"]] = row
    wanted = [
        Wanted(image_id, row["label_key"], row["size_bytes"], row["crc32"], image_id)
        for image_id, row in lost.items()
    ]
    for one, content in read_pictures(lake_root, wanted):
        yield lost[one.image_id], content


def _derived_of(
    row: dict[str, Any], content: bytes, *, count: int, decoder: Redecoder
) -> Iterator[dict[str, object]]:
    for number in range(count):
        derived = decoder.derive(content, image_id=row["image_id"], number=number)
        yield {
            "image_id": row["image_id"],
            "recipe": augmenting.RECIPE,
            "number": number,
            "label_key": row["label_key"],
            "reason": derived.value if isinstance(derived, Reason) else None,
            "content": derived if isinstance(derived, bytes) else None,
        }
