"""One published picture: what is known of it, and its bytes."""

import numpy as np

from hub.catalogue import pictures as catalogue
from hub.catalogue.pictures import PictureKept
from hub.db import Connection
from hub.errors import NotFound
from hub.lake.locating import Asked, shared_locator
from hub.lake.ranges import digests_of
from hub.lake.reading import Reader, Window, unavailable
from hub.rules.soundness import fault_of


def find_picture(db: Connection, image_id: str) -> PictureKept:
    """Return a published picture. Raises NotFound."""
    picture = catalogue.find_picture(db, image_id)
    if picture is None:
        raise NotFound(f"There is no published picture {image_id}.")
    return picture


def read_picture(picture: PictureKept, *, lake_root: str) -> bytes:
    """Return the bytes of a picture, checked by its sha256. Raises PictureUnreadable."""
    locator = shared_locator(lake_root)
    locator.renew()
    asked = Asked(
        digests_of([picture.image_id]),
        sizes=np.array([picture.size_bytes]),
        key_numbers=np.array([0]),
        label_keys=[picture.label_key],
    )
    with Reader(locator) as reader:
        content = bytes(Window(reader, asked).read(0, 0, picture.size_bytes))
    fault = fault_of(
        content,
        image_id=picture.image_id,
        size_bytes=picture.size_bytes,
        crc32=picture.crc32,
    )
    if fault:
        raise unavailable(picture.image_id, f"is damaged in the lake: it {fault}")
    return content
