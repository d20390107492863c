"""Checks Postgres against itself and against the landing files that it still needs."""

from collections.abc import Iterator

from hub.catalogue import verification as catalogue
from hub.catalogue.verification import PendingObject, UnsettledSubmission
from hub.db import Connection
from hub.objects.local import Objects
from hub.rules.differences import Difference
from hub.rules.landing import landing_key
from hub.services import counting

_RESTORE = "Restore Postgres from a backup of the lake's age."


def catalogue_differences(db: Connection, objects: Objects) -> Iterator[Difference]:
    """Name what in Postgres contradicts the rest of it, or lacks its landing file."""
    yield from _counters(db)
    yield from _submissions(db)
    yield from _pictures(db)
    yield from _leaks(db)
    yield from _claims(db)
    yield from _boxes(db)
    yield from _landing_files(db, objects)
    yield from _label_counts(db)


def _counters(db: Connection) -> Iterator[Difference]:
    for counter in catalogue.list_counters(db):
        if counter.last < counter.highest:
            yield Difference(
                "counter_behind",
                f"{counter.counted} counter",
                f"the {counter.counted} counter stands at {counter.last} and {counter.counted}"
                f" {counter.highest} exists: a number would be used twice. {_RESTORE}",
            )


def _submissions(db: Connection) -> Iterator[Difference]:
    for found in catalogue.list_unsettled_submissions(db):
        subject = f"submission {found.submission_id}"
        yield Difference(
            "submission_unsettled",
            subject,
            f"{subject} is {found.status} with {found.pending} of {found.files} files pending,"
            f" which {_batch_of(found)} cannot be. {_RESTORE}",
        )


def _batch_of(found: UnsettledSubmission) -> str:
    if found.batch_no is None:
        return "one that waits for its batch"
    return f"one of batch {found.batch_no} ({found.batch_status})"


def _pictures(db: Connection) -> Iterator[Difference]:
    for lost in catalogue.list_lost_pictures(db):
        yield Difference(
            "picture_missing",
            f"picture {lost.image_id}",
            f"file {lost.file_id} leads to picture {lost.image_id}, which Postgres does not have."
            f" {_RESTORE}",
        )
    for strayed in catalogue.list_strayed_pictures(db):
        yield Difference(
            "picture_strayed",
            f"picture {strayed.image_id}",
            f"picture {strayed.image_id} contradicts file {strayed.file_id} ({strayed.path}), from"
            " which it was published, in its outcome, licence, author or source."
            f" {_RESTORE}",
        )


def _leaks(db: Connection) -> Iterator[Difference]:
    for leak in catalogue.list_leaks(db):
        subject = f"related pictures {leak.pair}"
        yield Difference(
            "splits_leak",
            subject,
            f"{subject} ({leak.relation}) stand in {leak.split} and in {leak.related_split}: what"
            f" is learned of one is tested on the other. {_RESTORE}",
        )


def _claims(db: Connection) -> Iterator[Difference]:
    for claim in catalogue.list_unsupported_claims(db):
        yield Difference(
            "claim_unsupported",
            f"picture {claim.image_id}, label {claim.label}",
            f"picture {claim.image_id} is claimed to show {claim.label}, and no submitted file"
            f" that stands says so. {_RESTORE}",
        )
    for claim in catalogue.list_missing_claims(db):
        yield Difference(
            "claim_missing",
            f"picture {claim.image_id}, label {claim.label}",
            f"picture {claim.image_id} was submitted as {claim.label} and carries no claim of it."
            f" {_RESTORE}",
        )


def _boxes(db: Connection) -> Iterator[Difference]:
    for box in catalogue.list_unsupported_boxes(db):
        yield Difference(
            "box_unsupported",
            f"picture {box.image_id}, label {box.label}",
            f"picture {box.image_id} has a box of {box.label} that no file that stands brings."
            f" {_RESTORE}",
        )
    for box in catalogue.list_missing_boxes(db):
        yield Difference(
            "box_missing",
            f"picture {box.image_id}, label {box.label}",
            f"picture {box.image_id} was imported with a box of {box.label} that it does not"
            f" carry. {_RESTORE}",
        )


def _label_counts(db: Connection) -> Iterator[Difference]:
    for found in counting.recount(db):
        yield Difference(found.kind, found.subject, f"{found.message} {_RESTORE}")


def _landing_files(db: Connection, objects: Objects) -> Iterator[Difference]:
    for pending in list_lost_files(db, objects):
        key = landing_key(pending.sha256)
        others = f" and {pending.files - 1} more" if pending.files > 1 else ""
        yield Difference(
            "landing_file_missing",
            f"object {key}",
            f"object {key} is missing, and {pending.path} (submission {pending.submission_id})"
            f"{others} cannot be published without it. Submit the same file again, or restore the"
            " objects from a backup.",
        )


def list_lost_files(db: Connection, objects: Objects) -> Iterator[PendingObject]:
    """Yield what a batch still needs, at whatever stage, and the objects no longer have."""
    for pending in catalogue.list_pending_objects(db):
        if not objects.exists(landing_key(pending.sha256)):
            yield pending
