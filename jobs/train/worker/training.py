"""One rank's training of a run folder, from its last checkpoint to its result."""

import time
from pathlib import Path

import numpy as np

from hub.rules.epochs import EpochPlan
from hub.rules.runs import RESULT, Run, write_json
from jobs.train.worker.beginning import Training, begin
from jobs.train.worker.checkpoints import save_checkpoint
from jobs.train.worker.evaluation import Measure, mean_of, measure
from jobs.train.worker.feeding import Batches, feed
from jobs.train.worker.finishing import finish
from jobs.train.worker.progress import learning_rate
from jobs.train.worker.ranks import Ranks
from jobs.train.worker.tracing import Trace


def train(
    folder: Path, run: Run, *, ranks: Ranks, attempt: int, checkpoint_seconds: float, trace: Trace
) -> None:
    """Train, predict and write the result. Raises TrainingError, DataError if it is for good."""
    began_at = time.monotonic()
    training = begin(folder, run, ranks=ranks, seconds=checkpoint_seconds, trace=trace)
    events, progress, options = training.events, training.progress, training.options
    events.say(
        "begun",
        attempt=attempt,
        ranks=ranks.size,
        step=progress.step,
        epoch=progress.epoch,
        images=run.images("train"),
    )
    batches = _feed(training, progress.epoch, first_step=progress.epoch_step)
    while not progress.is_over(options):
        rate = _train_epoch(training, batches)
        if progress.epoch < options.epochs:
            # What comes next is read while this epoch is measured.
            batches = _feed(training, progress.epoch + 1)
        _end_epoch(training, rate=rate)
    result = finish(training)
    result["seconds"] = round(time.monotonic() - began_at, 3)
    if ranks.is_first:
        write_json(folder / RESULT, result)
    events.say("finished", **result)


def _plan(training: Training, epoch: int) -> EpochPlan:
    run = training.run
    return EpochPlan(run.rows("train"), run.batch, run.seed, epoch)


def _feed(training: Training, epoch: int, *, first_step: int = 0) -> Batches:
    """Begin to read an epoch."""
    return feed(
        training.sources["train"],
        _plan(training, epoch),
        rank=training.ranks.rank,
        ranks=training.ranks.size,
        first_step=first_step,
        is_augmented=training.options.augment and not training.options.augmented,
    )


def _train_epoch(training: Training, batches: Batches) -> float:
    """Return the last step's learning rate."""
    progress, run, stepper = training.progress, training.run, training.stepper
    plan = _plan(training, progress.epoch)
    training.pace.begin_epoch()
    rate = 0.0
    for images, targets, weights, image_ids in batches:
        rate = learning_rate(progress, options=training.options, batch=run.batch, steps=plan.steps)
        rows = plan.weight(progress.epoch_step)
        # Before the step: one that has ended anywhere was then written by all ranks.
        training.trace.write(progress.epoch, progress.step + 1, image_ids, weights)
        stepper.train(images, targets, weights, step=progress.step, rate=rate, rows=rows)
        progress.step, progress.epoch_step = progress.step + 1, progress.epoch_step + 1
        training.pace.count(rows)
        _tell_and_keep(training, rate=rate, is_last=progress.epoch_step == plan.steps)
    return rate


def _tell_and_keep(training: Training, *, rate: float, is_last: bool) -> None:
    pace, progress = training.pace, training.progress
    if pace.is_time_to_tell() and training.ranks.is_first:
        totals = training.stepper.totals.numpy()
        measured = mean_of(totals, images=round(totals[1]))
        training.events.say(
            "step",
            step=progress.step,
            epoch=progress.epoch,
            **_figures(measured),
            images_per_second=pace.images_per_second,
            learning_rate=rate,
        )
    # The end of the epoch keeps one, with what was measured.
    if training.ranks.is_first and not is_last and pace.is_time_to_keep():
        _keep(training, is_best=False)


def _end_epoch(training: Training, *, rate: float) -> None:
    progress, stepper, pace = training.progress, training.stepper, training.pace
    images = training.run.images("train")
    trained = mean_of(stepper.totals.numpy(), images=images)
    progress.seconds += pace.seconds
    progress.trained_images += images
    speed = pace.images_per_second
    validated = measure(stepper, training.sources["validation"], ranks=training.ranks)
    measured = {
        "epoch": progress.epoch,
        **_figures(trained),
        "val_loss": validated.loss,
        "val_accuracy": validated.accuracy,
        "images": images,
        "images_per_second": speed,
        "learning_rate": rate,
        "step": progress.step,
    }
    progress.end_epoch(measured, options=training.options)
    stepper.totals.assign(np.zeros(4))
    if training.ranks.is_first:
        _keep(training, is_best=progress.best_epoch == progress.epoch - 1)
    training.events.say("epoch", **measured)


def _figures(measured: Measure) -> dict[str, float | None]:
    return {"loss": measured.loss, "accuracy": measured.accuracy}


def _keep(training: Training, *, is_best: bool) -> None:
    began_at = time.monotonic()
    save_checkpoint(
        training.folder, training.stepper.variables, progress=training.progress, is_best=is_best
    )
    training.pace.kept(time.monotonic() - began_at)
    training.events.say(
        "checkpoint",
        step=training.progress.step,
        epoch=training.progress.epoch,
        is_best=is_best,
        seconds=round(time.monotonic() - began_at, 3),
    )
