"""Stage `publish`: images_kept -> images, each picture with its published bytes."""

from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from itertools import chain
from typing import Any

import pyarrow as pa

from hub.judging import LandingError
from hub.lake.indexes import write_index
from hub.objects.local import Objects
from hub.rules.publishing import published_bytes
from hub.rules.reasons import Refused
from jobs.landing import take_landed
from jobs.progress import noting
from jobs.stage import Work
from jobs.writing import GROUP_BYTES, FileWriter, Target, describe, written_by

TABLE = "images"

_PLACED = ["image_id", "file_id", "label_key", "sha256", "group_id", "split"]
_SEEN = ["file_id", "format", "width_px", "height_px", "size_bytes", "crc32", "rule_version"]
_SAID = ["file_id", "submission_id", "licence", "author", "source"]
_ORDER = ("label_key", "image_id")


def run(work: Work) -> None:
    work.lake.make(work.spark, TABLE)
    pictures = describe_pictures(work)
    with work.progress("pictures written", total=pictures.num_rows) as progress:
        files = written_by(
            work.spread(pictures),
            write_pictures,
            objects_root=work.settings.objects_root,
            target=work.lake.target(TABLE, work.batch),
            progress=progress,
        )
    work.lake.append_files(work.spark, TABLE, files, batch=work.batch)


def describe_pictures(work: Work) -> pa.Table:
    """Put beside each kept picture what its file's check and its supplier say of it.

    By label, so that each worker's file has a range of them: bytes are never sorted.
    """
    placed = work.rows("images_kept", _PLACED)
    seen = work.rows("files_checked", _SEEN)
    said = work.files(_SAID)
    described = placed.join(seen, "file_id", join_type="inner")
    described = described.join(said, "file_id", join_type="inner")
    return described.sort_by([(name, "ascending") for name in _ORDER])


def write_pictures(
    batches: Iterator[pa.RecordBatch], *, objects_root: str, target: Target, progress: str
) -> Iterator[pa.RecordBatch]:
    """Write rows of pictures with their published bytes into one file, and its range index.

    Yields what `jobs.writing.write_files` does. Raises LandingError if a landing file is gone or
    no longer gives the bytes that were checked.
    """
    objects = Objects(objects_root)
    with FileWriter(target) as file:
        pieces = chain.from_iterable(map(_pieces, batches))
        for piece in noting(pieces, progress, rows=len):
            contents = [_content(objects, row) for row in piece.to_pylist()]
            file.add(piece.append_column("content", pa.array(contents, pa.binary())))
    if file.path:
        write_index(file.path)
    yield describe(file.written())


def _pieces(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """Cut rows where the bytes of their pictures fill a row group."""
    start = size = 0
    for number, size_bytes in enumerate(batch.column("size_bytes").to_pylist(), start=1):
        size += size_bytes
        if size >= GROUP_BYTES:
            yield batch.slice(start, number - start)
            start, size = number, 0
    yield batch.slice(start)


def _content(objects: Objects, row: dict[str, Any]) -> bytes:
    landed = take_landed(objects, row["sha256"])
    with suppress(Refused):
        content = published_bytes(landed, format=row["format"])
        if sha256(content).hexdigest() == row["image_id"]:
            return content
    # What was received gives the same bytes each time.
    raise LandingError(row["sha256"], "altered")
