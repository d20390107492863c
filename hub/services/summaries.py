"""The whole hub at one look: totals, newest batches, places where enough suppliers stand."""

from dataclasses import dataclass
from datetime import datetime

from hub.catalogue import summaries as catalogue
from hub.catalogue.summaries import HubCount, PlaceCount
from hub.db import Connection
from hub.rules.crowding import Crowded, Spot, gather

_SAMPLED = 2_000
"""Pictures of a batch that are looked at for samples and places, whatever its size."""
_SHOWN_PICTURES = 6
_SHOWN_PLACES = 3


@dataclass(frozen=True, slots=True)
class BatchShown:
    batch_no: int
    published_at: datetime
    files: int
    images: int
    pictures: list[tuple[str, str]]
    """Some of them: image_id and the name of a label."""
    places: list[str]
    """Where pictures were taken, the most first; of 2,000 of the batch."""


def refresh(db: Connection) -> None:
    """Bring totals and places up to date: call it wherever pictures came or went."""
    catalogue.refresh_counts(db)


def get_totals(db: Connection) -> HubCount:
    """Return the whole hub in figures, as they were when a batch was last published."""
    return catalogue.get_hub_count(db)


def list_places(db: Connection, *, least_suppliers: int) -> Crowded:
    """Return the places that may be shown; `least_suppliers` is `Settings.map_suppliers`."""
    spots = map(_spot, catalogue.list_places(db))
    return gather(spots, least_suppliers=least_suppliers)


def _spot(place: PlaceCount) -> Spot:
    return Spot(
        place_id=place.place_id,
        country=place.country,
        city=place.city,
        neighbourhood=place.neighbourhood,
        images=place.images,
        supplier_ids=frozenset(place.supplier_ids),
        lon=place.lon,
        lat=place.lat,
    )


def list_newest_batches(db: Connection, *, places: Crowded, most: int = 6) -> list[BatchShown]:
    """Return the batches that published pictures last, the newest first."""
    found = catalogue.list_newest_batches(db, most=most, sampled=_SAMPLED)
    return [
        BatchShown(
            batch_no=one.batch_no,
            published_at=one.published_at,
            files=one.files,
            images=one.images,
            pictures=[*zip(one.image_ids, one.labels, strict=True)][:_SHOWN_PICTURES],
            places=names_of(one.place_ids, places)[:_SHOWN_PLACES],
        )
        for one in found
    ]


def names_of(place_ids: list[int], places: Crowded) -> list[str]:
    """Return what may be told of some places, each name once, in their order."""
    shown = (places.by_id.get(place_id) for place_id in place_ids)
    return list(dict.fromkeys(place.name for place in shown if place))
