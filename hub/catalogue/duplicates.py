"""Files that are not published because the hub has their picture already."""

from dataclasses import dataclass

from hub.db import Connection, execute, fetch_all, fetch_one


@dataclass(frozen=True, slots=True)
class DuplicateRow:
    file_id: int
    image_id: str
    """Of the picture that is kept."""
    path: str
    duplicate_of_path: str | None
    """Of the file that brought the picture which is kept."""
    duplicate_of_supplier: str | None
    duplicate_of_receipt: int | None
    relation: str
    """`bytes`, `pixels` or `near`."""
    distance: int | None
    """Between the perceptual hashes that met, in bits."""
    look_distance: float | None
    """Between the two pictures as they look, 0 to 1."""
    rule_version: int | None
    is_undone: bool
    label: str
    submission_id: int


@dataclass(frozen=True, slots=True)
class FileOutcome:
    path: str
    sha256: str
    outcome: str
    relation: str | None
    image_id: str | None
    """Of the picture that the file repeats, where it is a duplicate."""
    supplier_id: int
    submitted_label_id: int
    label_id: int
    """Of the label that stands today for the one submitted."""
    label: str


def list_duplicates(
    db: Connection,
    *,
    most: int | None = None,
    relation: str | None = None,
    image: str | None = None,
    submission: int | None = None,
) -> list[DuplicateRow]:
    """Return the newest duplicates first; at most `most` of them, or all.

    `relation`, `image` (the beginning of a kept picture's id) and `submission` leave out others.
    """
    return fetch_all(
        db,
        "duplicates/list_duplicates",
        DuplicateRow,
        most=most,
        relation=relation,
        image=image,
        submission=submission,
    )


def find_duplicate(db: Connection, *, file_id: int) -> FileOutcome | None:
    """Return what became of a file, duplicate or not, or None if there is no such file."""
    return fetch_one(db, "duplicates/find_duplicate", FileOutcome, file_id=file_id)


def set_undone(db: Connection, *, file_id: int) -> bool:
    """Take the verdict on a duplicate back; return whether it stood until now."""
    return execute(db, "duplicates/set_undone", file_id=file_id) > 0


def add_apart_file(db: Connection, *, file_id: int, submission_id: int) -> None:
    """Receive a file once more in a submission, to be compared by its bytes alone."""
    execute(db, "duplicates/add_apart_file", file_id=file_id, submission_id=submission_id)
