"""One published picture with all that may be told of it."""

from dataclasses import dataclass
from datetime import datetime

from hub.db import Connection, fetch_all, fetch_one


@dataclass(frozen=True, slots=True)
class Portrait:
    """A picture and how it came; nothing here names who submitted it."""

    image_id: str
    split: str
    format: str
    width_px: int
    height_px: int
    size_bytes: int
    licence: str
    author: str
    source: str
    taken_at: datetime | None
    place_id: int | None
    shown_lon: float | None
    shown_lat: float | None
    published_at: datetime
    batch_no: int
    brightness_p99: float | None
    sharpness: float | None
    receipt_no: int
    received_at: datetime
    submitted_as: str
    """The label today that it was first submitted under."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What is said of a picture by one label."""

    key: str
    name: str
    value: str
    """`positive`, `proposed` or `negative`."""
    source: str
    """`supplier`, `import` or `review`."""
    is_verified: bool
    is_disputed: bool
    claimed_at: datetime


@dataclass(frozen=True, slots=True)
class SeenBox:
    """Where a label is seen: shares of the upright picture, 0 left and top."""

    label: str
    x_min: float
    x_max: float
    y_min: float
    y_max: float
    is_group_of: bool


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A file that repeats a picture."""

    file_id: int
    relation: str
    distance: int | None
    look_distance: float | None
    rule_version: int | None
    is_undone: bool
    received_at: datetime
    label: str


@dataclass(frozen=True, slots=True)
class Related:
    """A published picture that is like another."""

    image_id: str
    relation: str
    distance: int | None
    look_distance: float | None
    split: str
    label: str


@dataclass(frozen=True, slots=True)
class DuplicateFile:
    file_id: int
    batch_no: int


def find_portrait(db: Connection, image_id: str) -> Portrait | None:
    """Return a picture that is published, or None."""
    return fetch_one(db, "portraits/find_portrait", Portrait, image_id=image_id)


def list_claims(db: Connection, image_id: str) -> list[Claim]:
    """Return what is said of a picture, what it shows first."""
    return fetch_all(db, "portraits/list_claims", Claim, image_id=image_id)


def list_boxes(db: Connection, image_id: str) -> list[SeenBox]:
    """Return where a picture's labels are seen, the largest box first."""
    return fetch_all(db, "portraits/list_boxes", SeenBox, image_id=image_id)


def list_duplicates(db: Connection, image_id: str, *, most: int) -> list[Duplicate]:
    """Return files that repeat a picture, the newest first."""
    return fetch_all(db, "portraits/list_duplicates", Duplicate, image_id=image_id, most=most)


def list_related(db: Connection, image_id: str, *, most: int) -> list[Related]:
    """Return published pictures that are like one, the likest first."""
    return fetch_all(db, "portraits/list_related", Related, image_id=image_id, most=most)


def find_duplicate_file(db: Connection, file_id: int) -> DuplicateFile | None:
    """Return a file that repeats a published picture, with the batch it was checked in, or None."""
    return fetch_one(db, "portraits/find_duplicate_file", DuplicateFile, file_id=file_id)
