"""Batches in order: which one is due, and what has been done of it."""

from collections.abc import Mapping
from itertools import accumulate

from hub.catalogue import batches
from hub.catalogue.batches import Batch, StageReport, WaitingReceipt
from hub.db import Connection
from hub.errors import StoresDiffer

STAGES = ("validate", "dedupe", "split", "publish", "augment")

# Publication itself moves submissions to their last state, with the files.
_STATUS_AFTER = {"validate": "validated", "dedupe": "deduped", "split": "split"}


def due_batch(db: Connection, *, batch_files: int) -> Batch | None:
    """Return the open batch, else a new one of the receipts that wait, else None.

    One batch is open at a time, so a batch never starts before the one before it has ended.
    """
    open_batch = batches.find_open_batch(db)
    if open_batch:
        return open_batch
    receipts = _oldest_within(batches.list_waiting_receipts(db), batch_files)
    if not receipts:
        return None
    batch = batches.add_batch(db, file_count=sum(receipt.files for receipt in receipts))
    numbers = [receipt.receipt_no for receipt in receipts]
    batches.set_receipts_taken(db, batch.batch_no, receipts=numbers)
    return batch


def end_stage(db: Connection, batch: Batch, *, report: StageReport) -> None:
    """Record a stage's report; the last stage ends the batch.

    Raises StoresDiffer if rows were lost or made between its two sides.
    """
    rows_out = sum(report.rows_out.values())
    if report.rows_in != rows_out:
        raise StoresDiffer(
            f"Stage {report.stage} of batch {batch.batch_no} took {report.rows_in} rows and gave"
            f" {rows_out} ({dict(report.rows_out)}); the batch is left as it was."
            " Run `hub verify` to see which rows."
        )
    batches.add_stage(db, batch.batch_no, report=report)
    status = _STATUS_AFTER.get(report.stage)
    if status:
        batches.set_submissions_status(db, batch.batch_no, status=status)
    if report.stage == STAGES[-1]:
        batches.set_batch_ended(db, batch.batch_no)


def counted(rows_out: Mapping[str, int]) -> str:
    """Say in words where a stage's rows went, the most first."""
    most_first = sorted(rows_out.items(), key=lambda row: (-row[1], row[0]))
    return ", ".join(f"{count:,} {name}" for name, count in most_first if count)


def _oldest_within(receipts: list[WaitingReceipt], files: int) -> list[WaitingReceipt]:
    running = accumulate(receipt.files for receipt in receipts)
    taken = [r for r, total in zip(receipts, running, strict=True) if total <= files]
    return taken or receipts[:1]
