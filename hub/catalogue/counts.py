"""How many published pictures stand behind each label."""

from collections.abc import Collection
from dataclasses import dataclass

from hub.db import Connection, execute, fetch_all


@dataclass(frozen=True, slots=True)
class Counts:
    """What some pictures add to the counts of one label, or the difference of two such."""

    label_id: int
    own: int = 0
    verified: int = 0
    rollup: int = 0
    undisputed: int = 0
    rollup_verified: int = 0


def lock_counts(db: Connection) -> None:
    """Wait for the lock of all that changes claims, edges and counts; hold it to the end of
    the transaction."""
    execute(db, "counts/lock_counts")


def list_contributions(
    db: Connection, *, image_ids: Collection[str], label_ids: Collection[int]
) -> list[Counts]:
    """Return what these pictures, and all that carry one of these labels, add to each label."""
    return fetch_all(
        db,
        "counts/list_contributions",
        Counts,
        image_ids=list(image_ids),
        label_ids=list(label_ids),
    )


def list_counts(db: Connection) -> list[Counts]:
    """Return the counts of every label as they are kept."""
    return fetch_all(db, "counts/list_counts", Counts)


def add_counts(db: Connection, *, changes: Collection[Counts]) -> None:
    """Add differences to the counts of their labels."""
    execute(
        db,
        "counts/add_counts",
        label_ids=[change.label_id for change in changes],
        own=[change.own for change in changes],
        verified=[change.verified for change in changes],
        rollup=[change.rollup for change in changes],
        undisputed=[change.undisputed for change in changes],
        rollup_verified=[change.rollup_verified for change in changes],
    )


def add_zeros(db: Connection, *, label_ids: Collection[int]) -> None:
    """Begin the counts of new labels."""
    execute(db, "counts/add_zeros", label_ids=list(label_ids))


def remove_counts(db: Connection, *, label_id: int) -> None:
    """Forget the counts of a label that another now stands for."""
    execute(db, "counts/remove_counts", label_id=label_id)
