"""What a run predicts of the pictures that it was not trained on, beside what is true of them."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from hub.errors import TrainingError
from hub.rules.runs import LABEL_UNKNOWN, PREDICTIONS

_SHOWN_FROM = 0.5
"""The score from which on a label of several counts as predicted."""


@dataclass(frozen=True)
class Predicted:
    """Rows of pictures, columns of classes."""

    image_ids: npt.NDArray[np.str_]
    splits: npt.NDArray[np.str_]
    truth: npt.NDArray[np.int8]
    """[rows, classes]: 1 shown, 0 not shown, -1 unknown."""
    scores: npt.NDArray[np.float32]
    """[rows, classes]: probabilities; of one label a picture they add up to 1."""
    is_multi_label: bool

    def of(self, split: str) -> "Predicted":
        """Return the pictures of one split."""
        rows = self.splits == split
        return Predicted(
            self.image_ids[rows],
            self.splits[rows],
            self.truth[rows],
            self.scores[rows],
            self.is_multi_label,
        )

    @property
    def is_known(self) -> npt.NDArray[np.bool_]:
        known: npt.NDArray[np.bool_] = self.truth != LABEL_UNKNOWN
        return known

    @cached_property
    def chosen(self) -> npt.NDArray[np.bool_]:
        """[rows, classes]: what is predicted to be shown: the likeliest class, or of runs with
        several labels each that is likelier than not."""
        if self.is_multi_label:
            return self.scores >= _SHOWN_FROM
        chosen = np.zeros(self.scores.shape, bool)
        chosen[np.arange(len(chosen)), self.scores.argmax(axis=1)] = True
        return chosen


def read_predicted(folder: Path, *, classes: int, is_multi_label: bool) -> Predicted:
    """Read the predictions of a run. Raises TrainingError if they are not there or not whole."""
    path = folder / PREDICTIONS
    try:
        with np.load(path, allow_pickle=False) as file:
            held: dict[str, npt.NDArray[Any]] = dict(file)
        scores = held["scores"].astype(np.float32).reshape(-1, classes)
        truth = held["states"] if is_multi_label else _one_hot(held["label"], classes)
        found = Predicted(
            held["image_id"].astype(str),
            held["split"].astype(str),
            truth.astype(np.int8).reshape(-1, classes),
            scores,
            is_multi_label,
        )
    except (OSError, ValueError, KeyError, IndexError) as error:
        raise TrainingError(
            f"{path} holds no predictions of {classes} classes ({error}): run the training again."
        ) from error
    rows = {len(found.image_ids), len(found.splits), len(found.truth), len(found.scores)}
    if len(rows) > 1:
        raise TrainingError(f"{path} has columns of several lengths: run the training again.")
    if not np.isfinite(scores).all():
        raise TrainingError(
            f"{path} has scores that are no numbers: the training went astray. Ask for it again"
            " with a smaller learning rate."
        )
    return found


def _one_hot(labels: npt.NDArray[Any], classes: int) -> npt.NDArray[np.int8]:
    return np.eye(classes, dtype=np.int8)[labels.astype(np.int64)]
