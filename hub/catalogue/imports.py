"""What imports say of files beside their labels: claims, and boxes where labels are seen."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from hub.db import Connection, execute, fetch_all


@dataclass(frozen=True, slots=True)
class NewClaim:
    """A row of file_claim, of the file that has this path in this submission."""

    submission_id: int
    path: str
    label_id: int
    value: str
    is_verified: bool


@dataclass(frozen=True, slots=True)
class NewBox:
    """A row of file_box, of the file that has this path in this submission."""

    submission_id: int
    path: str
    label_id: int
    box_no: int
    x_min: float
    x_max: float
    y_min: float
    y_max: float
    source: str
    is_group_of: bool


@dataclass(frozen=True, slots=True)
class SaidClaim:
    sha256: str
    label_id: int
    value: str
    is_verified: bool


@dataclass(frozen=True, slots=True)
class SaidBox:
    sha256: str
    label_id: int
    x_min: float
    x_max: float
    y_min: float
    y_max: float
    is_group_of: bool


@dataclass(frozen=True, slots=True)
class LabelId:
    label_id: int


def add_file_claims(db: Connection, claims: Sequence[NewClaim]) -> None:
    """Keep what is said of files that were just received."""
    execute(db, "imports/add_file_claims", **_columns(NewClaim, claims))


def add_file_boxes(db: Connection, boxes: Sequence[NewBox]) -> None:
    """Keep where labels are seen in files that were just received."""
    execute(db, "imports/add_file_boxes", **_columns(NewBox, boxes))


def list_said_claims(
    db: Connection, *, supplier_id: int, sha256s: Sequence[str]
) -> list[SaidClaim]:
    """Return what the supplier's imports said of these bytes before."""
    return fetch_all(
        db, "imports/list_said_claims", SaidClaim, supplier_id=supplier_id, sha256s=[*sha256s]
    )


def list_said_boxes(db: Connection, *, supplier_id: int, sha256s: Sequence[str]) -> list[SaidBox]:
    """Return where the supplier's imports saw labels in these bytes before."""
    return fetch_all(
        db, "imports/list_said_boxes", SaidBox, supplier_id=supplier_id, sha256s=[*sha256s]
    )


def add_import_claims(db: Connection, batch_no: int) -> None:
    """Turn what imports say of a batch's files into claims; twice is as once."""
    execute(db, "imports/add_import_claims", batch_no=batch_no)


def add_boxes(db: Connection, batch_no: int) -> None:
    """Take over the boxes of a batch's files that their pictures lack."""
    execute(db, "imports/add_boxes", batch_no=batch_no)


def list_said_labels(db: Connection, *, file_id: int) -> list[int]:
    """Return the labels, as they stand today, of which an import says anything of a file."""
    return [
        row.label_id for row in fetch_all(db, "imports/list_said_labels", LabelId, file_id=file_id)
    ]


def set_claims_said(db: Connection, *, image_id: str, label_ids: Sequence[int]) -> None:
    """Bring imports' claims to what the picture's files still say, else leave them to suppliers."""
    execute(db, "imports/set_claims_said", image_id=image_id, label_ids=[*label_ids])


def remove_unsupported_boxes(db: Connection, *, image_id: str, label_ids: Sequence[int]) -> None:
    """Remove the picture's boxes on these labels that no file brings any more."""
    execute(db, "imports/remove_unsupported_boxes", image_id=image_id, label_ids=[*label_ids])


def copy_claims(db: Connection, *, file_id: int) -> None:
    """Say the same of the file that was set apart from this one."""
    execute(db, "imports/copy_claims", file_id=file_id)


def copy_boxes(db: Connection, *, file_id: int) -> None:
    """See the same in the file that was set apart from this one."""
    execute(db, "imports/copy_boxes", file_id=file_id)


def _columns(row_type: type, rows: Sequence[object]) -> dict[str, list[object]]:
    return {field.name: [getattr(row, field.name) for row in rows] for field in fields(row_type)}
