"""Subsets: the pictures that a pick comes to, and the locks that were made."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.db import Connection, execute, fetch_all, fetch_one, stream
from hub.rules.locks import Lock
from hub.rules.manifests import Picture, picture_from


@dataclass(frozen=True)
class SubsetShown:
    name: str
    root: str
    images: int
    bytes: int
    created_by: str
    created_at: datetime


@dataclass(frozen=True)
class LabelCount:
    name: str
    own: int
    rollup: int


@dataclass(frozen=True)
class _LockText:
    lock_toml: str


def list_pictures(
    db: Connection, label_ids: Sequence[int], *, with_descendants: bool
) -> Iterator[Picture]:
    """Yield the published pictures of any of the labels by image_id, in constant memory."""
    rows = stream(
        db,
        "subsets/list_pictures",
        dict,
        label_ids=list(label_ids),
        with_descendants=with_descendants,
    )
    return map(picture_from, rows)


def add_subset(db: Connection, lock: Lock, *, lock_toml: str) -> None:
    execute(
        db,
        "subsets/add_subset",
        name=lock.notes.name,
        root=lock.root,
        images=lock.images,
        bytes=lock.bytes,
        lock_toml=lock_toml,
        created_by=lock.notes.created_by,
    )


def list_subsets(db: Connection, *, most: int | None = None) -> list[SubsetShown]:
    return fetch_all(db, "subsets/list_subsets", SubsetShown, most=most)


def find_lock(db: Connection, reference: str) -> str | None:
    """Return the newest lock (TOML) of that name or root, or None."""
    found = fetch_one(db, "subsets/find_lock", _LockText, reference=reference)
    return found.lock_toml if found else None


def list_label_counts(db: Connection, label_ids: Sequence[int]) -> list[LabelCount]:
    return fetch_all(db, "subsets/list_label_counts", LabelCount, label_ids=list(label_ids))
