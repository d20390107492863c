"""What a rank trains with, set to where the run has come."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras

from hub.rules.runs import Run
from hub.rules.trainings import Options
from jobs.train.worker.checkpoints import Checkpoint, find_newest
from jobs.train.worker.digests import DataError
from jobs.train.worker.events import Events
from jobs.train.worker.nets import build_net
from jobs.train.worker.pace import Pace
from jobs.train.worker.progress import Progress
from jobs.train.worker.ranks import Ranks, share_json, share_variables
from jobs.train.worker.sources import Source
from jobs.train.worker.stepping import Stepper
from jobs.train.worker.tracing import Trace
from jobs.train.worker.weights import take_weights


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


def begin(folder: Path, run: Run, *, ranks: Ranks, seconds: float, trace: Trace) -> Training:
    """Make the network, and set it to where the run is. Raises DataError."""
    options = Options(**run.options)
    sources = {split: Source(folder, run, split) for split in ("train", "validation", "test")}
    for source in sources.values():
        source.check_sizes()
    if not run.images("train"):
        raise DataError(f"{folder} holds no pictures to train on: ask for more labels.")
    model = build_net(
        options, classes=len(run.classes), is_multi_label=run.is_multi_label, seed=run.seed
    )
    stepper = Stepper(model, run=run, options=options, ranks=ranks)
    training = Training(
        folder=folder,
        run=run,
        options=options,
        ranks=ranks,
        events=Events(folder, is_first=ranks.is_first),
        pace=Pace(seconds),
        trace=trace,
        model=model,
        stepper=stepper,
        sources=sources,
        progress=Progress(),
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
