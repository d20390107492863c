"""Pictures in the catalogue, and what became of the files that brought them."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from hub.db import Connection, execute, fetch_all


@dataclass(frozen=True)
class ImageRow:
    """A picture to put in the catalogue; places in degrees, what is shown is jittered."""

    image_id: str
    file_id: int
    label_key: str
    split: str
    group_id: str
    format: str
    width_px: int
    height_px: int
    size_bytes: int
    crc32: int
    licence: str
    author: str
    source: str
    taken_at: datetime | None
    lon: float | None
    lat: float | None
    shown_lon: float | None
    shown_lat: float | None
    country: str | None
    city: str | None
    neighbourhood: str | None
    rule_version: int | None
    brightness_p5: float | None
    brightness_p99: float | None
    information: float | None
    sharpness: float | None
    is_grey: bool | None


@dataclass(frozen=True)
class OutcomeRow:
    file_id: int
    outcome: str
    reason: str | None
    image_id: str | None
    duplicate_of: str | None
    relation: str | None
    distance: int | None = None
    """Of a duplicate: bits between the two hashes that met."""
    look_distance: float | None = None
    """Of a duplicate: between the two pictures as they look, 0 to 1."""
    rule_version: int | None = None
    """Of a duplicate: of the rule that judged it."""


@dataclass(frozen=True)
class Said:
    """What a supplier said of a file's place and time."""

    file_id: int
    supplier: str
    lon: float | None
    lat: float | None
    taken_at: datetime | None


@dataclass(frozen=True)
class ImageId:
    image_id: str


def add_images(db: Connection, images: Sequence[ImageRow], *, batch_no: int) -> None:
    """Put published pictures and their named places in the catalogue, once."""
    columns = _columns(ImageRow, images)
    named = {name: columns[name] for name in ("country", "city", "neighbourhood")}
    execute(db, "images/add_places", **named)
    execute(db, "images/add_images", batch_no=batch_no, **columns)


def add_hashes(db: Connection, hashes: Sequence[tuple[str, int]], *, kind: str) -> None:
    """Add perceptual hashes as (image_id, signed 64-bit hash)."""
    ids, values = [image for image, _ in hashes], [value for _, value in hashes]
    execute(db, "images/add_hashes", kind=kind, image_id=ids, hash=values)


def list_said(db: Connection, batch_no: int) -> list[Said]:
    return fetch_all(db, "images/list_said", Said, batch_no=batch_no)


def set_outcomes(db: Connection, outcomes: Sequence[OutcomeRow]) -> None:
    """Say what became of files that were still pending."""
    execute(db, "images/set_outcomes", **_columns(OutcomeRow, outcomes))


def list_touched_images(db: Connection, batch_no: int) -> list[str]:
    rows = fetch_all(db, "images/list_touched_images", ImageId, batch_no=batch_no)
    return [row.image_id for row in rows]


def add_supplier_claims(db: Connection, batch_no: int) -> None:
    """Turn the labels of a batch's files into claims; near duplicates only propose theirs."""
    execute(db, "images/add_supplier_claims", batch_no=batch_no)


def set_submissions_ended(db: Connection, batch_no: int) -> None:
    execute(db, "images/set_submissions_ended", batch_no=batch_no)


def _columns(row_type: type, rows: Sequence[object]) -> dict[str, list[object]]:
    return {field.name: [getattr(row, field.name) for row in rows] for field in fields(row_type)}
