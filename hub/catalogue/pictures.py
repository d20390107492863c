"""One published picture, with what is known of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.db import Connection, fetch_all, fetch_one


@dataclass(frozen=True, slots=True)
class PictureKept:
    image_id: str
    label_key: str
    """Where its bytes lie."""
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
    place_id: int | None
    """What may be told of it, only `Crowded` knows: so of the three that follow."""
    country: str | None
    city: str | None
    neighbourhood: str | None
    published_at: datetime
    labels: list[dict[str, Any]]
    """`key`, `name` and `mid` of each positive claim."""
    negatives: list[dict[str, Any]]
    """The same of what it is verified not to show."""
    boxes: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """Where a picture's bytes and its thumbnails lie."""

    image_id: str
    label_key: str
    size_bytes: int
    crc32: int
    batch_key: str


@dataclass(frozen=True, slots=True)
class ShownLabels:
    image_id: str
    labels: list[str]


def list_shown_labels(db: Connection, image_ids: Collection[str]) -> list[ShownLabels]:
    """Return the names of the labels that pictures show."""
    return fetch_all(db, "pictures/list_shown_labels", ShownLabels, image_ids=list(image_ids))


def find_picture(db: Connection, image_id: str) -> PictureKept | None:
    """Return a picture that is published, or None."""
    return fetch_one(db, "pictures/find_picture", PictureKept, image_id=image_id)


def find_stored_picture(db: Connection, image_id: str) -> StoredPicture | None:
    """Return where a picture that is published lies, or None."""
    return fetch_one(db, "pictures/find_stored_picture", StoredPicture, image_id=image_id)
