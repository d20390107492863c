"""Sums over the whole hub, made again with each batch: totals, places, newest batches."""

from dataclasses import dataclass
from datetime import datetime

from hub.db import Connection, execute, fetch_all, fetch_one


@dataclass(frozen=True, slots=True)
class HubCount:
    """The whole hub, as it was when a batch was last published."""

    images: int
    bytes: int
    suppliers: int
    labels: int
    """Those with pictures."""


@dataclass(frozen=True, slots=True)
class PlaceCount:
    place_id: int
    country: str
    city: str
    neighbourhood: str
    images: int
    supplier_ids: list[int]
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class BatchSampled:
    """A batch that published pictures, with some of them."""

    batch_no: int
    published_at: datetime
    files: int
    images: int
    image_ids: list[str]
    """One a label, the newest first, as are `labels`."""
    labels: list[str]
    place_ids: list[int]
    """Where pictures of the batch were taken, the most first."""


def refresh_counts(db: Connection) -> None:
    """Make the sums again of what the catalogue holds now."""
    execute(db, "summaries/refresh_places")
    execute(db, "summaries/refresh_hub")


def get_hub_count(db: Connection) -> HubCount:
    found = fetch_one(db, "summaries/get_hub_count", HubCount)
    assert found is not None
    return found


def list_places(db: Connection) -> list[PlaceCount]:
    return fetch_all(db, "summaries/list_places", PlaceCount)


def list_newest_batches(db: Connection, *, most: int, sampled: int) -> list[BatchSampled]:
    """Return the newest batches first; `sampled` pictures of each are looked at."""
    return fetch_all(db, "summaries/list_newest_batches", BatchSampled, most=most, sampled=sampled)
