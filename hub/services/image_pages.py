"""One published picture as the site shows it: evidence, provenance, what it is like."""

from dataclasses import dataclass

from hub.catalogue import portraits
from hub.catalogue.portraits import Claim, Duplicate, Portrait, Related, SeenBox
from hub.db import Connection
from hub.errors import NotFound
from hub.rules.crowding import Crowded

_MOST = 24
"""Of duplicates, and of related pictures."""


@dataclass(frozen=True)
class ImageDetail:
    picture: Portrait
    claims: list[Claim]
    boxes: list[SeenBox]
    place: str | None
    """What may be told of where it was taken."""
    point: tuple[float, float] | None
    """Longitude and latitude as they are shown, some hundred metres off; None if it is not told
    in which city it was taken."""
    duplicates: list[Duplicate]
    related: list[Related]


def show_image(db: Connection, image_id: str, *, places: Crowded) -> ImageDetail:
    """Return all that may be told of a published picture. Raises NotFound."""
    picture = portraits.find_portrait(db, image_id)
    if picture is None:
        raise NotFound(f"There is no published picture {image_id}.")
    place = None if picture.place_id is None else places.by_id.get(picture.place_id)
    is_told = place is not None and place.city != ""
    return ImageDetail(
        picture=picture,
        claims=portraits.list_claims(db, image_id),
        boxes=portraits.list_boxes(db, image_id),
        place=place.name if place else None,
        point=_point(picture) if is_told else None,
        duplicates=portraits.list_duplicates(db, image_id, most=_MOST),
        related=portraits.list_related(db, image_id, most=_MOST),
    )


def _point(picture: Portrait) -> tuple[float, float] | None:
    if picture.shown_lon is None or picture.shown_lat is None:
        return None
    return picture.shown_lon, picture.shown_lat
