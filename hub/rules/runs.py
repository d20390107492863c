"""The run folder: what the hub hands a training, and what it finds there afterwards.

Nothing but files crosses between the environment of the hub and that of TensorFlow.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePath
from typing import Any

from hub.errors import TrainingError

FORMAT = 1

SETTINGS, LEASE, EVENTS, RESULT = "run.json", "lease.json", "events.jsonl", "result.json"
LOCK, LEFT_OUT, ATTRIBUTION = "lock.toml", "left_out.csv", "attribution.csv"
PREDICTIONS = "predictions.npz"
CHECKPOINTS, REPORT, MODEL, LOGS, TENSORBOARD = (
    *("checkpoints", "report", "model", "logs", "tensorboard"),
)

FOR_GOOD = 3
"""The exit status of a rank where another attempt would find the same."""

LABEL_UNKNOWN = -1


@dataclass(frozen=True)
class ClassLabel:
    """A class: its number is its place among the classes."""

    key: str
    name: str


@dataclass(frozen=True)
class TrainingFile:
    """A Parquet file of one row group, with plain columns and no NULLs.

    `image`: side x side x 3 bytes, rows of red, green and blue; `image_id`: text; `number`: of a
    derived picture, else 0; `label`: the class's number, -1 in runs of several labels; `states`:
    of those runs, a signed byte a class, 1 shown, 0 verified not to be shown, -1 unknown; else
    empty.
    """

    path: str
    """Relative to the run folder."""
    rows: int
    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class Run:
    """What a run folder's `run.json` holds: all that a training depends on."""

    training_id: int
    root: str
    """Of the subset's manifest."""
    classes: tuple[ClassLabel, ...]
    seed: int
    options: Mapping[str, Any]
    """As `hub.rules.trainings.Options`."""
    batch: int
    """Pictures a step, of all ranks together, whatever their number turns out to be."""
    is_multi_label: bool
    files: Mapping[str, tuple[TrainingFile, ...]]
    """By split: train, validation, test; a file's number is its place."""
    class_images: Mapping[str, int]
    """Train rows by class key."""
    left_out: Mapping[str, int]
    """Pictures of the subset that are not used, by why; `left_out.csv` names them."""
    class_weights: Mapping[str, float] = field(default_factory=dict)
    """What a train row of a class counts in the loss, by class key; 1 where it is not named."""
    format: int = FORMAT

    @property
    def side(self) -> int:
        return int(self.options["side"])

    def images(self, split: str) -> int:
        return sum(file.rows for file in self.files.get(split, ()))

    def rows(self, split: str) -> list[int]:
        """Return the rows of each file of a split."""
        return [file.rows for file in self.files.get(split, ())]


def portable(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return options as others may know them: of a file of first weights its name, and no path."""
    return {
        name: PurePath(value).name if name == "weights" else value
        for name, value in options.items()
    }


def write_run(folder: Path, run: Run) -> None:
    write_json(folder / SETTINGS, asdict(run))


def read_run(folder: Path) -> Run:
    """Read a run folder's settings. Raises TrainingError if they are not there or not whole."""
    try:
        values = json.loads((folder / SETTINGS).read_bytes())
        if values["format"] != FORMAT:
            raise TrainingError(
                f"{folder / SETTINGS} is of format {values['format']}, this hub reads {FORMAT}:"
                " ask for the training again."
            )
        return Run(
            **{
                **values,
                "classes": tuple(ClassLabel(**one) for one in values["classes"]),
                "files": {
                    split: tuple(TrainingFile(**one) for one in files)
                    for split, files in values["files"].items()
                },
            }
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TrainingError(
            f"{folder} is no whole run folder ({error}): run the training again, which makes it."
        ) from error


def write_json(path: Path, values: Mapping[str, Any]) -> None:
    """Write a file that is there whole or not at all, also after a loss of power."""
    incoming = path.with_name(f".{path.name}.{os.getpid()}")
    with incoming.open("w") as file:
        json.dump(values, file, indent=1, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    incoming.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
