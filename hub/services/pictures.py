"""One published picture: what is known of it, and its bytes."""

from hub.catalogue import pictures as catalogue
from hub.catalogue.pictures import PictureKept
from hub.db import Connection
from hub.errors import NotFound, PictureUnreadable
from hub.lake.pictures import Wanted, read_pictures


def find_picture(db: Connection, image_id: str) -> PictureKept:
    """Return a published picture. Raises NotFound."""
    picture = catalogue.find_picture(db, image_id)
    if picture is None:
        raise NotFound(f"There is no published picture {image_id}.")
    return picture


def read_picture(picture: PictureKept, *, lake_root: str) -> bytes:
    """Return the bytes of a picture, checked by its sha256. Raises PictureUnreadable."""
    wanted = Wanted(
        image_id=picture.image_id,
        label_key=picture.label_key,
        size_bytes=picture.size_bytes,
        crc32=picture.crc32,
        file_name=picture.image_id,
    )
    for _, content in read_pictures(lake_root, [wanted]):
        return content
    raise PictureUnreadable(f"Picture {picture.image_id} is not in the lake; run `hub verify`.")
