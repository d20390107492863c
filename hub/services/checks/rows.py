"""Compares files and pictures row by row: what Postgres says and what the lake says."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any

import numpy as np

from hub.catalogue import verification as catalogue
from hub.catalogue.verification import FileHeld, PictureHeld, RelationHeld
from hub.db import Connection
from hub.lake.outcomes import Verdict, outcome_of
from hub.lake.scans import Snapshot
from hub.rules.differences import Difference
from hub.rules.reconciling import Account, Disagreement, Row, disagreements

_POSTGRES = "Postgres"
_CHECKED = (
    "file_id",
    "batch_no",
    "receipt_no",
    "label_key",
    "path",
    "sha256",
    "reason",
    "image_id",
)
_JUDGED = ("image_id", "relation", "distance", "rule_version", "look_distance")
_HASHES = ("phash", "phash_crop5", "phash_crop10")
_KEPT = ("image_id", "batch_no", "file_id", "label_key", "split", "group_id", "sha256", *_HASHES)
_NOT_IN_IMAGES = ("sha256", "status", *_HASHES)
_RELATED = (
    "image_id",
    "related_to",
    "batch_no",
    "relation",
    "distance",
    "look_distance",
    "rule_version",
)


def file_differences(
    db: Connection, lake: Snapshot, *, batches: Sequence[int]
) -> Iterator[Difference]:
    """Name every file of these batches of which the two stores tell different things."""
    columns = _names(FileHeld)
    held = Account(_POSTGRES, columns, lambda: map(_values, catalogue.list_files(db, batches)))
    checked = Account("files_checked", columns, lambda: _lake_files(lake, batches))
    for found in disagreements(held, checked):
        yield _difference("file", f"file {found.key} ({_first(found, 'path')})", found)


def picture_differences(
    db: Connection, lake: Snapshot, *, batches: Sequence[int]
) -> Iterator[Difference]:
    """Name every picture of these batches of which Postgres and the two lake tables differ."""
    held = Account(
        _POSTGRES, _names(PictureHeld), lambda: map(_values, catalogue.list_pictures(db, batches))
    )
    kept = Account("images_kept", _KEPT, lambda: lake.rows("images_kept", _KEPT, batches=batches))
    read = tuple(name for name in held.columns if name not in _NOT_IN_IMAGES)
    images = Account(
        "images",
        (*read, "status"),
        lambda: ((*row, "published") for row in lake.rows("images", read, batches=batches)),
    )
    for found in disagreements(held, kept, images):
        yield _difference("picture", f"picture {found.key}", found)


def relation_differences(
    db: Connection, lake: Snapshot, *, batches: Sequence[int]
) -> Iterator[Difference]:
    """Name every pair of related pictures of these batches of which the two stores differ."""
    columns = _names(RelationHeld)
    held = Account(_POSTGRES, columns, lambda: map(_values, catalogue.list_relations(db, batches)))
    found = Account("images_related", columns, lambda: _lake_relations(lake, batches))
    for differing in disagreements(held, found):
        yield _difference("relation", f"related pictures {differing.key}", differing)


def _lake_relations(lake: Snapshot, batches: Sequence[int]) -> Iterator[Row]:
    for later, earlier, batch_no, relation, distance, look, version in lake.rows(
        "images_related", _RELATED, batches=batches
    ):
        yield (f"{later} and {earlier}", batch_no, relation, distance, _as_real(look), version)


def _as_real(number: float | None) -> float | None:
    """Round as Postgres' type `real` does."""
    return None if number is None else float(np.float32(number))


def _lake_files(lake: Snapshot, batches: Sequence[int]) -> Iterator[Row]:
    """Yield files as the lake decides them; about 500 bytes are held for every duplicate."""
    repeated: dict[int, tuple[Any, ...]] = {}
    columns = ("file_id", "batch_no", "sha256", *_JUDGED)
    for row in lake.rows("duplicates", columns, batches=batches):
        if row[0] in repeated:
            yield _orphan(row)
        repeated[row[0]] = row
    for row in lake.rows("files_checked", _CHECKED, batches=batches):
        checked = dict(zip(_CHECKED, row, strict=True))
        # A refused file has no row there: if it has one, that row is left over and told of.
        is_good = checked["reason"] is None
        found = repeated.pop(checked["file_id"], None) if is_good else None
        told = outcome_of(checked, Verdict(*found[3:]) if found else None)
        yield (
            *row[:6],
            told.outcome,
            told.reason,
            told.image_id,
            told.duplicate_of,
            told.relation,
            told.distance,
            _as_real(told.look_distance),
            told.rule_version,
        )
    yield from map(_orphan, repeated.values())


def _orphan(row: tuple[Any, ...]) -> Row:
    """A row of `duplicates` that decides about no file: never equal to what Postgres holds."""
    file_id, batch_no, sha256, image_id, relation, distance, version, look = row
    there = (file_id, batch_no, None, None, None, sha256)
    return (*there, "duplicate", None, None, image_id, relation, distance, look, version)


def _difference(thing: str, subject: str, found: Disagreement) -> Difference:
    if found.absent:
        there = [store for store in found.rows if store not in found.absent]
        message = f"{subject} of batch {_first(found, 'batch_no')} is in {_all(there)} and not in"
        return Difference(
            f"{thing}_missing", subject, f"{message} {_all(found.absent)}. {_restore(found.absent)}"
        )
    if found.repeated:
        message = f"{subject} stands more than once in {_all(found.repeated)}."
        return Difference(f"{thing}_repeated", subject, f"{message} {_restore(found.repeated)}")
    told = "; ".join(f"{column} is {_said(said)}" for column, said in found.values().items())
    return Difference(
        f"{thing}_differs",
        subject,
        f"{subject}: {told}. Restore the store that was changed by hand from its backup.",
    )


def _restore(stores: Sequence[str]) -> str:
    if _POSTGRES in stores:
        return "Restore Postgres from a backup of the lake's age."
    return "Restore the lake's folder from a backup of Postgres' age."


def _said(values: dict[str, Any]) -> str:
    return ", ".join(f"{value!r} in {store}" for store, value in values.items())


def _all(stores: Sequence[str]) -> str:
    return " and ".join(stores)


def _first(found: Disagreement, column: str) -> Any:
    told = (row[column] for rows in found.rows.values() for row in rows if row.get(column))
    return next(told, None)


def _names(row_type: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(row_type))


def _values(row: Any) -> Row:
    return tuple(vars(row).values())
