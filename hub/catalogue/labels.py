"""Labels, their names and the edges between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hub.db import Connection, execute, fetch_all, fetch_one


@dataclass(frozen=True, slots=True)
class Label:
    label_id: int
    label_key: str
    mid: str | None
    name: str


@dataclass(frozen=True, slots=True)
class LabelName:
    folded_name: str
    label_id: int
    name: str
    is_alias: bool


@dataclass(frozen=True, slots=True)
class Edge:
    child_id: int
    parent_id: int
    kind: str
    """`is-a` or `part-of`."""


@dataclass(frozen=True, slots=True)
class LabelKey:
    label_id: int
    label_key: str


@dataclass(frozen=True, slots=True)
class Key:
    label_key: str


@dataclass(frozen=True, slots=True)
class Mid:
    mid: str
    label_id: int


def find_label(db: Connection, *, folded_name: str) -> Label | None:
    """Return the label of a name or alias (folded by `hub.rules.labels.fold_name`), or None."""
    return fetch_one(db, "labels/find_label", Label, folded_name=folded_name)


def list_names(db: Connection) -> list[LabelName]:
    """Return every name and alias, names first, each with the label it leads to today."""
    return fetch_all(db, "labels/list_names", LabelName)


def list_mids(db: Connection) -> dict[str, int]:
    """Return the MIDs that are taken, by merged labels too, each with the label it leads to."""
    return {row.mid: row.label_id for row in fetch_all(db, "labels/list_mids", Mid)}


def list_taken_keys(db: Connection, *, label_key: str) -> set[str]:
    """Return the keys that begin as `label_key` does."""
    rows = fetch_all(db, "labels/list_taken_keys", Key, label_key=label_key)
    return {row.label_key for row in rows}


def add_labels(db: Connection, *, keys: Mapping[str, str | None]) -> dict[str, int]:
    """Add labels by key with their MIDs, in the order given; return the id of each key."""
    rows = fetch_all(
        db, "labels/add_labels", LabelKey, label_keys=list(keys), mids=list(keys.values())
    )
    return {row.label_key: row.label_id for row in rows}


def add_names(
    db: Connection, *, names: Mapping[str, tuple[int, str]], is_alias: bool = False
) -> None:
    """Add names by their folded form, each with the label's id and the name as printed."""
    execute(
        db,
        "labels/add_names",
        folded_names=list(names),
        label_ids=[label_id for label_id, _ in names.values()],
        names=[name for _, name in names.values()],
        is_alias=is_alias,
    )


def add_edges(db: Connection, *, edges: Sequence[Edge]) -> None:
    """Add edges; those that are there already stay."""
    execute(
        db,
        "labels/add_edges",
        child_ids=[edge.child_id for edge in edges],
        parent_ids=[edge.parent_id for edge in edges],
        kinds=[edge.kind for edge in edges],
    )


def put_closure(db: Connection, *, label_ids: Sequence[int]) -> None:
    """Make the closure of these labels and their descendants what the is-a edges say."""
    execute(db, "labels/put_closure", label_ids=list(label_ids))
