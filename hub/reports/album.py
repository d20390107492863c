"""Looks up the files that a report shows, and their thumbnails."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from hub.catalogue import reports
from hub.catalogue.reports import FileRow, ImageRow
from hub.db import Connection
from hub.lake.checked import CheckedFile, find_checked
from hub.lake.packs import read_pack
from hub.reports.facts import File

_JPEG = b"\xff\xd8"
_SEEN = ("image_id", "format", "width_px", "height_px", "size_bytes")


@dataclass(frozen=True, slots=True)
class Album:
    """Files by id, as both stores know them."""

    rows: Mapping[int, FileRow]
    images: Mapping[str, ImageRow]
    checked: Mapping[int, CheckedFile]

    def file(self, file_id: int, *, split: str | None = None) -> File:
        row, seen = self.rows[file_id], self.checked.get(file_id)
        return File(
            file_id=row.file_id,
            path=row.path,
            label=row.label,
            supplier=row.supplier,
            receipt=row.receipt,
            submission=row.submission,
            batch_no=row.batch_no,
            split=split,
            **{name: getattr(seen, name, None) for name in _SEEN},
        )

    def picture(self, image_id: str) -> File:
        """Return the file that a picture was published from."""
        image = self.images[image_id]
        return self.file(image.file_id, split=image.split)

    def thumbnails(self, objects_root: str) -> dict[int, bytes]:
        """Return the thumbnails (JPEG, 299 pixels) that the packs still have, by file_id."""
        packed = {seen.packed for seen in self.checked.values() if seen.packed}
        found = dict(read_pack(objects_root, packed, "thumbnail_299"))
        return {
            file_id: found[seen.packed]
            for file_id, seen in self.checked.items()
            if seen.packed and found.get(seen.packed, b"").startswith(_JPEG)
        }


def open_album(
    db: Connection, lake_root: str, *, file_ids: Collection[int], image_ids: Collection[str]
) -> Album:
    """Look up files, and those that pictures were published from."""
    images = {row.image_id: row for row in reports.list_images(db, sorted({*image_ids}))}
    wanted = {*file_ids, *(row.file_id for row in images.values())}
    rows = {row.file_id: row for row in reports.list_files(db, sorted(wanted))}
    batches = {row.file_id: row.batch_no for row in rows.values() if row.batch_no is not None}
    return Album(rows, images, find_checked(lake_root, batches))
