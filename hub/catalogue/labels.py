"""Labels, their names and the edges between them."""

from collections.abc import Collection, Mapping, Sequence
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
class ListedLabel:
    """A label with what a list shows of it."""

    label_id: int
    label_key: str
    mid: str | None
    name: str
    aliases: list[str]
    edges: list[dict[str, str]]
    """`name` of a parent and `kind`, one for every edge up."""
    children: list[str]
    child_edges: list[dict[str, str]]
    """`name` of a child and `kind`, one for every edge down."""
    own: int
    verified: int
    rollup: int
    undisputed: int
    rollup_verified: int


@dataclass(frozen=True, slots=True)
class ClosureDifference:
    ancestor_key: str
    descendant_key: str
    is_stored: bool
    """True: the closure has the pair without reason; False: it lacks the pair."""


@dataclass(frozen=True, slots=True)
class LabelKey:
    label_id: int
    label_key: str


@dataclass(frozen=True, slots=True)
class LabelId:
    label_id: int


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


def find_label_of_mid(db: Connection, *, mid: str) -> Label | None:
    """Return the label that stands for a MID today, or None."""
    return fetch_one(db, "labels/find_label_of_mid", Label, mid=mid)


def list_labels(
    db: Connection,
    *,
    label_id: int | None = None,
    under_id: int | None = None,
    min_images: int = 0,
) -> list[ListedLabel]:
    """Return labels, newest first: one, those under one by is-a (itself included), or all.

    Labels whose rollup is below `min_images` are left out.
    """
    return fetch_all(
        db,
        "labels/list_labels",
        ListedLabel,
        label_id=label_id,
        under_id=under_id,
        min_images=min_images,
    )


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


def list_merged_keys(db: Connection, *, label_id: int) -> set[str]:
    """Return the key of a label and of those that were merged into it."""
    rows = fetch_all(db, "labels/list_merged_keys", Key, label_id=label_id)
    return {row.label_key for row in rows}


def list_descendants(db: Connection, *, label_ids: Collection[int]) -> list[int]:
    """Return the ids of these labels and of all their descendants by is-a."""
    rows = fetch_all(db, "labels/list_descendants", LabelId, label_ids=list(label_ids))
    return [row.label_id for row in rows]


def list_edges_above(db: Connection, *, label_ids: Sequence[int]) -> list[Edge]:
    """Return every edge, of either kind, on some way up from these labels."""
    return fetch_all(db, "labels/list_edges_above", Edge, label_ids=list(label_ids))


def list_closure_differences(db: Connection) -> list[ClosureDifference]:
    """Return where the closure is not what the is-a edges say."""
    return fetch_all(db, "labels/list_closure_differences", ClosureDifference)


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


def put_name(db: Connection, *, label_id: int, folded_name: str, name: str) -> None:
    """Call a label by this name, new or so far its alias; what it was called becomes an alias."""
    execute(db, "labels/set_name_to_alias", label_id=label_id)
    execute(db, "labels/put_name", label_id=label_id, folded_name=folded_name, name=name)


def add_edges(db: Connection, *, edges: Sequence[Edge]) -> None:
    """Add edges; those that are there already stay."""
    execute(db, "labels/add_edges", **_columns(edges))


def remove_edges(db: Connection, *, edges: Sequence[Edge]) -> None:
    """Remove edges."""
    execute(db, "labels/remove_edges", **_columns(edges))


def _columns(edges: Sequence[Edge]) -> dict[str, list[object]]:
    return {
        "child_ids": [edge.child_id for edge in edges],
        "parent_ids": [edge.parent_id for edge in edges],
        "kinds": [edge.kind for edge in edges],
    }


def merge_label(db: Connection, *, from_id: int, to_id: int) -> None:
    """Let one label stand for another: its names and edges move, and what it stood for."""
    execute(db, "labels/move_names", from_id=from_id, to_id=to_id)
    execute(db, "labels/move_edges", from_id=from_id, to_id=to_id)
    execute(db, "labels/set_merged", from_id=from_id, to_id=to_id)


def put_closure(db: Connection, *, label_ids: Sequence[int]) -> None:
    """Make the closure of these labels and their descendants what the is-a edges say."""
    execute(db, "labels/put_closure", label_ids=list(label_ids))
