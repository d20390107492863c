"""What people hold to be wrong, and what reviews decide of it."""

from dataclasses import dataclass
from datetime import datetime

from hub.db import Connection, execute, fetch_all, fetch_one


@dataclass(frozen=True, slots=True)
class FoundClaim:
    label_id: int
    key: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class FoundReport:
    report_id: int
    image_id: str
    label_key: str | None
    """None: of the picture itself."""
    resolution: str | None
    """None: it is open."""


@dataclass(frozen=True, slots=True)
class OpenReport:
    """All open reports of one thing."""

    report_id: int
    """Of the first of them."""
    image_id: str
    key: str | None
    """Of the label; None, as is `name`: the picture itself."""
    name: str | None
    reasons: list[str]
    """One a report, as are `notes` and `reported_by`."""
    notes: list[str]
    reported_by: list[str]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A label that is only proposed for a picture."""

    image_id: str
    key: str
    name: str
    source: str
    claimed_at: datetime


@dataclass(frozen=True, slots=True)
class _Id:
    report_id: int


@dataclass(frozen=True, slots=True)
class _Count:
    reports: int


@dataclass(frozen=True, slots=True)
class _Key:
    key: str | None


def find_claim(db: Connection, *, image_id: str, label_key: str) -> FoundClaim | None:
    """Return what is said of a picture by a label, or by the one it was merged into, or None."""
    return fetch_one(db, "reviews/find_claim", FoundClaim, image_id=image_id, label_key=label_key)


def set_disputed(db: Connection, *, image_id: str, label_id: int) -> None:
    execute(db, "reviews/set_disputed", image_id=image_id, label_id=label_id)


def set_reviewed(db: Connection, *, image_id: str, label_id: int, value: str) -> None:
    """Let a review say `positive` or `negative`: verified, and no longer disputed."""
    execute(db, "reviews/set_reviewed", image_id=image_id, label_id=label_id, value=value)


def count_open(db: Connection, *, reported_by_id: int) -> int:
    """Return how many reports of a user wait for a review."""
    counted = fetch_one(db, "reviews/count_open", _Count, reported_by_id=reported_by_id)
    assert counted is not None
    return counted.reports


def add_report(
    db: Connection,
    *,
    image_id: str,
    label_id: int | None,
    reason: str,
    note: str,
    reported_by_id: int,
) -> int:
    """Add a report and return its id. Raises Conflict `report_one_open_idx`."""
    [added] = fetch_all(
        db,
        "reviews/add_report",
        _Id,
        image_id=image_id,
        label_id=label_id,
        reason=reason,
        note=note,
        reported_by_id=reported_by_id,
    )
    return added.report_id


def find_report(db: Connection, report_id: int) -> FoundReport | None:
    return fetch_one(db, "reviews/find_report", FoundReport, report_id=report_id)


def set_resolved(
    db: Connection, *, image_id: str, label_key: str | None, resolution: str, resolved_by: str
) -> int:
    """Resolve all open reports of a picture, or of one of its labels; return how many."""
    return execute(
        db,
        "reviews/set_resolved",
        image_id=image_id,
        label_key=label_key,
        resolution=resolution,
        resolved_by=resolved_by,
    )


def list_open(db: Connection, *, after_id: int, most: int) -> list[OpenReport]:
    """Return what has open reports, the longest waiting first."""
    return fetch_all(db, "reviews/list_open", OpenReport, after_id=after_id, most=most)


def list_reported(db: Connection, *, image_id: str, reported_by_id: int) -> list[str | None]:
    """Return the keys of what a user has reported of a picture; None: the picture itself."""
    rows = fetch_all(
        db, "reviews/list_reported", _Key, image_id=image_id, reported_by_id=reported_by_id
    )
    return [row.key for row in rows]


def list_proposed(db: Connection, *, skipped: int = 0, most: int) -> list[Proposal]:
    """Return labels that are only proposed, the longest waiting first."""
    return fetch_all(db, "reviews/list_proposed", Proposal, skipped=skipped, most=most)
