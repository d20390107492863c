"""Predicts all pictures of a lock on Spark: each task sends its pictures to an open model."""

import csv
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import SparkSession

from hub.catalogue.models import Model
from hub.config import Settings
from hub.db import OpenDb
from hub.errors import TrainingError
from hub.exports.source import Source
from hub.guarded import Bounds
from hub.lake.pictures import Wanted, read_pictures
from hub.limits import bounds_of
from hub.redecoding import Redecoder, redecode
from hub.rules.manifests import Picture
from hub.rules.reasons import Reason
from hub.rules.runs import write_json
from hub.rules.spreadsheets import inert
from hub.services.model_files import MODEL_FILE, pull
from jobs.failures import failing_as
from jobs.progress import Track, noting, shown, untracked
from jobs.session import spark_session
from jobs.train.predictor import AT_ONCE, Predictor

CLAIM, SUMMARY, TABLE, PARTS = "job.json", "summary.json", "predictions.csv", "parts"
"""What lies in the folder: what the job is, what it came to (written last), a row a picture, and
the Parquet files of all scores."""

MODEL = "model"
"""The folder that the model is brought to: which model it was stays with what it said."""

PART_ROWS = 2048

OpenSpark: TypeAlias = Callable[[Settings, str], AbstractContextManager[SparkSession]]

_WANTED = ("image_id", "label_key", "size_bytes", "crc32", "file_name")
_LISTED = pa.schema(
    [
        *((name, pa.string()) for name in ("image_id", "label_key", "file_name", "split")),
        *((name, pa.int64()) for name in ("size_bytes", "crc32")),
        ("picked", pa.list_(pa.string())),
    ]
)
_COLUMNS = ("image_id", "split", "picked", "label", "probability", "error")
_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("image_id", "split", "label", "error")),
        ("picked", pa.list_(pa.string())),
        ("probability", pa.float32()),
        ("scores", pa.list_(pa.float32())),
    ]
)
"""A row a picture. `picked`: what the lock says of it; `error`: why it has no prediction."""


@dataclass(frozen=True)
class Job:
    """A model over the pictures of a lock: all that its predictions depend on."""

    root: str
    model_id: str
    model_sha256: str
    classes: tuple[str, ...]
    part_rows: int
    """Pictures of a part: what a task that was killed does again at the most."""


@dataclass(frozen=True)
class Task:
    """What a worker needs to know."""

    lake_root: str
    folder: str
    listed: str
    due: Sequence[int]
    """Parts that are to be written."""
    python: str
    classes: tuple[str, ...]
    bounds: Bounds
    threads: int
    progress: str


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
    job = Job(source.lock.root, model.model_id, model.sha256, tuple(model.classes), part_rows)
    folder = folder.absolute()
    _claim(folder, job)
    with open_db() as db:
        pull(db, settings, model.model_id, folder / MODEL)
    listed = folder / f".{uuid4().hex}.parquet"
    try:
        parts = _list_pictures(source, listed, part_rows=part_rows)
        if due := [part for part in range(parts) if not part_path(folder, part).exists()]:
            with open_spark(settings, "predict") as spark, failing_as("predicting"):
                _predict_due(
                    spark,
                    due,
                    job=job,
                    listed=listed,
                    folder=folder,
                    settings=settings,
                    track=track,
                )
        with failing_as("summing up"):
            return _sum_up(folder, job, parts=parts)
    finally:
        listed.unlink(missing_ok=True)


def _predict_due(
    spark: SparkSession,
    due: Sequence[int],
    *,
    job: Job,
    listed: Path,
    folder: Path,
    settings: Settings,
    track: Track,
) -> None:
    tasks = settings.partitions or spark.sparkContext.defaultParallelism
    cores = os.cpu_count() or 1
    total = sum(pq.ParquetFile(listed).metadata.row_group(part).num_rows for part in due)
    with shown(listed.with_suffix(".progress"), "predicted", total=total, track=track) as progress:
        task = Task(
            settings.lake_root,
            str(folder),
            str(listed),
            due=due,
            python=str(settings.train_python),
            classes=job.classes,
            bounds=bounds_of(settings),
            threads=max(1, cores // tasks),
            progress=progress,
        )
        numbers = spark.range(0, len(due), 1, min(len(due), tasks))
        numbers.mapInArrow(partial(predict_parts, task=task), "id bigint").collect()


def part_path(folder: Path, part: int) -> Path:
    return folder / PARTS / f"{part:05d}.parquet"


def _claim(folder: Path, job: Job) -> None:
    """Note in the folder what is done there."""
    try:
        (folder / PARTS).mkdir(parents=True, exist_ok=True)
        claimed = folder / CLAIM
        wanted = json.loads(json.dumps(asdict(job)))
        if not claimed.exists() and [path.name for path in folder.iterdir()] == [PARTS]:
            write_json(claimed, wanted)
        is_ours = claimed.exists() and json.loads(claimed.read_bytes()) == wanted
    except (OSError, ValueError) as error:
        raise TrainingError(f"{folder} takes no predictions ({error}): name another.") from error
    if not is_ours:
        raise TrainingError(
            f"{folder} holds other things, or predictions of another model or other pictures: name"
            " a new folder."
        )


def _list_pictures(source: Source, path: Path, *, part_rows: int) -> int:
    """Write what the workers need of the manifest, a row group a part; return how many parts."""
    pictures, parts = source.pictures(), 0
    with pq.ParquetWriter(path, _LISTED) as writer:
        while some := list(islice(pictures, part_rows)):
            rows = [_listed(one) for one in some]
            writer.write_table(pa.Table.from_pylist(rows, _LISTED), row_group_size=part_rows)
            parts += 1
    return parts


def _listed(one: Picture) -> dict[str, Any]:
    names = (name for name in _LISTED.names if name != "picked")
    return {name: getattr(one, name) for name in names} | {
        "picked": [label.name for label in one.picked]
    }


def predict_parts(numbers: Iterator[pa.RecordBatch], *, task: Task) -> Iterator[pa.RecordBatch]:
    """Write the parts that lie at these places (`id`) of what is due; yield the places."""
    model = Path(task.folder) / MODEL / MODEL_FILE
    with (
        Predictor(task.python, model, threads=task.threads) as predictor,
        redecode(task.bounds) as redecoder,
        pq.ParquetFile(task.listed) as file,
    ):
        for batch in numbers:
            due = (task.due[place] for place in batch["id"].to_pylist())
            parts = ((part, file.read_row_group(part)) for part in due)
            for part, listed in noting(parts, task.progress, rows=lambda one: len(one[1])):
                _write_part(task, part, listed, predictor, redecoder)
            yield batch


def _write_part(
    task: Task, part: int, listed: pa.Table, predictor: Predictor, redecoder: Redecoder
) -> None:
    path = part_path(Path(task.folder), part)
    rows = {row["image_id"]: row for row in listed.to_pylist()}
    for image_id, found in _predict(task, rows, predictor, redecoder):
        rows[image_id] |= found
    # A task may run twice at once: each writes a file of its own, and both are the same.
    incoming = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        table = pa.Table.from_pylist([*rows.values()], _SCHEMA)
        pq.write_table(table, incoming, compression="zstd")
        with incoming.open("rb") as file:
            os.fsync(file.fileno())
        incoming.replace(path)
    finally:
        incoming.unlink(missing_ok=True)


def _predict(
    task: Task,
    rows: Mapping[str, Mapping[str, Any]],
    predictor: Predictor,
    redecoder: Redecoder,
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what is found of each picture, as the lake holds them: a label, or what is wrong."""
    faults: dict[str, str] = {}
    read = read_pictures(
        task.lake_root,
        [Wanted(**{name: row[name] for name in _WANTED}) for row in rows.values()],
        on_fault=lambda one, fault: faults.update({one.image_id: fault}),
    )
    side = predictor.side
    # Of each picture the bytes are held until the next is read, and the pixels of some.
    fitted = ((one.image_id, redecoder.fit(content, side=side)) for one, content in read)
    while some := dict(islice(fitted, AT_ONCE)):
        good = {image_id: pixels for image_id, pixels in some.items() if isinstance(pixels, bytes)}
        faults |= {name: f"is {why.value}" for name, why in some.items() if isinstance(why, Reason)}
        for image_id, scores in zip(good, predictor.predict([*good.values()]), strict=True):
            best = int(scores.argmax())
            yield (
                image_id,
                {"label": task.classes[best], "probability": scores[best], "scores": scores},
            )
    for image_id, fault in faults.items():
        yield image_id, {"error": fault}


def _sum_up(folder: Path, job: Job, *, parts: int) -> dict[str, Any]:
    """Write the table and the summary from the parts."""
    labels: Counter[str] = Counter()
    judged: Counter[str] = Counter()
    right: Counter[str] = Counter()
    images = 0
    incoming = folder / f".{TABLE}"
    with incoming.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(_COLUMNS)
        for row in _rows(folder, parts):
            images += 1
            lines.writerow(_cells(row))
            if row["error"] is not None:
                continue
            labels[row["label"]] += 1
            if set(row["picked"]) & set(job.classes):
                judged[row["split"]] += 1
                right[row["split"]] += row["label"] in row["picked"]
    incoming.replace(folder / TABLE)
    for left in (folder / PARTS).glob(".*"):
        left.unlink(missing_ok=True)
    summary = {
        "root": job.root,
        "model_id": job.model_id,
        "images": images,
        "failed": images - labels.total(),
        "per_label": dict(sorted(labels.items())),
        "accuracy": {split: right[split] / count for split, count in sorted(judged.items())},
    }
    write_json(folder / SUMMARY, summary)
    return summary


def _rows(folder: Path, parts: int) -> Iterator[dict[str, Any]]:
    for part in range(parts):
        yield from pq.read_table(part_path(folder, part), columns=[*_COLUMNS]).to_pylist()


def _cells(row: Mapping[str, Any]) -> list[object]:
    shown = {**row, "picked": " + ".join(row["picked"])}
    return [inert(cell) if isinstance(cell := shown[name], str) else cell for name in _COLUMNS]
