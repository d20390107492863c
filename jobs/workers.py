"""What runs on Spark's workers: the hub's rules over keys, never over bytes passed by the JVM."""

from collections.abc import Iterator
from dataclasses import asdict
from hashlib import sha256

import pyarrow as pa

from hub.objects.local import Objects
from hub.rules import augmenting, pixels, publishing, splits
from hub.rules.checking import Limits, check
from hub.rules.landing import landing_key

_BYTES_A_BATCH = 32 * 1024**2


def check_files(
    batches: Iterator[pa.RecordBatch], *, objects_root: str, limits: Limits, row_schema: pa.Schema
) -> Iterator[pa.RecordBatch]:
    """Check each file; rows of equal bytes that follow each other are decoded once."""
    objects = Objects(objects_root)
    last_sha256, checked = "", None
    for batch in batches:
        rows = []
        for row in batch.to_pylist():
            if checked is None or row["sha256"] != last_sha256:
                last_sha256 = row["sha256"]
                checked = check(_landed(objects, row), limits=limits)
            rows.append(row | asdict(checked))
        yield pa.RecordBatch.from_pylist(rows, schema=row_schema)


class LandingError(Exception):
    """A landing file is not there, or not what was received."""


def _landed(objects: Objects, row: dict[str, str]) -> bytes:
    key = landing_key(row["sha256"])
    try:
        content = objects.get(key)
    except FileNotFoundError:
        raise LandingError(
            f"object {key}, received as {row['path']!a}, is missing; submit that file again, or"
            " restore the objects (`hub verify` lists all)"
        ) from None
    if sha256(content).hexdigest() != row["sha256"]:
        raise LandingError(
            f"object {key}, received as {row['path']!a}, was altered since; remove it and submit"
            " that file again, or restore the objects"
        )
    return content


def digest_pixels(
    batches: Iterator[pa.RecordBatch], *, objects_root: str
) -> Iterator[pa.RecordBatch]:
    """Add `pixels_sha256` to rows of `sha256`: the digest of the full upright pixels."""
    objects = Objects(objects_root)
    for batch in batches:
        keys = map(landing_key, batch.column("sha256").to_pylist())
        digests = [pixels.pixels_sha256(objects.get(key)) for key in keys]
        yield batch.append_column("pixels_sha256", pa.array(digests, pa.string()))


def assign_splits(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Add `group_id` (a picture is its own group) and `split` to rows of `image_id`."""
    for batch in batches:
        groups = batch.column("image_id")
        names = pa.array(map(splits.split_of, groups.to_pylist()), pa.string())
        yield batch.append_column("group_id", groups).append_column("split", names)


def add_content(
    batches: Iterator[pa.RecordBatch], *, objects_root: str
) -> Iterator[pa.RecordBatch]:
    """Add `content`, the published bytes, in pieces of bounded size.

    Raises ValueError if a landing file no longer gives the bytes that were checked.
    """
    objects = Objects(objects_root)
    for batch in batches:
        for piece in _pieces(batch):
            contents = [_content(objects, row) for row in piece.to_pylist()]
            yield piece.append_column("content", pa.array(contents, pa.binary()))


def _pieces(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    start = size = 0
    for number, bytes_of_row in enumerate(batch.column("size_bytes").to_pylist()):
        if size and size + bytes_of_row > _BYTES_A_BATCH:
            yield batch.slice(start, number - start)
            start, size = number, 0
        size += bytes_of_row
    yield batch.slice(start)


def _content(objects: Objects, row: dict[str, str]) -> bytes:
    landed = objects.get(landing_key(row["sha256"]))
    content = publishing.published_bytes(landed, format=row["format"])
    if sha256(content).hexdigest() != row["image_id"]:
        raise ValueError(f"landing file {row['sha256']} changed after it was checked")
    return content


_PICTURES_A_BATCH = 256


def augment_pictures(
    batches: Iterator[pa.RecordBatch], *, objects_root: str, count: int
) -> Iterator[pa.RecordBatch]:
    """Turn rows of (image_id, sha256, label_key) into `count` derived pictures each."""
    objects = Objects(objects_root)
    for batch in batches:
        for start in range(0, batch.num_rows, _PICTURES_A_BATCH):
            some = batch.slice(start, _PICTURES_A_BATCH).to_pylist()
            rows = [row for key in some for row in _derived(objects, key, count)]
            if rows:
                yield pa.RecordBatch.from_pylist(rows, schema=_DERIVED)


_DERIVED = pa.schema(
    [
        ("image_id", pa.string()),
        ("recipe", pa.string()),
        ("number", pa.int32()),
        ("label_key", pa.string()),
        ("content", pa.binary()),
    ]
)


def _derived(objects: Objects, key: dict[str, str], count: int) -> Iterator[dict[str, object]]:
    content = objects.get(landing_key(key["sha256"]))
    for number in range(count):
        yield {
            "image_id": key["image_id"],
            "recipe": augmenting.RECIPE,
            "number": number,
            "label_key": key["label_key"],
            "content": augmenting.augment(content, image_id=key["image_id"], number=number),
        }
