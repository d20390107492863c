"""Report of a run that has ended: `python -m jobs.train.worker.report RUN_FOLDER`.

Written from files alone, so it can be made anew at any time. `report.json` comes last.
"""

import csv
import json
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from PIL import Image

from hub.errors import HubError, TrainingError
from hub.rules import runs
from hub.rules.runs import Run, read_run, write_json
from hub.rules.spreadsheets import inert
from hub.rules.trainings import GOOD_ACCURACY, side_of_good
from jobs.train.worker import card, plots, scores
from jobs.train.worker.predicted import Predicted, read_predicted
from jobs.train.worker.scores import Mistake

NAME = "report.json"

_MOST_WORST = 24
_MOST_STEPS = 1000
_ROWS_AT_ONCE = 64
_QUALITY = 90


def write_report(folder: Path) -> dict[str, Any]:
    """Write `report/` of a run folder; return what `report.json` holds.

    Raises TrainingError if the run has not ended or its files are not whole.
    """
    run = read_run(folder)
    result = _read_result(folder)
    predicted = read_predicted(folder, classes=len(run.classes), is_multi_label=run.is_multi_label)
    into = folder / runs.REPORT
    # What an older report has more of must not stay beside this one.
    shutil.rmtree(into, ignore_errors=True)
    (into / "worst").mkdir(parents=True)
    validation, test = predicted.of("validation"), predicted.of("test")
    told = _describe(run, validation, test=test, events=list(read_events(folder)))
    _draw(into, told, names=[label.name for label in run.classes])
    _write_csv(into / "predictions.csv", _filenames(run, predicted))
    _write_csv(into / "predictions_wide.csv", _wide(run, predicted))
    _write_worst(folder, run, [mistake["image_id"] for mistake in told["worst"]])
    text = card.card(folder, run, result=result, report=told)
    (into / "MODEL_CARD.md").write_text(text, encoding="utf-8")
    write_json(into / NAME, told)
    return told


def _read_result(folder: Path) -> dict[str, Any]:
    try:
        result: dict[str, Any] = json.loads((folder / runs.RESULT).read_bytes())
    except (OSError, ValueError) as error:
        raise TrainingError(
            f"{folder} has no result ({error}): a report is made of a run that has ended."
        ) from error
    return result


def read_events(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield what the run has told; a line that a crash cut off is left out."""
    with (folder / runs.EVENTS).open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            try:
                event = json.loads(line)
            except ValueError:
                continue
            if isinstance(event, dict):
                yield event


def _describe(
    run: Run, validation: Predicted, *, test: Predicted, events: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    told = _describe_split(run, validation)
    accuracy = told.pop("accuracy")
    return {
        "val_accuracy": accuracy,
        "note": _note(accuracy),
        **told,
        "worst": [asdict(one) for one in _worst(run, validation)],
        "history": _last_of_each(events, "epoch"),
        "throughput": _thinned(
            [
                [event["step"], event.get("images_per_second"), event.get("learning_rate")]
                for event in _last_of_each(events, "step")
            ]
        ),
        "test": _describe_split(run, test) if len(test.scores) else None,
    }


def _describe_split(run: Run, predicted: Predicted) -> dict[str, Any]:
    return {
        "accuracy": scores.accuracy(predicted),
        "labels": [asdict(one) for one in scores.score_labels(predicted, run.classes)],
        "confusion": scores.confusion(predicted),
        "calibration": asdict(scores.calibrate(predicted)),
    }


def _worst(run: Run, validation: Predicted) -> list[Mistake]:
    return scores.list_worst(validation, run.classes, most=_MOST_WORST)


def _note(accuracy: float | None) -> str:
    if accuracy is None:
        return "No validation pictures: nothing is known of how good the model is."
    side = side_of_good(accuracy)
    return f"Validation accuracy {accuracy:.4f}: {side} threshold {GOOD_ACCURACY}."


def _last_of_each(events: Iterable[Mapping[str, Any]], kind: str) -> list[dict[str, Any]]:
    """Return the events of a kind in order: a run that was resumed does some steps twice."""
    found = {
        event[kind]: {name: event[name] for name in event if name != "event"}
        for event in events
        if event.get("event") == kind and isinstance(event.get(kind), int)
    }
    return [found[number] for number in sorted(found)]


def _thinned(rows: list[list[Any]]) -> list[list[Any]]:
    """Leave out rows evenly where there are more than a drawing can show."""
    return rows[:: max(1, -(-len(rows) // _MOST_STEPS))]


def _draw(into: Path, told: Mapping[str, Any], *, names: Sequence[str]) -> None:
    plots.draw_curves(into / "curves.png", told["history"], threshold=GOOD_ACCURACY)
    plots.draw_throughput(into / "throughput.png", told["throughput"])
    if told["val_accuracy"] is None:
        return
    plots.draw_calibration(into / "calibration.png", told["calibration"])
    if told["confusion"] is not None:
        plots.draw_confusion(into / "confusion.png", told["confusion"], names)


def _filenames(run: Run, predicted: Predicted) -> Iterator[Sequence[str]]:
    """Yield the table that the original hub wrote: the file of each picture below its class.

    Of runs with several labels a class is all that it shows, or is predicted to show.
    """
    yield "True Filename", "Predicted Filename"
    for row, image_id in enumerate(predicted.image_ids):
        shown = np.flatnonzero(predicted.truth[row] == 1)
        chosen = np.flatnonzero(predicted.chosen[row])
        yield _file(run, shown, image_id), _file(run, chosen, image_id)


def _file(run: Run, numbers: Iterable[int], image_id: str) -> str:
    return inert(f"{_names(run, numbers)}/{image_id}.jpg")


def _names(run: Run, numbers: Iterable[int]) -> str:
    return " + ".join(run.classes[number].name for number in numbers)


def _wide(run: Run, predicted: Predicted) -> Iterator[Sequence[object]]:
    yield (
        *("image_id", "split", "true", "predicted", "probability"),
        *(inert(label.name) for label in run.classes),
    )
    for row, image_id in enumerate(predicted.image_ids):
        found = predicted.scores[row]
        chosen = np.flatnonzero(predicted.chosen[row])
        yield (
            image_id,
            predicted.splits[row],
            inert(_names(run, np.flatnonzero(predicted.truth[row] == 1))),
            inert(_names(run, chosen)),
            f"{found.max():.6f}",
            *(f"{score:.6f}" for score in found),
        )


def _write_csv(path: Path, rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def _write_worst(folder: Path, run: Run, image_ids: Sequence[str]) -> None:
    """Write the pictures of the worst mistakes as the model saw them, numbered from 1."""
    numbers: dict[str, list[int]] = {}
    for number, image_id in enumerate(image_ids, start=1):
        numbers.setdefault(image_id, []).append(number)
    for image_id, pixels in _pixels(folder, run, numbers):
        picture = Image.frombytes("RGB", (run.side, run.side), pixels)
        for number in numbers[image_id]:
            path = folder / runs.REPORT / "worst" / f"{number}.jpg"
            picture.save(path, quality=_QUALITY)


def _pixels(folder: Path, run: Run, wanted: Mapping[str, object]) -> Iterator[tuple[str, bytes]]:
    for listed in run.files.get("validation", ()):
        with pq.ParquetFile(folder / listed.path) as file:
            held = file.read(columns=["image_id"])["image_id"].to_pylist()
            if wanted.keys().isdisjoint(held):
                continue
            for batch in file.iter_batches(_ROWS_AT_ONCE, columns=["image_id", "image"]):
                for row, image_id in enumerate(batch["image_id"].to_pylist()):
                    if image_id in wanted:
                        yield image_id, batch["image"][row].as_py()


def main() -> None:
    """Write the report; a problem is one line and exit code 1."""
    if len(sys.argv) != 2:
        sys.exit("usage: python -m jobs.train.worker.report RUN_FOLDER")
    try:
        write_report(Path(sys.argv[1]))
    except HubError as error:
        sys.exit(f"report: {error}")


if __name__ == "__main__":
    main()
