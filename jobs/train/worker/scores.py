"""What predictions are worth: of each label, of the probabilities, and where they err most."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hub.rules.runs import ClassLabel
from jobs.train.worker.predicted import Predicted

BINS = 10

_Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class LabelScores:
    """Shares from 0 to 1; None where nothing was to be found, or nothing was predicted."""

    key: str
    name: str
    precision: float | None
    recall: float | None
    f1: float | None
    support: int
    """Pictures that show it."""
    average_precision: float | None


@dataclass(frozen=True)
class Bin:
    """Predictions of about one probability: their mean probability, and the share that is true."""

    confidence: float | None
    accuracy: float | None
    count: int


@dataclass(frozen=True)
class Calibration:
    bins: tuple[Bin, ...]
    ece: float | None
    """The expected calibration error, from 0 to 1."""


@dataclass(frozen=True)
class Mistake:
    image_id: str
    true: str
    predicted: str
    probability: float


def accuracy(predicted: Predicted) -> float | None:
    """Return the share of pictures whose class is predicted; of runs with several labels the share
    of what is known of pictures that is predicted. None without pictures."""
    if predicted.is_multi_label:
        known = predicted.is_known
        right = (predicted.chosen == (predicted.truth == 1))[known]
    else:
        right = (predicted.chosen & (predicted.truth == 1)).any(axis=1)
    return float(right.mean()) if right.size else None


def score_labels(predicted: Predicted, classes: Sequence[ClassLabel]) -> list[LabelScores]:
    """Return precision, recall, F1 and average precision of each class, over what is known."""
    shown, chosen = predicted.truth == 1, predicted.chosen
    right = (shown & chosen).sum(axis=0)
    wrong = ((predicted.truth == 0) & chosen).sum(axis=0)
    missed = (shown & ~chosen).sum(axis=0)
    return [
        LabelScores(
            label.key,
            label.name,
            precision=_share(right[number], right[number] + wrong[number]),
            recall=_share(right[number], right[number] + missed[number]),
            f1=_share(2 * right[number], 2 * right[number] + wrong[number] + missed[number]),
            support=int(right[number] + missed[number]),
            average_precision=_average_precision(predicted, number),
        )
        for number, label in enumerate(classes)
    ]


def _share(part: int, whole: int) -> float | None:
    return float(part / whole) if whole else None


def _average_precision(predicted: Predicted, number: int) -> float | None:
    """The sum of precision over the steps of recall (Manning et al. 2008, 8.4), where pictures of
    equal score count as one step."""
    known = predicted.is_known[:, number]
    scores, shown = predicted.scores[known, number], predicted.truth[known, number] == 1
    if not shown.any():
        return None
    order = np.argsort(-scores, kind="stable")
    found = np.cumsum(shown[order])
    ends = np.flatnonzero(np.diff(scores[order], append=-1.0))
    gained = np.diff(found[ends], prepend=0)
    return float((gained / found[-1] * found[ends] / (ends + 1)).sum())


def confusion(predicted: Predicted) -> list[list[int]] | None:
    """Count pictures by true class (rows) and predicted class; None of runs with several labels."""
    if predicted.is_multi_label:
        return None
    counts: list[list[int]] = (predicted.truth.astype(np.int64).T @ predicted.chosen).tolist()
    return counts


def calibrate(predicted: Predicted) -> Calibration:
    """Compare probabilities with what comes true, in ten bins of equal width.

    Of one label a picture it is the probability of the likeliest class, of several that of each
    class that is known of the picture. Source: Guo et al. 2017, "On calibration of modern neural
    networks", equations 2 to 5; a bin holds its upper end.
    """
    confidence, right = _confidences(predicted)
    bins, error = [], 0.0
    places = np.clip(np.ceil(confidence * BINS) - 1, 0, BINS - 1)
    for number in range(BINS):
        inside = places == number
        if not inside.any():
            bins.append(Bin(None, None, 0))
            continue
        mean, share = float(confidence[inside].mean()), float(right[inside].mean())
        bins.append(Bin(mean, share, int(inside.sum())))
        error += abs(share - mean) * inside.mean()
    return Calibration(tuple(bins), float(error) if confidence.size else None)


def _confidences(predicted: Predicted) -> tuple[_Numbers, npt.NDArray[np.bool_]]:
    scores = predicted.scores.astype(np.float64)
    if predicted.is_multi_label:
        known = predicted.is_known
        return scores[known], (predicted.truth == 1)[known]
    right = (predicted.chosen & (predicted.truth == 1)).any(axis=1)
    return scores[predicted.chosen], right


def list_worst(predicted: Predicted, classes: Sequence[ClassLabel], *, most: int) -> list[Mistake]:
    """Return the mistakes of the highest probability, the worst first, ties by image id.

    Of runs with several labels a mistake is one class of a picture.
    """
    shown, chosen = predicted.truth == 1, predicted.chosen
    wrong = predicted.is_known & (chosen != shown if predicted.is_multi_label else chosen & ~shown)
    rows, numbers = np.nonzero(wrong)
    scores = predicted.scores[rows, numbers].astype(np.float64)
    sureness = np.where(chosen[rows, numbers], scores, 1 - scores)
    order = np.lexsort((numbers, predicted.image_ids[rows], -sureness))[:most]
    return [
        Mistake(
            str(predicted.image_ids[rows[place]]),
            *_words(predicted, classes, row=rows[place], number=numbers[place]),
            float(sureness[place]),
        )
        for place in order
    ]


def _words(
    predicted: Predicted, classes: Sequence[ClassLabel], *, row: int, number: int
) -> tuple[str, str]:
    """Say what is true and what was predicted."""
    name = classes[number].name
    if not predicted.is_multi_label:
        return classes[int(predicted.truth[row].argmax())].name, name
    is_chosen = predicted.chosen[row, number]
    return (f"not {name}", name) if is_chosen else (name, f"not {name}")
