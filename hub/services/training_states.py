"""Trainings as their supervisors see them: taken, kept alive, followed, ended."""

from collections.abc import Mapping
from typing import Any

from hub.catalogue import trainings
from hub.catalogue.trainings import Epoch, Training
from hub.db import Connection

TERM_SECONDS = 120.0
"""A supervisor that was silent for so long is taken for dead, and its training is another's."""


def take_next(db: Connection, *, training_id: int | None = None) -> Training | None:
    """Take the oldest training that is queued, or whose supervisor fell silent; None: none is due.

    `training_id`: that one alone. It is running then, by an attempt of its own; nobody else takes
    it at the same moment.
    """
    trainings.set_abandoned_cancelled(db, term_seconds=TERM_SECONDS)
    due = trainings.find_next_due(db, term_seconds=TERM_SECONDS, training_id=training_id)
    if due is None:
        return None
    trainings.set_running(db, due)
    return trainings.find_training(db, due)


def resume(db: Connection, training_id: int) -> bool:
    """Queue a training that has failed, to go on from where it was; False if it has not."""
    return trainings.set_resumed(db, training_id)


def beat(db: Connection, training_id: int, *, attempt: int) -> bool:
    """Say that an attempt goes on; False: stop, it was cancelled or another has taken it over."""
    return trainings.set_beat(db, training_id, attempt=attempt)


def give_back(db: Connection, training_id: int, *, attempt: int) -> bool:
    """Leave a training to whoever takes the next; False if it is not this attempt's any more."""
    return trainings.set_given_back(db, training_id, attempt=attempt)


def put_epoch(db: Connection, training_id: int, epoch: Epoch) -> None:
    """Keep how an epoch ended, instead of what was kept of it before."""
    trainings.put_epoch(db, training_id, epoch)


def put_metrics(
    db: Connection, training_id: int, metrics: Mapping[str, Any], *, run_folder: str
) -> None:
    """Keep figures of a training, beside those it has, and where its run lies."""
    trainings.put_metrics(db, training_id, metrics, run_folder=run_folder)


def end(
    db: Connection,
    training_id: int,
    *,
    attempt: int,
    status: str,
    error: str | None = None,
    metrics: Mapping[str, Any] | None = None,
) -> bool:
    """End an attempt's training: succeeded, failed or cancelled, with its last figures.

    False: it is another attempt's by now, or has ended, and nothing was changed.
    """
    return trainings.set_ended(
        db, training_id, attempt=attempt, status=status, error=error, metrics=metrics or {}
    )


def ask_cancel(db: Connection, training_id: int) -> bool:
    """Cancel a training that has not begun, and ask for it one that runs; False: it has ended."""
    return trainings.set_cancel_asked(db, training_id, term_seconds=TERM_SECONDS)
