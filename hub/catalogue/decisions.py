"""The append-only record of who decided what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.db import Connection, execute, fetch_all, json_value


@dataclass(frozen=True, slots=True)
class Decision:
    decided_at: datetime
    decided_by: str
    action: str
    subject: str
    detail: dict[str, Any]


def add_decision(
    db: Connection, *, by: str, action: str, subject: str, detail: Mapping[str, Any]
) -> None:
    """Record a decision; `subject` names the thing, as in `label/m_014j1m` or `file/12`."""
    execute(
        db,
        "decisions/add_decision",
        decided_by=by,
        action=action,
        subject=subject,
        detail=json_value(detail),
    )


def list_decisions(db: Connection, *, subjects: Sequence[str]) -> list[Decision]:
    """Return what was decided of these things, newest first."""
    return fetch_all(db, "decisions/list_decisions", Decision, subjects=list(subjects))


def list_newest(db: Connection, *, kinds: Sequence[str], most: int) -> list[Decision]:
    """Return the newest decisions of things of these kinds, as `user` of `user/ann`."""
    return fetch_all(db, "decisions/list_newest", Decision, kinds=list(kinds), most=most)
