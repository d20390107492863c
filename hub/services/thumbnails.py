"""Thumbnails of published pictures, and of files that repeat one."""

from functools import lru_cache
from threading import Lock

from hub.catalogue import pictures as catalogue
from hub.catalogue import portraits
from hub.catalogue.pictures import StoredPicture
from hub.catalogue.portraits import DuplicateFile
from hub.config import Settings
from hub.db import Connection
from hub.errors import NotFound, PictureUnreadable
from hub.guarded import Bounds, Guard
from hub.lake.checked import find_checked
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


def find_duplicate(db: Connection, file_id: int) -> DuplicateFile:
    """Return a file that repeats a published picture. Raises NotFound."""
    found = portraits.find_duplicate_file(db, file_id)
    if found is None:
        raise NotFound(f"No file {file_id} repeats a published picture.")
    return found


def read_duplicate(file: DuplicateFile, *, side_px: int, settings: Settings) -> bytes:
    """Return a thumbnail, as `read_thumbnail` does, of a file that is not published.

    Looks the file up in the lake. Raises NotFound if no pack has it, LakeUnreadable.
    """
    checked = find_checked(settings.lake_root, {file.file_id: file.batch_no}).get(file.file_id)
    if checked is not None and checked.packed is not None:
        batch_key, _, image_id = checked.packed
        packs = shared_packs(settings.objects_root)
        packed = packs.find(batch_key, image_id, f"thumbnail_{side_px}")
        if packed is not None:
            return packed
    raise NotFound(f"The hub keeps no thumbnail of file {file.file_id} any more.")


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
