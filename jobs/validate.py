"""Stage `validate`: submitted files -> files_checked, each decoded once, good or bad."""

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import Any

import pyarrow as pa
from pyspark import TaskContext
from pyspark.sql.pandas.types import to_arrow_schema

from hub.guarded import Bounds
from hub.judging import LandedJudge, judge_landed
from hub.lake.packs import COLUMNS, PackWriter, pack_path
from hub.limits import bounds_of, limits_of
from hub.rules.checking import Checked, Limits
from jobs import schemas
from jobs.progress import noting
from jobs.stage import Work
from jobs.writing import Target, write_files, written_by

TABLE = "files_checked"

_ROWS_AT_ONCE = 1000
_FILE = ("file_id", "receipt_no", "supplier_id", "label_key", "path", "sha256", "is_apart")


def run(work: Work) -> None:
    work.lake.make(work.spark, TABLE)
    # Equal bytes side by side, so that a worker decodes them once.
    side_by_side = work.files([*_FILE, "taken_at"]).sort_by("sha256")
    with work.progress("files checked", total=side_by_side.num_rows) as progress:
        files = written_by(
            work.spread(side_by_side),
            write_checks,
            objects_root=work.settings.objects_root,
            limits=limits_of(work.settings),
            bounds=bounds_of(work.settings),
            batch_key=work.batch.batch_key,
            target=work.lake.target(TABLE, work.batch),
            progress=progress,
        )
    work.lake.append_files(work.spark, TABLE, files, batch=work.batch)


def write_checks(
    batches: Iterator[pa.RecordBatch],
    *,
    objects_root: str,
    limits: Limits,
    bounds: Bounds,
    batch_key: str,
    target: Target,
    progress: str,
) -> Iterator[pa.RecordBatch]:
    """Check a partition's files; write what they show into one file, and one pack of thumbnails.

    Yields what `jobs.writing.write_files` does. Raises LandingError.
    """
    task = TaskContext.get()
    assert task is not None, "runs on a Spark worker"
    pack = task.partitionId()
    rows = chain.from_iterable(batch.to_pylist() for batch in batches)
    with (
        judge_landed(objects_root, limits=limits, bounds=bounds) as judge,
        PackWriter(pack_path(objects_root, batch_key, pack=pack)) as writer,
    ):
        checked = noting(check_rows(rows, judge, writer), progress)
        checks = ({**row, "pack": pack} for row in checked)
        yield from write_files(_batched(checks), target=target)


def check_rows(
    rows: Iterable[dict[str, Any]], judge: LandedJudge, writer: PackWriter
) -> Iterator[dict[str, Any]]:
    """Put beside each row what its file shows; rows of equal bytes follow each other."""
    waiting: deque[list[dict[str, Any]]] = deque()
    packed = set()
    for checked in judge.check_all(_digests(rows, waiting)):
        if checked.image_id and checked.image_id not in packed:
            packed.add(checked.image_id)
            _pack(writer, checked)
        shown = _shown(checked)
        for row in waiting.popleft():
            # What the supplier says of the time goes before what the camera says.
            yield row | shown | {"taken_at": row["taken_at"] or checked.taken_at}


def _digests(rows: Iterable[dict[str, Any]], waiting: deque[list[dict[str, Any]]]) -> Iterator[str]:
    for sha256, equal in groupby(rows, key=itemgetter("sha256")):
        waiting.append(list(equal))
        yield sha256


def _shown(checked: Checked) -> dict[str, Any]:
    return {name: value for name, value in vars(checked).items() if name not in COLUMNS}


def _pack(writer: PackWriter, checked: Checked) -> None:
    assert checked.image_id
    assert checked.look is not None
    assert checked.thumbnail_299 is not None
    assert checked.thumbnail_100 is not None
    writer.add(
        checked.image_id,
        thumbnail_299=checked.thumbnail_299,
        thumbnail_100=checked.thumbnail_100,
        look=checked.look,
    )


def _batched(rows: Iterable[dict[str, Any]]) -> Iterator[pa.RecordBatch]:
    schema = to_arrow_schema(schemas.CHECK, timezone="UTC")
    remaining = iter(rows)
    while some := list(islice(remaining, _ROWS_AT_ONCE)):
        yield pa.RecordBatch.from_pylist(some, schema=schema)
