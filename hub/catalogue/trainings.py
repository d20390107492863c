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


def find_next_waiting(db: Connection, *, after: int) -> Waiting | None:
    """Return the next one that waits for pictures."""
    return fetch_one(db, "trainings/find_next_waiting", Waiting, after=after)


def set_queued(db: Connection, training_id: int, *, root: str) -> bool:
    """Give a training its subset; False if it does not wait any more."""
    return bool(execute(db, "trainings/set_queued", training_id=training_id, root=root))


def set_cancelled(db: Connection, training_id: int, *, error: str | None = None) -> bool:
    """Cancel a training that has not begun; False if it has."""
    return bool(execute(db, "trainings/set_cancelled", training_id=training_id, error=error))


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


def put_watches(db: Connection, label_ids: Sequence[int], *, user_id: int) -> None:
    """Note that a user waits for more pictures of labels."""
    execute(db, "trainings/put_watches", label_ids=list(label_ids), user_id=user_id)
