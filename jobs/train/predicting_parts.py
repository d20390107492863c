"""Predicts parts of a lock's pictures on Spark's workers: a task has one model open for all of its
own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from hub.guarded import Bounds
from hub.lake.pictures import Wanted, read_pictures
from hub.redecoding import Redecoder, redecode
from hub.rules.reasons import Reason
from jobs.progress import noting
from jobs.train.filing import write_whole
from jobs.train.predictor import AT_ONCE, Predictor

_WANTED = ("image_id", "label_key", "size_bytes", "crc32", "file_name")

LISTED = pa.schema(
    [
        *((name, pa.string()) for name in ("image_id", "label_key", "file_name", "split")),
        *((name, pa.int64()) for name in ("size_bytes", "crc32")),
        ("picked", pa.list_(pa.string())),
    ]
)
"""Of each picture, what a worker is told."""

PREDICTED = pa.schema(
    [
        *((name, pa.string()) for name in ("image_id", "split", "label", "error")),
        ("picked", pa.list_(pa.string())),
        ("probability", pa.float32()),
        ("is_right", pa.bool_()),
        ("scores", pa.list_(pa.float32())),
    ]
)
"""A row a picture. `picked`: the labels that the lock picked it by; `is_right`: whether `label` is
one of them, NULL if the model knows none of them; `error`: why it has no prediction."""


@dataclass(frozen=True)
class Task:
    """What a worker needs to know."""

    lake_root: str
    model: str
    """The Keras file."""
    listed: str
    """LISTED, a row group a part that is due."""
    due: Sequence[int]
    """The part of each row group."""
    parts: str
    """Where parts go."""
    work: str
    """Where parts are until they are whole: in the same file system."""
    python: str
    classes: Sequence[str]
    bounds: Bounds
    threads: int
    progress: str


def part_path(parts: Path, part: int) -> Path:
    return parts / f"{part:05d}.parquet"


def predict_parts(numbers: Iterator[pa.RecordBatch], *, task: Task) -> Iterator[pa.RecordBatch]:
    """Write the parts of these row groups (`id`) of what is listed; yield them."""
    with (
        Predictor(task.python, Path(task.model), threads=task.threads) as predictor,
        redecode(task.bounds) as redecoder,
        pq.ParquetFile(task.listed) as file,
    ):
        places = (place for batch in numbers for place in batch["id"].to_pylist())
        groups = ((place, file.read_row_group(place)) for place in places)
        for place, listed in noting(groups, task.progress, rows=lambda one: len(one[1])):
            path = part_path(Path(task.parts), task.due[place])
            # What a task wrote before it died is not worked out again.
            if not path.exists():
                part = _part(listed, task=task, predictor=predictor, redecoder=redecoder)
                write_whole(path, [part], work=Path(task.work))
            yield pa.RecordBatch.from_pydict({"id": [place]})


def _part(listed: pa.Table, *, task: Task, predictor: Predictor, redecoder: Redecoder) -> pa.Buffer:
    rows = {row["image_id"]: row for row in listed.to_pylist()}
    for image_id, found in _predict(rows, task=task, predictor=predictor, redecoder=redecoder):
        rows[image_id] |= found
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist([*rows.values()], PREDICTED), sink, compression="zstd")
    return sink.getvalue()


def _predict(
    rows: Mapping[str, Mapping[str, Any]],
    *,
    task: Task,
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
            label, picked = task.classes[best], rows[image_id]["picked"]
            is_right = None if set(picked).isdisjoint(task.classes) else label in picked
            found = {"label": label, "probability": scores[best], "is_right": is_right}
            yield image_id, {**found, "scores": scores}
    for image_id, fault in faults.items():
        yield image_id, {"error": fault}
