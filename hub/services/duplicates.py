"""Duplicates, and taking such a verdict back."""

from hub.catalogue import claims, decisions, duplicates
from hub.catalogue.duplicates import Duplicate, FileOutcome
from hub.db import Connection
from hub.errors import NotFound, UndoError
from hub.services.counting import counting


def list_duplicates(db: Connection, *, most: int | None = None) -> list[Duplicate]:
    """Return the files that are not published because the hub has their picture, newest first.

    At most `most` of them, or all.
    """
    return duplicates.list_duplicates(db, most=most)


def undo(db: Connection, file_id: int, *, by: str) -> bool:
    """Take back that a file shows a picture the hub has; return whether its label went with it.

    The label stays on the picture where another file, a review or an import supports it.
    Raises NotFound if there is no such file, UndoError if it is no duplicate or undone already.
    """
    found = _get(db, file_id)
    if found.image_id is None:
        raise UndoError(
            f"File {file_id} ({found.path}) is {found.outcome}, not a duplicate;"
            " `hub duplicate list` shows the duplicates."
        )
    with counting(db, images=[found.image_id]):
        # Asked again: a merge may have moved the label while this waited for the lock.
        found = _get(db, file_id)
        if not duplicates.set_undone(db, file_id=file_id):
            raise UndoError(f"The verdict on file {file_id} ({found.path}) is undone already.")
        assert found.image_id is not None, "an outcome does not change"
        is_removed = claims.remove_unsupported_claim(
            db, image_id=found.image_id, label_id=found.label_id
        )
    decisions.add_decision(
        db,
        by=by,
        action="undo",
        subject=f"file/{file_id}",
        detail={"image_id": found.image_id, "label": found.label, "claim_removed": is_removed},
    )
    return is_removed


def _get(db: Connection, file_id: int) -> FileOutcome:
    found = duplicates.find_duplicate(db, file_id=file_id)
    if found is None:
        raise NotFound(
            f"There is no file {file_id}; `hub duplicate list` shows the ids of duplicates."
        )
    return found
