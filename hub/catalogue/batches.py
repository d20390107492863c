"""Batches: the receipts that one job run takes, and what its stages reported."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.db import Connection, execute, fetch_all, fetch_one, json_value, stream


@dataclass(frozen=True)
class Hub:
    hub_id: str
    place_secret: str
    last_receipt_no: int
    last_batch_no: int


@dataclass(frozen=True)
class Batch:
    batch_no: int
    batch_key: str
    file_count: int


@dataclass(frozen=True)
class WaitingReceipt:
    receipt_no: int
    files: int


@dataclass(frozen=True)
class BatchFile:
    file_id: int
    receipt_no: int
    submission_id: int
    label_key: str
    path: str
    sha256: str
    licence: str
    author: str
    source: str
    supplier_id: int
    taken_at: datetime | None
    """As the supplier said it, in UTC."""
    is_apart: bool
    """To be compared by its bytes alone, since a verdict on them was undone."""


@dataclass(frozen=True)
class StageReport:
    """Rows that went into a stage, and where each of them went: the two sums are equal."""

    stage: str
    rows_in: int
    rows_out: Mapping[str, int]
    seconds: float


@dataclass(frozen=True)
class BatchRun:
    batch_no: int
    status: str
    files: int
    receipts: int
    created_at: datetime
    ended_at: datetime | None
    stages: list[Mapping[str, Any]]


def get_hub(db: Connection) -> Hub:
    [hub] = fetch_all(db, "batches/get_hub", Hub)
    return hub


def find_open_batch(db: Connection) -> Batch | None:
    return fetch_one(db, "batches/find_open_batch", Batch)


def list_waiting_receipts(db: Connection) -> list[WaitingReceipt]:
    return fetch_all(db, "batches/list_waiting_receipts", WaitingReceipt)


def add_batch(db: Connection, *, file_count: int) -> Batch:
    """Begin the next batch: its number is taken under a lock, its key is like no other's."""
    [batch] = fetch_all(db, "batches/add_batch", Batch, file_count=file_count)
    return batch


def set_receipts_taken(db: Connection, batch_no: int, *, receipts: Sequence[int]) -> None:
    execute(db, "batches/set_receipts_taken", batch_no=batch_no, receipts=list(receipts))


def list_batch_files(db: Connection, batch_no: int) -> Iterator[BatchFile]:
    """Yield the files of a batch in constant memory, equal bytes side by side."""
    return stream(db, "batches/list_batch_files", BatchFile, batch_no=batch_no)


def list_stages(db: Connection, batch_no: int) -> list[StageReport]:
    return fetch_all(db, "batches/list_stages", StageReport, batch_no=batch_no)


def add_stage(db: Connection, batch_no: int, *, report: StageReport) -> None:
    execute(
        db,
        "batches/add_stage",
        batch_no=batch_no,
        stage=report.stage,
        rows_in=report.rows_in,
        rows_out=json_value(report.rows_out),
        seconds=report.seconds,
    )


def set_submissions_status(db: Connection, batch_no: int, *, status: str) -> None:
    execute(db, "batches/set_submissions_status", batch_no=batch_no, status=status)


def set_batch_ended(db: Connection, batch_no: int) -> None:
    execute(db, "batches/set_batch_ended", batch_no=batch_no)


def list_batches(db: Connection, *, most: int) -> list[BatchRun]:
    """Return the newest batches first, each with the reports of its stages."""
    return fetch_all(db, "batches/list_batches", BatchRun, most=most)
