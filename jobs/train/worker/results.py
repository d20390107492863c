"""What a finished run leaves beside its result: its model, and what that predicts."""

import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from hub.rules.runs import MODEL, PREDICTIONS, Run, write_json
from jobs.train.worker.weights import save_weights


def save_model(folder: Path, model: keras.Model, *, run: Run) -> None:
    """Write the model as Keras reads it in safe mode, its weights as plain arrays, its classes, and
    the versions of what made it.

    A line of classes.txt is a class's name, in the order of the scores.
    """
    kept = folder / MODEL
    kept.mkdir(exist_ok=True)
    model.save(kept / "model.keras")
    save_weights(model, kept / "weights.npz")
    names = "".join(f"{label.name}\n" for label in run.classes)
    (kept / "classes.txt").write_text(names, encoding="utf-8")
    # What is left of a broken installation has no name.
    packages = {name: each.version for each in distributions() if (name := each.metadata["Name"])}
    write_json(kept / "environment.json", {"python": sys.version, "packages": packages})


def save_predictions(
    folder: Path, predicted: Iterable[Mapping[str, npt.NDArray[Any]]], *, run: Run
) -> None:
    """Write one array a column, of all splits: image_id, split, scores, and label or states."""
    columns: dict[str, Any] = {
        name: np.concatenate([each[name] for each in predicted])
        for name in ("image_id", "split", "scores", "targets")
    }
    targets = columns.pop("targets")
    columns["states" if run.is_multi_label else "label"] = targets
    np.savez(folder / PREDICTIONS, **columns)
