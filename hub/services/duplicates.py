"""Taking back the verdict that a file repeats a picture of the hub."""

from dataclasses import dataclass
from hashlib import sha256

from hub.catalogue import claims, decisions, duplicates, imports, receipts
from hub.catalogue.duplicates import FileOutcome
from hub.db import Connection
from hub.errors import NotFound, UndoError
from hub.objects.local import Objects
from hub.rules.landing import landing_key
from hub.rules.publishing import strip
from hub.services.counting import counting


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking a verdict back has led to."""

    file_id: int
    path: str
    relation: str
    label: str
    claim: str
    """Of the label on the picture that the hub has: `removed`, `proposed` or `stays`."""
    submission: int | None
    """Under which the file was received once more, to be published as a picture of its own."""
    hindrance: str | None
    """Why it was not received: `same_picture`, where the picture that the hub has is published
    with the very bytes, or `bytes_gone`, where the file would have to be submitted again."""


def undo(db: Connection, file_id: int, *, by: str, objects: Objects) -> Undone:
    """Take back that a file shows a picture the hub has, and receive it as one of its own.

    Its label stays on the picture that the hub has where another file, a review or an import
    supports it, and is only proposed where just near duplicates do; what an import says of the
    file goes likewise, and is said of it where it is published. These bytes, whoever submits
    them from here on, are compared with the hub's pictures by bytes alone.
    Raises NotFound if there is no such file, UndoError if it is no duplicate or undone already.
    """
    image_id = _image_of(_get(db, file_id), file_id)
    with counting(db, images=[image_id]):
        # Asked again: a merge may have moved the label while this waited for the lock.
        found = _get(db, file_id)
        if not duplicates.set_undone(db, file_id=file_id):
            raise UndoError(f"The verdict on file {file_id} ({found.path}) is undone already.")
        _settle_said(db, image_id, file_id=file_id, but_for=found.label_id)
        claim = _settle_claim(db, image_id, label_id=found.label_id)
    # Held while the bytes are looked for: who removes landing files takes it, too.
    receipts.lock_receipts(db)
    hindrance = _find_hindrance(found, objects)
    submission = None if hindrance else _receive_apart(db, file_id, found)
    undone = Undone(
        file_id=file_id,
        path=found.path,
        relation=str(found.relation),
        label=found.label,
        claim=claim,
        submission=submission,
        hindrance=hindrance,
    )
    _record(db, undone, image_id=image_id, by=by)
    return undone


def _get(db: Connection, file_id: int) -> FileOutcome:
    found = duplicates.find_duplicate(db, file_id=file_id)
    if found is None:
        raise NotFound(
            f"There is no file {file_id}; `hub duplicate list` shows the ids of duplicates."
        )
    return found


def _image_of(found: FileOutcome, file_id: int) -> str:
    if found.image_id is None:
        raise UndoError(
            f"File {file_id} ({found.path}) is {found.outcome}, not a duplicate;"
            " `hub duplicate list` shows the duplicates."
        )
    return found.image_id


def _settle_said(db: Connection, image_id: str, *, file_id: int, but_for: int) -> None:
    """Take back what only this file's import said of the picture, but the claim of its label."""
    label_ids = imports.list_said_labels(db, file_id=file_id)
    imports.set_claims_said(db, image_id=image_id, label_ids=label_ids)
    imports.remove_unsupported_boxes(db, image_id=image_id, label_ids=label_ids)
    for label_id in label_ids:
        if label_id != but_for:
            _settle_claim(db, image_id, label_id=label_id)


def _settle_claim(db: Connection, image_id: str, *, label_id: int) -> str:
    if claims.remove_unsupported_claim(db, image_id=image_id, label_id=label_id):
        return "removed"
    if claims.set_claim_proposed(db, image_id=image_id, label_id=label_id):
        return "proposed"
    return "stays"


def _find_hindrance(found: FileOutcome, objects: Objects) -> str | None:
    if found.relation == "bytes":
        return "same_picture"
    try:
        content = objects.get(landing_key(found.sha256))
    except FileNotFoundError:
        return "bytes_gone"
    # Files that differ in their metadata alone are published with equal bytes.
    published_id = sha256(strip(content).content).hexdigest()
    return "same_picture" if published_id == found.image_id else None


def _receive_apart(db: Connection, file_id: int, found: FileOutcome) -> int:
    receipt_no = receipts.add_receipt(db, supplier_id=found.supplier_id, file_count=1)
    submission_id = receipts.add_submission(db, receipt_no, label_id=found.submitted_label_id)
    duplicates.add_apart_file(db, file_id=file_id, submission_id=submission_id)
    imports.copy_claims(db, file_id=file_id)
    imports.copy_boxes(db, file_id=file_id)
    return submission_id


def _record(db: Connection, undone: Undone, *, image_id: str, by: str) -> None:
    decisions.add_decision(
        db,
        by=by,
        action="undo",
        subject=f"file/{undone.file_id}",
        detail={
            "image_id": image_id,
            "relation": undone.relation,
            "label": undone.label,
            "claim": undone.claim,
            "submission": undone.submission,
            "hindrance": undone.hindrance,
        },
    )
