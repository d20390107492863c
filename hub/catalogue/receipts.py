"""Receipts as they are registered: their number, their submissions, their files."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime

from hub.db import Connection, copy_rows, execute, fetch_all


@dataclass(frozen=True, slots=True)
class ReceiptNo:
    receipt_no: int


@dataclass(frozen=True, slots=True)
class SubmissionId:
    submission_id: int


@dataclass(frozen=True, slots=True)
class Already:
    label_id: int
    sha256: str
    submission_id: int


@dataclass(frozen=True, slots=True)
class NewFile:
    """A row of submission_file as it is received; its columns in their order."""

    submission_id: int
    path: str
    sha256: str
    size_bytes: int
    licence: str
    author: str
    source: str
    lon: float | None
    lat: float | None
    taken_at: datetime | None


def lock_receipts(db: Connection) -> None:
    """Wait until no other receipt is being registered, and keep others waiting."""
    execute(db, "receipts/lock_receipts")


def add_receipt(db: Connection, *, supplier_id: int, file_count: int) -> int:
    """Take the next receipt number for so many files."""
    [taken] = fetch_all(
        db,
        "receipts/add_receipt",
        ReceiptNo,
        supplier_id=supplier_id,
        file_count=file_count,
    )
    return taken.receipt_no


def add_submission(db: Connection, receipt_no: int, *, label_id: int) -> int:
    """Open the submission of one label in a receipt and return its id."""
    [added] = fetch_all(
        db, "receipts/add_submission", SubmissionId, receipt_no=receipt_no, label_id=label_id
    )
    return added.submission_id


def list_already(
    db: Connection, *, supplier_id: int, label_ids: Sequence[int], sha256s: Sequence[str]
) -> list[Already]:
    """Return those of (label, bytes) that the supplier has submitted before, and where first."""
    return fetch_all(
        db,
        "receipts/list_already",
        Already,
        supplier_id=supplier_id,
        label_ids=list(label_ids),
        sha256s=list(sha256s),
    )


def add_files(db: Connection, files: Iterable[NewFile]) -> None:
    """Append files to their submissions, in constant memory."""
    columns = [field.name for field in fields(NewFile)]
    copy_rows(db, "submission_file", columns, map(astuple, files))
