"""What the lake knows of kept pictures, by which others are compared with them."""

from collections.abc import Collection
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from hub.lake.packs import Packed
from hub.lake.pictures import Wanted
from hub.lake.tables import read_rows
from hub.rules.hashing import Hashes


@dataclass(frozen=True, slots=True)
class KeptPicture:
    """A kept picture without its bytes; what an earlier release did not keep is None."""

    image_id: str
    label_key: str
    format: str | None
    width_px: int | None
    height_px: int | None
    size_bytes: int | None
    crc32: int | None
    reduced_sha256: str
    phash: int | None
    phash_crop5: int | None
    phash_crop10: int | None
    batch_key: str
    pack: int | None

    @property
    def hashes(self) -> Hashes:
        return Hashes(self.phash, self.phash_crop5, self.phash_crop10)

    @property
    def packed(self) -> Packed | None:
        """Where its thumbnails and its look are."""
        return None if self.pack is None else Packed(self.batch_key, self.pack, self.image_id)

    @property
    def wanted(self) -> Wanted | None:
        """What its bytes are read by."""
        if self.size_bytes is None or self.crc32 is None:
            return None
        return Wanted(self.image_id, self.label_key, self.size_bytes, self.crc32, self.image_id)


def find_kept(
    lake_root: str, *, image_ids: Collection[str], reduced: Collection[str]
) -> list[KeptPicture]:
    """Return the kept pictures of these ids, or of these reduced copies (`reduced_sha256`).

    One scan of two narrow columns; none where there is no lake yet. Raises LakeUnreadable.
    """
    # Of no text at all Arrow would not know that it is text.
    ids, digests = (pa.array([*some], pa.string()) for some in (image_ids, reduced))
    asked = pc.field("image_id").isin(ids) | pc.field("reduced_sha256").isin(digests)
    names = KeptPicture.__slots__
    rows = read_rows(lake_root, "images_kept", where=asked, columns=[], newer=names)
    absent = dict.fromkeys(names)
    return [KeptPicture(**absent | row) for row in rows.to_pylist()] if rows else []
