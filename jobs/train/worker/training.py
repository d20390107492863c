"""One rank's training of a run folder, from its last checkpoint to its result."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from hub.rules.epochs import EpochPlan
from hub.rules.runs import RESULT, Run, write_json
from hub.rules.trainings import Options
from jobs.train.worker.checkpoints import (
    BEST,
    Checkpoint,
    find_checkpoint,
    find_newest,
    save_checkpoint,
)
from jobs.train.worker.digests import DataError
from jobs.train.worker.evaluation import Measure, mean_of, measure, predict
from jobs.train.worker.events import Events
from jobs.train.worker.feeding import feed
from jobs.train.worker.nets import build_net
from jobs.train.worker.pace import Pace
from jobs.train.worker.progress import Progress, learning_rate
from jobs.train.worker.ranks import Ranks, share_json, share_variables
from jobs.train.worker.reading import Source
from jobs.train.worker.results import save_model, save_predictions
from jobs.train.worker.stepping import Stepper
from jobs.train.worker.tracing import Trace
from jobs.train.worker.weights import digest_weights, take_weights


@dataclass
class Training:
    folder: Path
    run: Run
    options: Options
    ranks: Ranks
    events: Events
    pace: Pace
    trace: Trace
    model: keras.Model
    stepper: Stepper
    sources: Mapping[str, Source]
    """By split."""
    progress: Progress


def train(
    folder: Path, run: Run, *, ranks: Ranks, attempt: int, checkpoint_seconds: float, trace: Trace
) -> None:
    """Train, predict and write the result. Raises TrainingError, DataError if it is for good."""
    began_at = time.monotonic()
    training = _begin(folder, run, ranks=ranks, seconds=checkpoint_seconds, trace=trace)
    events, progress, options = training.events, training.progress, training.options
    events.say(
        "begun",
        attempt=attempt,
        ranks=ranks.size,
        step=progress.step,
        epoch=progress.epoch,
        images=run.images("train"),
    )
    while not progress.is_over(options):
        _train_epoch(training)
    result = _finish(training)
    result["seconds"] = round(time.monotonic() - began_at, 3)
    if ranks.is_first:
        write_json(folder / RESULT, result)
    events.say("finished", **result)


def _begin(folder: Path, run: Run, *, ranks: Ranks, seconds: float, trace: Trace) -> Training:
    options = Options(**run.options)
    sources = {split: Source(folder, run, split) for split in ("train", "validation", "test")}
    for source in sources.values():
        source.check_sizes()
    if not run.images("train"):
        raise DataError(f"{folder} holds no pictures to train on: ask for more labels.")
    events = Events(folder, is_first=ranks.is_first)
    model = build_net(
        options, classes=len(run.classes), is_multi_label=run.is_multi_label, seed=run.seed
    )
    stepper = Stepper(model, run=run, options=options, ranks=ranks)
    training = Training(
        *(folder, run, options, ranks, events, Pace(seconds), trace, model, stepper, sources),
        Progress(),
    )
    found = _resume(training) if ranks.is_first else None
    share_variables(stepper.variables.values(), ranks=ranks)
    progress = share_json(found, ranks=ranks)
    if progress:
        training.progress = Progress(**progress)
    return training


def _resume(training: Training) -> dict[str, Any] | None:
    """Put the newest checkpoint, or first weights, into the variables; return its progress."""
    folder, options = training.folder, training.options
    found, faults = find_newest(folder)
    for fault in faults:
        training.events.say("note", text=f"{fault} Going on from {_where(found)}.")
    if found:
        found.put_into(training.stepper.variables)
        return vars(found.progress)
    if options.weights:
        for saying in take_weights(
            training.model, Path(options.weights), sha256_hex=options.weights_sha256
        ):
            training.events.say("note", text=saying)
    return None


def _where(found: Checkpoint | None) -> str:
    return f"step {found.progress.step}" if found else "the beginning"


def _train_epoch(training: Training) -> None:
    progress, run, stepper = training.progress, training.run, training.stepper
    plan = EpochPlan(run.rows("train"), run.batch, run.seed, progress.epoch)
    training.pace.begin_epoch()
    rate = 0.0
    for images, targets, weights, image_ids in feed(
        training.sources["train"],
        plan,
        rank=training.ranks.rank,
        ranks=training.ranks.size,
        first_step=progress.epoch_step,
        is_augmented=training.options.augment and not training.options.augmented,
    ):
        rate = learning_rate(progress, options=training.options, batch=run.batch, steps=plan.steps)
        rows = plan.weight(progress.epoch_step)
        stepper.train(images, targets, weights, step=progress.step, rate=rate, rows=rows)
        progress.step, progress.epoch_step = progress.step + 1, progress.epoch_step + 1
        training.trace.write(progress.epoch, progress.step, image_ids, weights)
        training.pace.count(rows)
        _tell_and_keep(training, rate=rate, is_last=progress.epoch_step == plan.steps)
    _end_epoch(training, images=plan.images, rate=rate)


def _tell_and_keep(training: Training, *, rate: float, is_last: bool) -> None:
    pace, progress = training.pace, training.progress
    if pace.is_time_to_tell() and training.ranks.is_first:
        totals = training.stepper.totals.numpy()
        measured = mean_of(totals, images=round(totals[1]))
        _tell(training, "step", measured, step=progress.step, learning_rate=rate)
    # The end of the epoch keeps one, with what was measured.
    if training.ranks.is_first and not is_last and pace.is_time_to_keep():
        _keep(training, is_best=False)


def _end_epoch(training: Training, *, images: int, rate: float) -> None:
    progress, stepper, pace = training.progress, training.stepper, training.pace
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


def _tell(training: Training, event: str, measured: Measure, **values: Any) -> None:
    training.events.say(
        event,
        epoch=training.progress.epoch,
        **_figures(measured),
        images_per_second=training.pace.images_per_second,
        **values,
    )


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


def _finish(training: Training) -> dict[str, Any]:
    """Predict with the best weights and write what is left of the run but its result."""
    run, progress, ranks = training.run, training.progress, training.ranks
    if ranks.is_first:
        _take_best(training)
    share_variables(training.stepper.weights.values(), ranks=ranks)
    judged = {
        split: predict(training.stepper, training.sources[split], ranks=ranks)
        for split in ("validation", "test")
    }
    if ranks.is_first:
        save_predictions(training.folder, [columns for _, columns in judged.values()], run=run)
        save_model(training.folder, training.model, run=run)
    validated, tested = (measured for measured, _ in judged.values())
    return {
        "val_accuracy": validated.accuracy,
        "val_loss": validated.loss,
        "accuracy": progress.best["accuracy"],
        "loss": progress.best["loss"],
        "test_accuracy": tested.accuracy,
        "test_loss": tested.loss,
        "images": run.images("train"),
        "epochs": len(progress.history),
        "best_epoch": progress.best_epoch,
        "steps": progress.step,
        "images_per_second": round(progress.trained_images / max(progress.seconds, 1e-9), 3),
        "weights_sha256": digest_weights(training.model),
        "ranks": ranks.size,
    }


def _take_best(training: Training) -> None:
    if training.progress.best_epoch == len(training.progress.history):
        return
    found, fault = find_checkpoint(training.folder, BEST)
    if found:
        found.put_into({f"weights/{name}": each for name, each in training.stepper.weights.items()})
    else:
        training.events.say(
            "note",
            text=f"{fault or 'The best checkpoint is gone.'} The model is of the last epoch.",
        )
        training.progress.best_epoch = len(training.progress.history)
