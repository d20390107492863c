"""Thumbnails of published pictures: from their batch's packs, else made of their bytes."""

from functools import lru_cache
from threading import Lock

from hub.catalogue import pictures as catalogue
from hub.catalogue.pictures import StoredPicture
from hub.config import Settings
from hub.db import Connection
from hub.errors import NotFound, PictureUnreadable
from hub.guarded import Bounds, Guard
from hub.lake.locating import shared_locator
from hub.lake.packs import shared_packs
from hub.lake.reading import read_in_order
from hub.limits import bounds_of
from hub.redecoding import Redecoder, decode_again
from hub.rules.thumbnails import Thumbnails

SIDES_PX = (299, 100)
_KEPT = 512
"""Of those made here, some 10 kB each."""

# A decoder is for one thread at a time.
_decoding = Lock()


def find_stored(db: Connection, image_id: str) -> StoredPicture:
    """Return where a published picture lies. Raises NotFound."""
    picture = catalogue.find_stored_picture(db, image_id)
    if picture is None:
        raise NotFound(f"There is no published picture {image_id}.")
    return picture


def read_thumbnail(picture: StoredPicture, *, side_px: int, settings: Settings) -> bytes:
    """Return a JPEG whose longest side has at most 299 or 100 pixels.

    Raises NotFound if it is in no pack and cannot be made, since the picture cannot be read.
    """
    packs = shared_packs(settings.objects_root)
    packed = packs.find(picture.batch_key, picture.image_id, f"thumbnail_{side_px}")
    if packed is not None:
        return packed
    made = _make(picture, lake_root=settings.lake_root, bounds=bounds_of(settings))
    return made.px_299 if side_px == SIDES_PX[0] else made.px_100


@lru_cache(maxsize=_KEPT)
def _make(picture: StoredPicture, *, lake_root: str, bounds: Bounds) -> Thumbnails:
    try:
        ((_, content),) = read_in_order(shared_locator(lake_root), [picture])
    except PictureUnreadable as error:
        raise _missing(picture) from error
    with _decoding:
        made = _decoder(bounds).thumbnails(content)
    if made is None:
        raise _missing(picture)
    return made


def _missing(picture: StoredPicture) -> NotFound:
    return NotFound(
        f"Picture {picture.image_id} has no thumbnail: it cannot be read. Tell the hub's ops, who"
        " see with `hub verify` what is wrong."
    )


@lru_cache(maxsize=1)
def _decoder(bounds: Bounds) -> Redecoder:
    """Return the process's own, whose child starts with its first picture and ends with it."""
    return Redecoder(Guard(decode_again, bounds=bounds), bounds)
