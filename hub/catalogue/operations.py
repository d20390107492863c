"""What ops look at: receipts that wait, and files that were refused."""

from dataclasses import dataclass
from datetime import datetime

from hub.db import Connection, fetch_all


@dataclass(frozen=True, slots=True)
class Waiting:
    receipts: int
    files: int


@dataclass(frozen=True, slots=True)
class RejectedCount:
    batch_no: int
    reason: str
    files: int


@dataclass(frozen=True, slots=True)
class RejectedFile:
    file_id: int
    path: str
    reason: str
    batch_no: int | None
    received_at: datetime
    submission_id: int
    supplier: str
    label: str


def get_waiting(db: Connection) -> Waiting:
    """Return what no batch has taken yet."""
    [waiting] = fetch_all(db, "operations/get_waiting", Waiting)
    return waiting


def count_rejected(db: Connection, *, newest: int) -> list[RejectedCount]:
    """Return why the newest so many refused files were refused, by batch."""
    return fetch_all(db, "operations/count_rejected", RejectedCount, newest=newest)


def list_rejected(
    db: Connection, *, reason: str | None = None, before: int | None = None, most: int
) -> list[RejectedFile]:
    """Return the newest refused files: of one reason, and older than that id."""
    return fetch_all(
        db, "operations/list_rejected", RejectedFile, reason=reason, before=before, most=most
    )
