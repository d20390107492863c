"""One published picture: what is known of it, and its bytes."""

from dataclasses import replace

from hub.catalogue import pictures as catalogue
from hub.catalogue.pictures import PictureKept
from hub.db import Connection
from hub.errors import NotFound
from hub.lake.locating import shared_locator
from hub.lake.reading import read_in_order
from hub.services import summaries


def find_picture(db: Connection, image_id: str) -> PictureKept:
    """Return a published picture. Raises NotFound."""
    picture = catalogue.find_picture(db, image_id)
    if picture is None:
        raise NotFound(f"There is no published picture {image_id}.")
    return picture


def tell_picture(db: Connection, image_id: str, *, least_suppliers: int) -> PictureKept:
    """Return a published picture with no more of its place than the map tells. Raises NotFound.

    `least_suppliers` is `Settings.map_suppliers`.
    """
    picture = find_picture(db, image_id)
    places = summaries.list_places(db, least_suppliers=least_suppliers)
    country, city, neighbourhood = places.tell(picture.place_id)
    return replace(picture, country=country, city=city, neighbourhood=neighbourhood)


def read_picture(picture: PictureKept, *, lake_root: str) -> bytes:
    """Return the bytes of a picture, checked by its sha256. Raises PictureUnreadable."""
    ((_, content),) = read_in_order(shared_locator(lake_root), [picture])
    return content
