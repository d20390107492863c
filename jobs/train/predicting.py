"""Predicts all pictures of a lock on Spark: part by part, each there whole or not at all."""

import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import SparkSession

from hub.catalogue.models import Model
from hub.config import Settings
from hub.db import OpenDb
from hub.errors import TrainingError
from hub.exports.claiming import claimed
from hub.exports.source import Source
from hub.limits import bounds_of
from hub.rules.manifests import Picture
from hub.rules.runs import write_json
from hub.services.model_files import MODEL_FILE, pull
from jobs.failures import failing_as
from jobs.progress import Track, shown, untracked
from jobs.session import spark_session
from jobs.train.predicting_parts import LISTED, Task, part_path, predict_parts
from jobs.train.predicting_summary import write_table

CLAIM, SUMMARY, TABLE, PARTS = "job.json", "summary.json", "predictions.csv", "parts"
"""What lies in the folder: what the job is, what it came to (written last), a row a picture, and
the Parquet files of all scores."""

MODEL = "model"
"""The folder that the model is brought to: which model it was stays with what it said."""

_WORK = ".predicting"
"""A folder of the folder for what is unfinished, there while somebody works on it."""

PART_ROWS = 2048

OpenSpark: TypeAlias = Callable[[Settings, str], AbstractContextManager[SparkSession]]


@dataclass(frozen=True)
class Job:
    """A model over the pictures of a lock: all that its predictions depend on."""

    root: str
    model_id: str
    model_sha256: str
    classes: list[str]
    part_rows: int
    """Pictures of a part: what a task that was killed does again at the most."""


def predict_lock(
    source: Source,
    folder: Path,
    *,
    model: Model,
    open_db: OpenDb,
    settings: Settings,
    part_rows: int = PART_ROWS,
    open_spark: OpenSpark = spark_session,
    track: Track = untracked,
) -> dict[str, Any]:
    """Write predictions of a lock's pictures into a folder; return what `summary.json` holds.

    Killed, it goes on when run again: parts that are there stay. All workers must see the folder.
    Raises TrainingError if it is another job's or the model cannot be opened, StageFailed if Spark
    stops, and what `hub.services.model_files.pull` does.
    """
    job = Job(source.lock.root, model.model_id, model.sha256, model.classes, part_rows)
    folder = folder.absolute()
    with _claimed(folder, job) as work:
        with open_db() as db:
            pull(db, settings, model.model_id, folder / MODEL)
        (folder / PARTS).mkdir(exist_ok=True)
        count = -(-source.lock.images // part_rows)
        parts = [part_path(folder / PARTS, part) for part in range(count)]
        if due := [part for part, path in enumerate(parts) if not path.exists()]:
            with failing_as("predicting"):
                _list_due(source, work / "listed.parquet", due, part_rows=part_rows)
                with open_spark(settings, "predict") as spark:
                    _predict_due(spark, due, job=job, folder=folder, settings=settings, track=track)
        with failing_as("summing up"):
            found = write_table(parts, work / TABLE)
            (work / TABLE).replace(folder / TABLE)
            summary = {"root": job.root, "model_id": job.model_id, **found}
            _put(folder, SUMMARY, summary)
    return summary


@contextmanager
def _claimed(folder: Path, job: Job) -> Iterator[Path]:
    """Keep a folder for a job, and others out of it, for the block; yield its folder for work."""
    work = folder / _WORK
    with ExitStack() as held:
        try:
            held.enter_context(claimed(folder))
            _check_ours(folder, job)
            # With what a job left that was killed.
            shutil.rmtree(work, ignore_errors=True)
            work.mkdir()
            held.callback(shutil.rmtree, work, ignore_errors=True)
            _put(folder, CLAIM, asdict(job))
        except BlockingIOError as error:
            raise TrainingError(
                f"Another process writes predictions into {folder}: wait until it ends."
            ) from error
        except (OSError, ValueError) as error:
            raise TrainingError(
                f"{folder} takes no predictions ({error}): name another."
            ) from error
        yield work


def _check_ours(folder: Path, job: Job) -> None:
    if {path.name for path in folder.iterdir()} <= {_WORK}:
        return
    claim = folder / CLAIM
    if not claim.exists() or json.loads(claim.read_bytes()) != asdict(job):
        raise TrainingError(
            f"{folder} holds other things, or predictions of another model or other pictures: name"
            " a new folder."
        )


def _put(folder: Path, name: str, values: dict[str, Any]) -> None:
    write_json(folder / _WORK / name, values)
    (folder / _WORK / name).replace(folder / name)


def _list_due(source: Source, path: Path, due: Sequence[int], *, part_rows: int) -> None:
    """Write what the workers need of the manifest, a row group a part that is due."""
    pictures, wanted = source.pictures(), set(due)
    # Statistics nobody reads: of millions of pictures they would be most of the file's footer.
    with pq.ParquetWriter(path, LISTED, write_statistics=False) as writer:
        for part in range(due[-1] + 1):
            some = list(islice(pictures, part_rows))
            if part in wanted:
                rows = [_listed(one) for one in some]
                writer.write_table(pa.Table.from_pylist(rows, LISTED), row_group_size=part_rows)


def _listed(one: Picture) -> dict[str, Any]:
    names = (name for name in LISTED.names if name != "picked")
    return {name: getattr(one, name) for name in names} | {
        "picked": [label.name for label in one.picked]
    }


def _predict_due(
    spark: SparkSession,
    due: Sequence[int],
    *,
    job: Job,
    folder: Path,
    settings: Settings,
    track: Track,
) -> None:
    """Write the parts that are due; what comes back to the driver is a number a part."""
    tasks = settings.partitions or spark.sparkContext.defaultParallelism
    work = folder / _WORK
    listed = work / "listed.parquet"
    total = pq.read_metadata(listed).num_rows
    with shown(work / "progress", "predicted", total=total, track=track) as progress:
        task = Task(
            lake_root=settings.lake_root,
            model=str(folder / MODEL / MODEL_FILE),
            listed=str(listed),
            due=due,
            parts=str(folder / PARTS),
            work=str(work),
            python=str(settings.train_python),
            classes=job.classes,
            bounds=bounds_of(settings),
            threads=max(1, (os.cpu_count() or 1) // tasks),
            progress=progress,
        )
        places = spark.range(0, len(due), 1, min(len(due), tasks))
        places.mapInArrow(partial(predict_parts, task=task), "id bigint").collect()
