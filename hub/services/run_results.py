"""What a run left behind, read with care: another environment wrote it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub.errors import TrainingError
from hub.rules import runs
from hub.rules.manifests import is_sha256

_REPORT = "report/report.json"
_MODEL_FILES = ("model/model.keras", "model/weights.npz", "model/classes.txt", runs.LOCK)
_SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class Finished:
    """What the registry keeps of a run beside its files."""

    classes: list[str]
    """Names in the order of the outputs."""
    metrics: Mapping[str, Any]
    """Of result.json, and how many pictures each split had."""
    confusion: list[list[int]] | None
    report: Mapping[str, Any]
    weights_sha256: str


def read_finished(folder: Path) -> Finished:
    """Read a finished run folder. Raises TrainingError naming what is not there or not right."""
    missing = [name for name in _MODEL_FILES if not (folder / name).is_file()]
    if missing:
        raise TrainingError(f"{folder} has no {missing[0]}: its run has not ended as it should.")
    run = runs.read_run(folder)
    result, report = _read(folder / runs.RESULT), _read(folder / _REPORT)
    weights_sha256 = result.get("weights_sha256")
    if not isinstance(weights_sha256, str) or not is_sha256(weights_sha256):
        raise TrainingError(f"{folder / runs.RESULT} does not say the sha256 of the weights.")
    counts = {f"{split}_images": run.images(split) for split in _SPLITS}
    figures = {key: value for key, value in result.items() if isinstance(value, int | float)}
    classes = [one.name for one in run.classes]
    return Finished(
        classes=classes,
        metrics={**counts, **figures},
        confusion=_matrix(report.get("confusion"), size=len(classes)),
        report=report,
        weights_sha256=weights_sha256,
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        # JSON knows no NaN, nor does Postgres; what was not measured is not there.
        values = json.loads(path.read_bytes(), parse_constant=lambda _: None)
    except (OSError, ValueError) as error:
        raise TrainingError(f"{path} cannot be read ({error}); run the training again.") from error
    if not isinstance(values, dict):
        raise TrainingError(f"{path} is no report of a run; run the training again.")
    return values


def _matrix(rows: object, *, size: int) -> list[list[int]] | None:
    """Return a confusion matrix of that many classes, or None if it is none."""
    if not isinstance(rows, list) or len(rows) != size:
        return None
    is_whole = all(
        isinstance(row, list) and len(row) == size and all(type(one) is int for one in row)
        for row in rows
    )
    return rows if is_whole else None
