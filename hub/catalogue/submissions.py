"""Submissions as they are looked up: what became of every file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hub.db import Connection, fetch_all, fetch_one


@dataclass(frozen=True, slots=True)
class Submission:
    id: int
    receipt: int
    label: str
    supplier: str
    status: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class SubmissionCounts(Submission):
    submitted: int
    pending: int
    published: int
    rejected: Mapping[str, int]
    """By reason."""
    duplicates: Mapping[str, int]
    """By relation."""


@dataclass(frozen=True, slots=True)
class SubmittedFile:
    file_id: int
    path: str
    outcome: str
    reason: str | None
    image_id: str | None
    duplicate_of: str | None
    duplicate_of_path: str | None
    """Of the file that brought the picture which is kept."""
    duplicate_of_supplier: str | None
    duplicate_of_receipt: int | None
    relation: str | None
    is_undone: bool
    distance: int | None
    look_distance: float | None
    rule_version: int | None
    again_in: int | None
    """The submission in which an undo received the file once more."""
    width_px: int | None
    """Of the picture it was published as, like all that follows: see `hub.rules.quality`."""
    height_px: int | None
    brightness_p5: float | None
    brightness_p99: float | None
    information: float | None
    sharpness: float | None
    is_grey: bool | None


def list_submissions(
    db: Connection,
    *,
    most: int | None = None,
    supplier: str | None = None,
    before: int | None = None,
    only: int | None = None,
) -> list[SubmissionCounts]:
    """Return the newest submissions first, at most `most`; of one supplier, or all.

    `before`: only those with a smaller id; `only`: the one of that id.
    """
    return fetch_all(
        db,
        "submissions/list_submissions",
        SubmissionCounts,
        most=most,
        supplier=supplier,
        before=before,
        only=only,
    )


def find_submission(db: Connection, submission_id: int) -> Submission | None:
    """Return the submission of that id, or None."""
    return fetch_one(db, "submissions/find_submission", Submission, submission_id=submission_id)


def list_files(
    db: Connection,
    submission_id: int,
    *,
    outcome: str | None = None,
    most: int | None = None,
    skip: int = 0,
) -> list[SubmittedFile]:
    """Return the files of a submission by path: all, or those that ended in one way."""
    return fetch_all(
        db,
        "submissions/list_files",
        SubmittedFile,
        submission_id=submission_id,
        outcome=outcome,
        most=most,
        skip=skip,
    )
