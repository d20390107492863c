"""Labels as lists and pages show them: counts, names and neighbours in the graph."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.catalogue import decisions
from hub.catalogue import labels as catalogue
from hub.catalogue.decisions import Decision
from hub.catalogue.labels import ListedLabel
from hub.db import Connection
from hub.services.labels import find_label


@dataclass(frozen=True, slots=True)
class LabelEdge:
    name: str
    """Of the parent, or of the child."""
    kind: str
    """`is-a` or `part-of`."""


@dataclass(frozen=True, slots=True)
class LabelShown:
    name: str
    mid: str | None
    label_key: str
    aliases: list[str]
    parents: list[str]
    children: list[str]
    edges: list[LabelEdge]
    """Up, to the parents."""
    child_edges: list[LabelEdge]
    own: int
    rollup: int
    verified: int
    trainable: int


@dataclass(frozen=True, slots=True)
class LabelChange:
    at: datetime
    by: str
    label: str
    """That it was made of: one merged into this label since keeps its name here."""
    action: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class LabelPage:
    label: LabelShown
    history: list[LabelChange]
    """Of the label and of those merged into it, newest first."""


def list_labels(
    db: Connection, *, evidence: str, min_images: int = 0, under: str | None = None
) -> list[LabelShown]:
    """Return the labels, newest first.

    `evidence` is `Settings.trainable_evidence`; `min_images` leaves out labels with a smaller
    rollup; `under` keeps a label and its is-a descendants. Raises NotFound for `under`.
    """
    under_id = None if under is None else find_label(db, under).label_id
    listed = catalogue.list_labels(db, under_id=under_id, min_images=min_images)
    return [_shown(label, evidence) for label in listed]


def show_label(db: Connection, name: str, *, evidence: str) -> LabelPage:
    """Return a label with its history. Raises NotFound."""
    label_id = find_label(db, name).label_id
    [listed] = catalogue.list_labels(db, label_id=label_id)
    keys = catalogue.list_merged_keys(db, label_id=label_id)
    made = decisions.list_decisions(db, subjects=[f"label/{key}" for key in sorted(keys)])
    return LabelPage(_shown(listed, evidence), _history(made, listed))


def _history(made: Sequence[Decision], label: ListedLabel) -> list[LabelChange]:
    called = {one.subject: one.detail["merged"] for one in made if one.action == "merge"}
    return [
        LabelChange(
            at=one.decided_at,
            by=one.decided_by,
            label=called.get(one.subject, label.name),
            action=one.action,
            detail=one.detail,
        )
        for one in made
    ]


def _shown(label: ListedLabel, evidence: str) -> LabelShown:
    edges = [LabelEdge(**edge) for edge in label.edges]
    return LabelShown(
        name=label.name,
        mid=label.mid,
        label_key=label.label_key,
        aliases=label.aliases,
        parents=list(dict.fromkeys(edge.name for edge in edges)),
        children=label.children,
        edges=edges,
        child_edges=[LabelEdge(**edge) for edge in label.child_edges],
        own=label.own,
        rollup=label.rollup,
        verified=label.verified,
        trainable=label.rollup_verified if evidence == "verified" else label.undisputed,
    )
