"""Subsets: the locks that were made, who may see them, and what became of their pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.db import Connection, execute, fetch_all, fetch_one
from hub.rules.locks import Lock


@dataclass(frozen=True)
class SubsetShown:
    subset_id: int
    name: str
    root: str
    images: int
    bytes: int
    created_by: str
    created_at: datetime
    note: str
    updated_from_id: int | None


@dataclass(frozen=True)
class SubsetKept(SubsetShown):
    lock_toml: str


@dataclass(frozen=True)
class LabelCount:
    name: str
    own: int
    rollup: int


@dataclass(frozen=True)
class ImageState:
    image_id: str
    status: str
    published_at: datetime
    label_keys: list[str]


def add_subset(
    db: Connection, lock: Lock, *, lock_toml: str, updated_from_id: int | None = None
) -> None:
    """Keep a lock in the history."""
    execute(
        db,
        "subsets/add_subset",
        name=lock.notes.name,
        root=lock.root,
        images=lock.images,
        bytes=lock.bytes,
        lock_toml=lock_toml,
        created_by=lock.notes.created_by,
        note=lock.notes.note,
        updated_from_id=updated_from_id,
    )


def lock_name(db: Connection, name: str, *, by: str) -> None:
    """Wait until nobody else makes a user's subset of that name; `keep_name_lock` must follow."""
    execute(db, "subsets/lock_name", name=name, by=by)


def keep_name_lock(db: Connection, name: str, *, by: str) -> None:
    """Hold what `lock_name` took until the transaction ends, and no longer."""
    execute(db, "subsets/keep_name_lock", name=name, by=by)


def list_subsets(
    db: Connection,
    *,
    viewer: str | None = None,
    name: str | None = None,
    root: str | None = None,
    before: int | None = None,
    most: int | None = None,
) -> list[SubsetShown]:
    """Return the newest subsets first: all, or those that a user may see."""
    return fetch_all(
        db,
        "subsets/list_subsets",
        SubsetShown,
        viewer=viewer,
        name=name,
        root=root,
        before=before,
        most=most,
    )


def find_subset(db: Connection, reference: str, *, viewer: str | None = None) -> SubsetKept | None:
    """Return the newest subset of that name or root that the viewer may see, or None."""
    return fetch_one(db, "subsets/find_subset", SubsetKept, reference=reference, viewer=viewer)


def put_share(db: Connection, subset_id: int, *, user_id: int) -> None:
    execute(db, "subsets/put_share", subset_id=subset_id, user_id=user_id)


def list_label_counts(db: Connection, label_ids: Sequence[int]) -> list[LabelCount]:
    return fetch_all(db, "subsets/list_label_counts", LabelCount, label_ids=list(label_ids))


def list_image_states(db: Connection, image_ids: Sequence[str]) -> list[ImageState]:
    return fetch_all(db, "subsets/list_image_states", ImageState, image_ids=list(image_ids))
