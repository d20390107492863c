"""Collects the sheet of duplicates: pairs side by side, with why and how to take it back."""

from datetime import datetime

from hub.catalogue import duplicates, reports
from hub.config import Settings
from hub.db import Connection
from hub.reports.album import open_album
from hub.reports.facts import DuplicateSheet
from hub.reports.pairs import pair_of_duplicate
from hub.reports.pictures import Pictures


def collect_sheet(
    db: Connection,
    settings: Settings,
    *,
    now: datetime,
    most: int,
    relation: str | None = None,
    image: str | None = None,
    submission: int | None = None,
) -> tuple[DuplicateSheet, Pictures]:
    """Return the newest duplicates first, at most `most` of them, each beside what is kept.

    `relation`, `image` (the beginning of a kept picture's id) and `submission` leave out others.
    """
    rows = duplicates.list_duplicates(
        db, most=most, relation=relation, image=image, submission=submission
    )
    album = open_album(
        db,
        settings.lake_root,
        file_ids=[row.file_id for row in rows],
        image_ids=[row.image_id for row in rows],
    )
    asked = {"relation": relation, "image": image, "submission": submission}
    sheet = DuplicateSheet(
        made_at=now,
        asked={name: str(value) for name, value in asked.items() if value is not None},
        total=reports.count_duplicates(db, relation=relation, image=image, submission=submission),
        shown=[pair_of_duplicate(row, album) for row in rows],
    )
    return sheet, Pictures(album.thumbnails(settings.objects_root), {})
