"""How published pictures fall into the splits."""

from dataclasses import dataclass

from hub.db import Connection, fetch_all


@dataclass(frozen=True, slots=True)
class SplitRow:
    label: str | None
    """None: pictures of whatever label."""
    split: str
    images: int
    groups: int
    squares: int
    """The sum over groups of the square of how many of these pictures each has."""


def list_label_splits(db: Connection) -> list[SplitRow]:
    """Count per label that pictures carry themselves, and split, by label."""
    return fetch_all(db, "stratification/list_label_splits", SplitRow)


def list_splits(db: Connection) -> list[SplitRow]:
    """Count all published pictures per split."""
    return fetch_all(db, "stratification/list_splits", SplitRow)
