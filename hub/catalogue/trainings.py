"""Trainings that were asked for, how they go, and which labels are waited for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.db import Connection, execute, fetch_all, fetch_one, json_value


@dataclass(frozen=True, slots=True)
class Training:
    """`status` is waiting (for pictures), queued, running, succeeded, failed or cancelled."""

    training_id: int
    requested_by_id: int
    requested_by: str
    requested_at: datetime
    root: str | None
    """Of the subset; None while its labels wait for more pictures."""
    recipe: Mapping[str, Any]
    options: Mapping[str, Any]
    status: str
    started_at: datetime | None
    ended_at: datetime | None
    run_folder: str | None
    metrics: Mapping[str, Any]
    error: str | None
    attempt: int
    """How many supervisors have taken it."""
    beat_at: datetime | None
    """When the last of them said that it lives."""
    cancel_asked_at: datetime | None
    reproduces_id: int | None
    """The training whose weights it is to reach again."""
    ready_at: datetime | None
    """When its wait for pictures ended; None if it still waits, or never did."""


@dataclass(frozen=True, slots=True)
class Untold:
    """A training whose wait has ended, which its user was not told; `email` None: nowhere to."""

    training_id: int
    user_id: int
    requested_by: str
    email: str | None
    recipe: Mapping[str, Any]
    status: str
    error: str | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A training that waits for pictures, and who asked for it."""

    training_id: int
    user_id: int
    name: str
    role: str
    recipe: Mapping[str, Any]
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Epoch:
    epoch: int
    loss: float | None
    accuracy: float | None
    val_loss: float | None
    val_accuracy: float | None
    images_per_second: float | None
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class LabelPictures:
    label_id: int
    name: str
    label_key: str
    trainable: int


@dataclass(frozen=True, slots=True)
class _Id:
    training_id: int


def add_training(
    db: Connection,
    *,
    user_id: int,
    root: str | None,
    recipe: Mapping[str, Any],
    options: Mapping[str, Any],
    reproduces_id: int | None = None,
) -> int:
    """Queue a training of a subset; without its root it waits for pictures."""
    row = fetch_one(
        db,
        "trainings/add_training",
        _Id,
        user_id=user_id,
        root=root,
        recipe=json_value(recipe),
        options=json_value(options),
        status="queued" if root else "waiting",
        reproduces_id=reproduces_id,
    )
    assert row
    return row.training_id


def find_training(
    db: Connection, training_id: int, *, viewer_id: int | None = None
) -> Training | None:
    """Return a training, of that user if one is named."""
    return fetch_one(
        db, "trainings/find_training", Training, training_id=training_id, viewer_id=viewer_id
    )


def list_trainings(
    db: Connection, *, viewer_id: int | None = None, before: int | None = None, most: int
) -> list[Training]:
    """Return the newest trainings, of that user if one is named, older than `before`."""
    return fetch_all(
        db,
        "trainings/list_trainings",
        Training,
        viewer_id=viewer_id,
        before=before,
        most=most,
    )


def list_running(db: Connection, *, silent_seconds: float | None = None) -> list[Training]:
    """Return the trainings that a supervisor has taken and that have not ended.

    `silent_seconds`: those whose supervisor was silent for so long.
    """
    return fetch_all(db, "trainings/list_running", Training, silent_seconds=silent_seconds)


def find_next_waiting(db: Connection, *, after: int, user_id: int | None = None) -> Waiting | None:
    """Return the next one that waits for pictures, of that user if one is named."""
    return fetch_one(db, "trainings/find_next_waiting", Waiting, after=after, user_id=user_id)


def set_queued(db: Connection, training_id: int, *, root: str) -> bool:
    """Give a training its subset; False if it does not wait any more."""
    return bool(execute(db, "trainings/set_queued", training_id=training_id, root=root))


def set_refused(db: Connection, training_id: int, *, error: str) -> bool:
    """End a training that can wait no more; False if it does not wait."""
    return bool(execute(db, "trainings/set_refused", training_id=training_id, error=error))


def list_untold(db: Connection) -> list[Untold]:
    """Return trainings whose wait has ended untold, those of one user together; hold them."""
    return fetch_all(db, "trainings/list_untold", Untold)


def set_told(db: Connection, training_ids: Sequence[int]) -> None:
    execute(db, "trainings/set_told", training_ids=list(training_ids))


def list_unseen(db: Connection, *, user_id: int, most: int) -> list[Training]:
    """Return a user's trainings whose wait has ended, and which they have not looked at since."""
    return fetch_all(db, "trainings/list_unseen", Training, user_id=user_id, most=most)


def set_seen(db: Connection, training_id: int, *, user_id: int) -> None:
    """Keep that a user looked at a training of theirs whose wait has ended."""
    execute(db, "trainings/set_seen", training_id=training_id, user_id=user_id)


def find_next_due(db: Connection, *, training_id: int | None = None) -> int | None:
    """Return the oldest training that is queued, and hold it; `training_id`: that one, if it is."""
    found = fetch_one(db, "trainings/find_next_due", _Id, training_id=training_id)
    return found.training_id if found else None


def set_resumed(db: Connection, training_id: int) -> bool:
    """Queue a training that has failed, to go on from where it was; False if it has not."""
    return bool(execute(db, "trainings/set_resumed", training_id=training_id))


def set_running(db: Connection, training_id: int) -> None:
    """Begin a training's next attempt."""
    execute(db, "trainings/set_running", training_id=training_id)


def set_beat(db: Connection, training_id: int, *, attempt: int) -> bool:
    """Keep that an attempt goes on; False once it is another's, or not wanted."""
    return bool(execute(db, "trainings/set_beat", training_id=training_id, attempt=attempt))


def set_given_back(
    db: Connection, training_id: int, *, attempt: int, silent_seconds: float | None = None
) -> bool:
    """Queue a training again that an attempt leaves; False if it is not that attempt's any more.

    `silent_seconds`: only if the attempt was silent for so long.
    """
    return bool(
        execute(
            db,
            "trainings/set_given_back",
            training_id=training_id,
            attempt=attempt,
            silent_seconds=silent_seconds,
        )
    )


def set_ended(
    db: Connection,
    training_id: int,
    *,
    attempt: int,
    status: str,
    error: str | None = None,
    metrics: Mapping[str, Any] | None = None,
) -> bool:
    """End a training: succeeded, failed or cancelled, with its last figures.

    False, and nothing is changed, once it is another attempt's, or has ended.
    """
    return bool(
        execute(
            db,
            "trainings/set_ended",
            training_id=training_id,
            attempt=attempt,
            status=status,
            error=error,
            metrics=json_value(metrics or {}),
        )
    )


def set_cancel_asked(db: Connection, training_id: int, *, term_seconds: float) -> bool:
    """Cancel what has not begun, ask for it what runs; False if it has ended."""
    return bool(
        execute(
            db, "trainings/set_cancel_asked", training_id=training_id, term_seconds=term_seconds
        )
    )


def set_abandoned_cancelled(db: Connection) -> None:
    """End those that were to be cancelled when their supervisor left them."""
    execute(db, "trainings/set_abandoned_cancelled")


def put_epoch(db: Connection, training_id: int, epoch: Epoch) -> None:
    """Keep how an epoch ended, instead of what was kept of it before."""
    execute(
        db,
        "trainings/put_epoch",
        training_id=training_id,
        epoch=epoch.epoch,
        loss=epoch.loss,
        accuracy=epoch.accuracy,
        val_loss=epoch.val_loss,
        val_accuracy=epoch.val_accuracy,
        images_per_second=epoch.images_per_second,
        ended_at=epoch.ended_at,
    )


def put_metrics(
    db: Connection, training_id: int, metrics: Mapping[str, Any], *, run_folder: str
) -> None:
    """Keep figures beside those there are, and where the run lies."""
    execute(
        db,
        "trainings/put_metrics",
        training_id=training_id,
        metrics=json_value(metrics),
        run_folder=run_folder,
    )


def list_epochs(db: Connection, training_id: int) -> list[Epoch]:
    return fetch_all(db, "trainings/list_epochs", Epoch, training_id=training_id)


def list_label_pictures(
    db: Connection, label_ids: Sequence[int], *, evidence: str
) -> list[LabelPictures]:
    """Return how many pictures labels can be trained on, by name."""
    return fetch_all(
        db,
        "trainings/list_label_pictures",
        LabelPictures,
        label_ids=list(label_ids),
        evidence=evidence,
    )


def put_watches(db: Connection, label_ids: Sequence[int], *, user_id: int, least: int) -> None:
    """Note that a user waits for so many pictures of labels."""
    execute(db, "trainings/put_watches", label_ids=list(label_ids), user_id=user_id, least=least)


def remove_watches(db: Connection, *, user_id: int) -> None:
    """Forget which labels a user waits for."""
    execute(db, "trainings/remove_watches", user_id=user_id)
