"""Says what became of the files of submissions."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.catalogue import submissions
from hub.catalogue.submissions import SubmissionCounts, SubmittedFile
from hub.db import Connection
from hub.errors import NotFound

RELATIONS = ("bytes", "pixels", "near")


@dataclass(frozen=True, slots=True)
class SubmissionReport:
    """A submission and the outcome of every file: the counts add up to `submitted`."""

    id: int
    label: str
    status: str
    receipt: int
    supplier: str
    received_at: datetime
    submitted: int
    pending: int
    published: int
    rejected: Mapping[str, int]
    """By reason."""
    duplicates: Mapping[str, int]
    """By relation, each of them named."""
    files: Sequence[SubmittedFile]


def report_submission(db: Connection, submission_id: int) -> SubmissionReport:
    """Return what became of a submission. Raises NotFound."""
    found = submissions.find_submission(db, submission_id)
    if found is None:
        raise NotFound(
            f"There is no submission {submission_id}; `hub submission list` shows those there are."
        )
    files = submissions.list_files(db, submission_id)
    outcomes = Counter(file.outcome for file in files)
    relations = Counter(file.relation for file in files)
    return SubmissionReport(
        id=found.id,
        label=found.label,
        status=found.status,
        receipt=found.receipt,
        supplier=found.supplier,
        received_at=found.received_at,
        submitted=len(files),
        pending=outcomes["pending"],
        published=outcomes["published"],
        rejected=dict(sorted(Counter(file.reason for file in files if file.reason).items())),
        duplicates={relation: relations[relation] for relation in RELATIONS},
        files=files,
    )


def list_submissions(db: Connection, *, most: int | None = None) -> list[SubmissionCounts]:
    """Return the newest submissions first; at most `most` of them, or all."""
    return submissions.list_submissions(db, most=most)
