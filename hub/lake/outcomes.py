"""What became of every file of a batch: the one rule, read from the committed lake tables."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from hub.catalogue.images import OutcomeRow
from hub.catalogue.relations import RelationRow
from hub.lake import tables

_CHECKED = ["file_id", "reason", "image_id"]
_DUPLICATES = ["file_id", "image_id", "relation", "distance", "rule_version"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """That a file repeats a picture which is kept."""

    image_id: str
    relation: str
    distance: int
    rule_version: int
    look_distance: float | None = None
    """None: found by the release before this column, which knew exact duplicates alone."""


def list_outcomes(lake_root: str, batch_no: int) -> Iterator[OutcomeRow]:
    """Yield one outcome a file that was checked in the batch.

    A file with a reason is rejected, one with a row in `duplicates` is a duplicate of that
    picture, and every other one is published as its own `image_id`.
    """
    checked = tables.read_batch(lake_root, "files_checked", batch_no=batch_no, columns=_CHECKED)
    repeated = tables.read_batch(
        lake_root, "duplicates", batch_no=batch_no, columns=_DUPLICATES, newer=["look_distance"]
    )
    if checked is None:
        return
    kept = _by_file(repeated)
    for rows in checked.to_batches():
        for row in rows.to_pylist():
            yield outcome_of(row, kept.get(row["file_id"]))


def _by_file(repeated: pa.Table | None) -> dict[int, Verdict]:
    if repeated is None:
        return {}
    rows = (row for piece in repeated.to_batches() for row in piece.to_pylist())
    return {row.pop("file_id"): Verdict(**row) for row in rows}


def outcome_of(row: Mapping[str, object], verdict: Verdict | None) -> OutcomeRow:
    """Decide what became of one checked file (`file_id`, `reason`, `image_id`).

    `verdict` is what `duplicates` says of it, if it has a row there.
    """
    file_id = row["file_id"]
    assert isinstance(file_id, int)
    if row["reason"] is not None:
        return OutcomeRow(file_id, "rejected", str(row["reason"]), None, None, None)
    if verdict:
        return OutcomeRow(
            file_id,
            "duplicate",
            None,
            None,
            duplicate_of=verdict.image_id,
            relation=verdict.relation,
            distance=verdict.distance,
            look_distance=verdict.look_distance or 0.0,
            rule_version=verdict.rule_version,
        )
    return OutcomeRow(file_id, "published", None, str(row["image_id"]), None, None)


@dataclass(frozen=True)
class PublishedImage:
    """A picture as the lake holds it: what its file said of place and time beside it."""

    image_id: str
    file_id: int
    label_key: str
    split: str
    group_id: str
    format: str
    width_px: int
    height_px: int
    size_bytes: int
    crc32: int
    licence: str
    author: str
    source: str
    phash: int | None
    taken_at: datetime | None
    lon: float | None
    lat: float | None
    rule_version: int | None = None
    """Of the rule by which the bytes were published; before there was one, none of what follows
    was measured."""
    phash_crop5: int | None = None
    phash_crop10: int | None = None
    brightness_p5: float | None = None
    brightness_p99: float | None = None
    information: float | None = None
    sharpness: float | None = None
    is_grey: bool | None = None


_IMAGE = [
    "image_id",
    "file_id",
    "label_key",
    "split",
    "group_id",
    "format",
    "width_px",
    "height_px",
    "size_bytes",
    "crc32",
    "licence",
    "author",
    "source",
]
_SEEN = ["file_id", "phash", "taken_at", "lon", "lat"]
_MEASURED = [
    "rule_version",
    "phash_crop5",
    "phash_crop10",
    "brightness_p5",
    "brightness_p99",
    "information",
    "sharpness",
    "is_grey",
]


def list_published(lake_root: str, batch_no: int) -> Iterator[PublishedImage]:
    """Yield the pictures that a batch put into `images`."""
    images = tables.read_batch(lake_root, "images", batch_no=batch_no, columns=_IMAGE)
    checked = tables.read_batch(
        lake_root, "files_checked", batch_no=batch_no, columns=_SEEN, newer=_MEASURED
    )
    if images is None or checked is None:
        return
    for rows in images.join(checked, keys="file_id", join_type="inner").to_batches():
        for row in rows.to_pylist():
            yield PublishedImage(**row)


_RELATED = ["image_id", "related_to", "relation", "distance", "look_distance", "rule_version"]


def list_related(lake_root: str, batch_no: int) -> Iterator[RelationRow]:
    """Yield the pairs of kept pictures that a batch has found to be related."""
    related = tables.read_batch(lake_root, "images_related", batch_no=batch_no, columns=_RELATED)
    if related is not None:
        for rows in related.to_batches():
            yield from (RelationRow(**row) for row in rows.to_pylist())


def count_outcomes(
    lake_root: str, batch_no: int, *, stage: str, is_derived: bool
) -> dict[str, int]:
    """Count the files of a batch by what is known of them once `stage` has committed.

    `is_derived`: `augment` has committed the batch. It has not where it was told to derive nothing.
    Every file is counted once, unless a table lacks the picture that it was kept as, or a train
    picture has fewer derived ones than another: the sum is then less than the files submitted.
    """
    outcomes = list(list_outcomes(lake_root, batch_no))
    counted = Counter(_lost(outcome) for outcome in outcomes if outcome.image_id is None)
    kept = Counter(outcome.image_id for outcome in outcomes if outcome.image_id)
    if stage in ("validate", "dedupe"):
        counted["good" if stage == "validate" else "kept"] = kept.total()
        return dict(counted)
    for image_id, name in _names(lake_root, batch_no, stage, is_derived):
        counted[name] += kept[image_id]
    return dict(counted)


def _names(
    lake_root: str, batch_no: int, stage: str, is_derived: bool
) -> Iterator[tuple[str, str]]:
    """Yield the pictures that a stage has accounted for, and what it calls them."""
    if stage == "split":
        yield from _pairs(lake_root, "images_kept", batch_no, "split")
        return
    derived: Counter[str] = Counter()
    undecoded = set()
    if stage == "augment" and is_derived:
        for image_id, reason in _derived(lake_root, batch_no):
            derived[image_id] += 1
            if reason:
                undecoded.add(image_id)
    # The setting may be another by now than when the rows were written: they themselves tell.
    each = max(derived.values(), default=1)
    for image_id, split in _pairs(lake_root, "images", batch_no, "split"):
        if stage == "publish":
            yield image_id, "published"
        elif split != "train" or not is_derived:
            yield image_id, "left_alone"
        elif derived[image_id] == each:
            yield image_id, "not_augmented" if image_id in undecoded else "augmented"


def _pairs(lake_root: str, table: str, batch_no: int, name: str) -> Iterator[tuple[str, str]]:
    rows = tables.read_batch(lake_root, table, batch_no=batch_no, columns=["image_id", name])
    if rows is not None:
        yield from zip(rows["image_id"].to_pylist(), rows[name].to_pylist(), strict=True)


def _derived(lake_root: str, batch_no: int) -> Iterator[tuple[str, str | None]]:
    """Yield the picture of each derived one, with the reason why it could not be made, if so."""
    rows = tables.read_batch(
        lake_root, "images_augmented", batch_no=batch_no, columns=["image_id"], newer=["reason"]
    )
    if rows is not None:
        # An earlier release wrote a table without reasons.
        reasons = rows["reason"] if "reason" in rows.column_names else pa.nulls(rows.num_rows)
        yield from zip(rows["image_id"].to_pylist(), reasons.to_pylist(), strict=True)


def _lost(outcome: OutcomeRow) -> str:
    """Name what a file that is not kept ended as."""
    return outcome.outcome if outcome.relation is None else f"duplicate_{outcome.relation}"
