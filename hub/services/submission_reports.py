"""Says what became of the files of submissions."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

from hub.catalogue import submissions
from hub.catalogue.submissions import SubmissionCounts, SubmittedFile
from hub.db import Connection
from hub.errors import NotFound
from hub.rules.quality import Measures, issues_of
from hub.rules.relations import DUPLICATES, in_words, rule_name

ISSUES = {
    "dark": "very dark",
    "light": "very light",
    "blurry": "blurred",
    "low_information": "shows little",
    "odd_aspect_ratio": "very long or very wide",
    "greyscale": "without colour",
}
"""What a quality issue of one picture is called in words."""


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file."""

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
    undone: bool
    distance: int | None
    look_distance: float | None
    rule: str | None
    """Of a duplicate: the rule that decided, with its version."""
    why: str | None
    """Of a duplicate: how far apart the two are, in words."""
    again_in: int | None
    """The submission in which an undo received the file once more."""
    issues: Sequence[str]
    """Of a published picture: kinds of `ISSUES`. Nothing is refused for them unless a setting
    says so."""


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
    files: Sequence[FileReport]


def report_submission(db: Connection, submission_id: int) -> SubmissionReport:
    """Return what became of a submission. Raises NotFound."""
    found = submissions.find_submission(db, submission_id)
    if found is None:
        raise NotFound(
            f"There is no submission {submission_id}; `hub submission list` shows those there are."
        )
    files = submissions.list_files(db, submission_id)
    outcomes = Counter(file.outcome for file in files)
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
        rejected=_by_reason(Counter(file.reason for file in files if file.reason)),
        duplicates=_by_relation(Counter(file.relation for file in files if file.relation)),
        files=[_report(file) for file in files],
    )


def _report(file: SubmittedFile) -> FileReport:
    rule = why = None
    if file.relation:
        rule = rule_name(file.relation, file.rule_version)
        why = in_words(file.relation, distance=file.distance, look_distance=file.look_distance)
    return FileReport(
        file_id=file.file_id,
        path=file.path,
        outcome=file.outcome,
        reason=file.reason,
        image_id=file.image_id,
        duplicate_of=file.duplicate_of,
        duplicate_of_path=file.duplicate_of_path,
        duplicate_of_supplier=file.duplicate_of_supplier,
        duplicate_of_receipt=file.duplicate_of_receipt,
        relation=file.relation,
        undone=file.is_undone,
        distance=file.distance,
        look_distance=file.look_distance,
        rule=rule,
        why=why,
        again_in=file.again_in,
        issues=_issues(file),
    )


def _issues(file: SubmittedFile) -> list[str]:
    """Judge a published picture; one that an earlier release published was not measured."""
    values = {field.name: getattr(file, field.name) for field in fields(Measures)}
    if None in values.values():
        return []
    return issues_of(Measures(**values))


def list_submissions(
    db: Connection,
    *,
    most: int | None = None,
    supplier: str | None = None,
    before: int | None = None,
) -> list[SubmissionCounts]:
    """Return the newest submissions first; at most `most` of them, or all.

    Of one supplier, or of all; `before` gives those that are older than one of that id.
    """
    found = submissions.list_submissions(db, most=most, supplier=supplier, before=before)
    return [_sorted(one) for one in found]


@dataclass(frozen=True, slots=True)
class FilePage:
    """A submission and some of its files."""

    submission: SubmissionCounts
    files: Sequence[FileReport]
    following: int | None
    """How many files to skip for those that follow; None: these were the last."""


def page_files(
    db: Connection,
    submission_id: int,
    *,
    supplier: str | None = None,
    outcome: str | None = None,
    most: int = 100,
    skip: int = 0,
) -> FilePage:
    """Return a submission with `most` of its files by path, of one outcome or all.

    Raises NotFound if there is none, or `supplier` is not None and another's.
    """
    found = submissions.list_submissions(db, supplier=supplier, only=submission_id)
    if not found:
        raise NotFound(f"There is no submission {submission_id}, or it is not yours.")
    files = submissions.list_files(db, submission_id, outcome=outcome, most=most + 1, skip=skip)
    following = skip + most if len(files) > most else None
    return FilePage(_sorted(found[0]), [_report(one) for one in files[:most]], following)


def _sorted(found: SubmissionCounts) -> SubmissionCounts:
    return replace(
        found, rejected=_by_reason(found.rejected), duplicates=_by_relation(found.duplicates)
    )


def _by_reason(files: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(files.items()))


def _by_relation(files: Mapping[str, int]) -> dict[str, int]:
    return {relation: files.get(relation, 0) for relation in DUPLICATES}
