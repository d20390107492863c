"""What reports say of a batch: counts over all of its files, and a few of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.catalogue.relations import RelationRow
from hub.db import Connection, fetch_all, fetch_one


@dataclass(frozen=True, slots=True)
class BatchRow:
    batch_no: int
    status: str
    files: int
    created_at: datetime
    ended_at: datetime | None
    receipts: int
    suppliers: int


@dataclass(frozen=True, slots=True)
class OutcomeCount:
    outcome: str
    reason: str | None
    relation: str | None
    files: int
    undone: int
    """Of the files, those of which the verdict was taken back."""


@dataclass(frozen=True, slots=True)
class PartRow:
    """What became of the files of one supplier, receipt or label."""

    name: str
    receipt: int | None
    files: int
    published: int
    duplicate: int
    rejected: int
    pending: int
    total: int
    """How many suppliers, receipts or labels there are."""


@dataclass(frozen=True, slots=True)
class RejectedRow:
    file_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class RepeatRow:
    """A file that repeats a kept picture."""

    file_id: int
    image_id: str
    relation: str
    distance: int | None
    look_distance: float | None
    rule_version: int | None
    is_undone: bool


@dataclass(frozen=True, slots=True)
class FileCount:
    files: int


@dataclass(frozen=True, slots=True)
class RelationCount:
    relation: str
    pairs: int


@dataclass(frozen=True, slots=True)
class FileRow:
    file_id: int
    path: str
    label: str
    supplier: str
    receipt: int
    submission: int
    batch_no: int | None
    """None: no batch has taken it yet."""


@dataclass(frozen=True, slots=True)
class ImageRow:
    image_id: str
    file_id: int
    """That it was published from."""
    split: str


@dataclass(frozen=True, slots=True)
class SplitCount:
    split: str
    images: int
    groups: int


@dataclass(frozen=True, slots=True)
class UsualSize:
    """Quartiles of the root of width times height; None where nothing is published."""

    first_px: float | None
    third_px: float | None


def find_batch(db: Connection, batch_no: int | None) -> BatchRow | None:
    """Return a batch, or the newest one for None; None if there is no such batch."""
    return fetch_one(db, "reports/find_batch", BatchRow, batch_no=batch_no)


def count_outcomes(db: Connection, batch_no: int) -> list[OutcomeCount]:
    return fetch_all(db, "reports/count_outcomes", OutcomeCount, batch_no=batch_no)


def list_suppliers(db: Connection, batch_no: int, *, most: int) -> list[PartRow]:
    return fetch_all(db, "reports/list_suppliers", PartRow, batch_no=batch_no, most=most)


def list_receipts(db: Connection, batch_no: int, *, most: int) -> list[PartRow]:
    return fetch_all(db, "reports/list_receipts", PartRow, batch_no=batch_no, most=most)


def list_labels(db: Connection, batch_no: int, *, most: int) -> list[PartRow]:
    return fetch_all(db, "reports/list_labels", PartRow, batch_no=batch_no, most=most)


def list_rejected(db: Connection, batch_no: int, *, most: int) -> list[RejectedRow]:
    """Return rejected files by reason, of each reason at most `most`."""
    return fetch_all(db, "reports/list_rejected", RejectedRow, batch_no=batch_no, most=most)


def list_duplicates(db: Connection, batch_no: int, *, most: int) -> list[RepeatRow]:
    """Return duplicates by relation, of each at most `most`: those that differ most."""
    return fetch_all(db, "reports/list_duplicates", RepeatRow, batch_no=batch_no, most=most)


def count_duplicates(
    db: Connection, *, relation: str | None, image: str | None, submission: int | None
) -> int:
    """Count all duplicates of the hub that `duplicates.list_duplicates` would return."""
    [count] = fetch_all(
        db,
        "reports/count_duplicates",
        FileCount,
        relation=relation,
        image=image,
        submission=submission,
    )
    return count.files


def count_relations(db: Connection, batch_no: int) -> list[RelationCount]:
    return fetch_all(db, "reports/count_relations", RelationCount, batch_no=batch_no)


def list_relations(db: Connection, batch_no: int, *, most: int) -> list[RelationRow]:
    """Return related pairs by relation, of each at most `most`: those that differ most."""
    return fetch_all(db, "reports/list_relations", RelationRow, batch_no=batch_no, most=most)


def list_files(db: Connection, file_ids: Sequence[int]) -> list[FileRow]:
    return fetch_all(db, "reports/list_files", FileRow, file_ids=list(file_ids))


def list_images(db: Connection, image_ids: Sequence[str]) -> list[ImageRow]:
    return fetch_all(db, "reports/list_images", ImageRow, image_ids=list(image_ids))


def list_splits(db: Connection, batch_no: int) -> list[SplitCount]:
    return fetch_all(db, "reports/list_splits", SplitCount, batch_no=batch_no)


def get_usual_size(db: Connection) -> UsualSize:
    [size] = fetch_all(db, "reports/get_usual_size", UsualSize)
    return size
