"""How good a network is on a split: its rows shared out to the ranks, each judged once."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from hub.rules.epochs import EpochPlan
from jobs.train.worker.digests import DataError
from jobs.train.worker.events import append_event
from jobs.train.worker.feeding import Batches, feed
from jobs.train.worker.pace import Pace
from jobs.train.worker.ranks import Ranks, gather, sum_ranks
from jobs.train.worker.reading import ShortRead
from jobs.train.worker.sources import Source
from jobs.train.worker.stepping import Stepper


@dataclass(frozen=True)
class Measure:
    """Means over all rows; None of a split that has none."""

    loss: float | None
    accuracy: float | None


def mean_of(totals: npt.NDArray[np.float64], *, images: int) -> Measure:
    """Return the means of summed `losses.sums`.

    Raises ShortRead if they are of other rows, and DataError if they are no numbers any more.
    """
    loss, rows, right, judged = totals.tolist()
    if round(rows) != images:
        raise ShortRead(f"{round(rows):,} rows were worked off instead of {images:,}.")
    if not images:
        return Measure(None, None)
    if not math.isfinite(loss):
        raise DataError(
            "The loss is no number any more: ask for the training again with a smaller learning"
            " rate."
        )
    return Measure(loss / rows, right / max(judged, 1.0))


def measure(stepper: Stepper, source: Source, *, ranks: Ranks) -> Measure:
    totals = np.zeros(4)
    for images, targets, weights, _ in _batches(source, ranks):
        totals += stepper.judge(images, targets, weights)[0].numpy()
    return _mean(totals, source, ranks)


def predict(
    stepper: Stepper, source: Source, *, ranks: Ranks
) -> tuple[Measure, dict[str, npt.NDArray[Any]]]:
    """Return, on every rank, the measure of a split, and of all its rows by image_id: image_id,
    split, targets (see `Batch`) and float32 scores (n, classes)."""
    totals = np.zeros(4)
    ids: list[bytes] = []
    targets, scores = [_no_targets(source)], [_no_scores(source)]
    for images, some, weights, some_ids in _batches(source, ranks):
        told, some_scores = stepper.judge(images, some, weights)
        totals += told.numpy()
        are_real = weights.numpy() > 0
        ids += some_ids.numpy()[are_real].tolist()
        targets.append(some.numpy()[are_real])
        scores.append(some_scores.numpy()[are_real])
    measured = _mean(totals, source, ranks)
    image_ids = _gather_ids(ids, ranks=ranks)
    order = np.argsort(image_ids, kind="stable")
    return measured, {
        "image_id": image_ids[order],
        "split": np.full(order.size, source.split),
        "targets": gather(np.concatenate(targets), name="targets", ranks=ranks)[order],
        "scores": gather(np.concatenate(scores), name="scores", ranks=ranks)[order],
    }


def _batches(source: Source, ranks: Ranks) -> Batches:
    """Yield this rank's share of a split, and tell that it goes on: else it were silence."""
    run, pace = source.run, Pace(0)
    plan = EpochPlan(run.rows(source.split), run.batch, run.seed, 0, is_shuffled=False)
    for batch in feed(source, plan, rank=ranks.rank, ranks=ranks.size):
        if ranks.is_first and pace.is_time_to_tell():
            append_event(source.folder, "judging", split=source.split)
        yield batch


def _mean(totals: npt.NDArray[np.float64], source: Source, ranks: Ranks) -> Measure:
    summed = sum_ranks(totals, name="measure", ranks=ranks)
    return mean_of(summed, images=source.run.images(source.split))


def _no_targets(source: Source) -> npt.NDArray[np.int64]:
    run = source.run
    return np.zeros((0, len(run.classes)) if run.is_multi_label else (0,), np.int64)


def _no_scores(source: Source) -> npt.NDArray[np.float32]:
    return np.zeros((0, len(source.run.classes)), np.float32)


def _gather_ids(ids: list[bytes], *, ranks: Ranks) -> npt.NDArray[np.str_]:
    """Horovod carries numbers: ids go as bytes, as many each as the longest has."""
    own = max(map(len, ids), default=1)
    width = int(gather(np.array([own]), name="width", ranks=ranks).max())
    letters = np.array(ids, f"S{width}").view(np.uint8).reshape(len(ids), width)
    gathered = np.ascontiguousarray(gather(letters, name="ids", ranks=ranks))
    return gathered.view(f"S{width}").ravel().astype(np.str_)
