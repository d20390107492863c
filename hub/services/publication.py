"""A batch's second store: what the lake has committed, into Postgres in one transaction."""

import math
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from hub.catalogue import batches, images, imports
from hub.catalogue import relations as related_pictures
from hub.catalogue.images import ImageRow, OutcomeRow, Said
from hub.catalogue.relations import RelationRow
from hub.db import Connection
from hub.lake.outcomes import PublishedImage
from hub.rules.places import Place, jitter, name_places
from hub.services import summaries
from hub.services.counting import counting

HASH_KINDS = ("phash", "phash_crop5", "phash_crop10")

_ROWS = 10_000

Row = TypeVar("Row")


def publish_batch(
    db: Connection,
    batch_no: int,
    *,
    outcomes: Iterable[OutcomeRow],
    published: Iterable[PublishedImage],
    related: Iterable[RelationRow],
) -> None:
    """Insert what the catalogue lacks of a batch, and move the counts.

    Run again on the same batch it changes nothing.
    """
    said = {file.file_id: file for file in images.list_said(db, batch_no)}
    secret = batches.get_hub(db).place_secret
    for pictures in _chunks(published):
        images.add_images(db, _image_rows(pictures, said, secret), batch_no=batch_no)
        for kind in HASH_KINDS:
            images.add_hashes(db, _hashes(pictures, kind), kind=kind)
    for pairs in _chunks(related):
        related_pictures.add_relations(db, pairs)
    for files in _chunks(outcomes):
        images.set_outcomes(db, files)
    with counting(db, images=images.list_touched_images(db, batch_no)):
        images.add_supplier_claims(db, batch_no)
        imports.add_import_claims(db, batch_no)
        imports.add_boxes(db, batch_no)
    images.set_submissions_ended(db, batch_no)
    summaries.refresh(db)


def _hashes(pictures: list[PublishedImage], kind: str) -> list[tuple[str, int]]:
    """Leave out the pictures that are too plain to be told by this hash."""
    hashes = ((picture.image_id, getattr(picture, kind)) for picture in pictures)
    return [(image_id, value) for image_id, value in hashes if value is not None]


def _image_rows(
    pictures: list[PublishedImage], said: dict[int, Said], secret: str
) -> list[ImageRow]:
    """Place each picture: what its supplier said goes before what its EXIF says."""
    points = [_point(picture, said[picture.file_id]) for picture in pictures]
    names = name_places([lon for lon, _ in points], [lat for _, lat in points])
    return [
        _image_row(picture, said[picture.file_id], point=point, name=name, secret=secret)
        for picture, point, name in zip(pictures, points, names, strict=True)
    ]


_NOWHERE = (math.nan, math.nan)


def _point(picture: PublishedImage, said: Said) -> tuple[float, float]:
    for lon, lat in ((said.lon, said.lat), (picture.lon, picture.lat)):
        if lon is not None and lat is not None:
            return lon, lat
    return _NOWHERE


def _image_row(
    picture: PublishedImage,
    said: Said,
    *,
    point: tuple[float, float],
    name: Place | None,
    secret: str,
) -> ImageRow:
    is_placed = point is not _NOWHERE
    shown = jitter(*point, secret=secret, supplier=said.supplier) if is_placed else point
    return ImageRow(
        image_id=picture.image_id,
        file_id=picture.file_id,
        label_key=picture.label_key,
        split=picture.split,
        group_id=picture.group_id,
        format=picture.format,
        width_px=picture.width_px,
        height_px=picture.height_px,
        size_bytes=picture.size_bytes,
        crc32=picture.crc32,
        licence=picture.licence,
        author=picture.author,
        source=picture.source,
        taken_at=said.taken_at or picture.taken_at,
        lon=point[0] if is_placed else None,
        lat=point[1] if is_placed else None,
        shown_lon=shown[0] if is_placed else None,
        shown_lat=shown[1] if is_placed else None,
        country=name.country if name else None,
        city=name.city if name else None,
        neighbourhood=name.neighbourhood if name else None,
        rule_version=picture.rule_version,
        brightness_p5=picture.brightness_p5,
        brightness_p99=picture.brightness_p99,
        information=picture.information,
        sharpness=picture.sharpness,
        is_grey=picture.is_grey,
    )


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    remaining = iter(rows)
    while some := list(islice(remaining, _ROWS)):
        yield some
