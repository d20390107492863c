"""Bitmaps of published pictures: moved with what they say, compared with it, counted."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from hub.db import Connection, execute, fetch_all, fetch_one

CHUNK = 32_000
"""Numbers of pictures in one row of the table."""


@dataclass(frozen=True, slots=True)
class BitmapDifference:
    facet: str
    value: str
    chunks: int
    """How many of the bitmap's chunks are not what they should be."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A bitmap of a label's own claims that has changed in one chunk."""

    label_id: int
    chunk_no: int


def put_picture_bits(db: Connection, *, image_ids: Collection[str]) -> list[Changed]:
    """Make the bits of these pictures what their claims and columns say, those of rollup aside.

    Return what rollup is to follow.
    """
    return fetch_all(db, "bitmaps/put_picture_bits", Changed, image_ids=list(image_ids))


def put_label_bits(db: Connection, *, label_ids: Collection[int]) -> None:
    """Make all bits of these labels' own claims what the claims say."""
    execute(db, "bitmaps/put_label_bits", label_ids=list(label_ids))


def put_rollups(db: Connection, *, changed: Collection[Changed] | None) -> None:
    """Make the bits of rollup what the claims' say: where these have changed, or, None, all."""
    execute(
        db,
        "bitmaps/put_rollups",
        label_ids=None if changed is None else list({one.label_id for one in changed}),
        chunk_nos=None if changed is None else list({one.chunk_no for one in changed}),
    )


def list_differences(db: Connection) -> list[BitmapDifference]:
    """Return the bitmaps that do not say what claims, pictures and closure do."""
    return [
        *fetch_all(db, "bitmaps/list_bit_differences", BitmapDifference),
        *fetch_all(db, "bitmaps/list_rollup_differences", BitmapDifference),
    ]


@dataclass(frozen=True, slots=True)
class PickSize:
    images: int
    bytes: int
    per_label: Mapping[str, int]
    """Pictures of the pick by the id of each of its labels, as text; labels without are absent."""


@dataclass(frozen=True, slots=True)
class Chunk:
    chunk_no: int
    bits: str
    """A digit a picture, the oldest first."""


@dataclass(frozen=True, slots=True)
class NumberedPicture:
    image_no: int
    image_id: str
    format: str
    width_px: int
    height_px: int
    split: str
    licence: str
    author: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Spread:
    """Pictures of a facet's value: of a `split`, a `licence`, or a `size`, N for 2^N bytes to twice
    as many."""

    facet: str
    value: str
    images: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """A pick that bitmaps know: pictures under one of the first labels, all of the second and none
    of the third; `facet` is `own` or `rollup`, None lets every split or licence pass."""

    facet: str
    any_ids: Collection[int]
    all_ids: Collection[int]
    none_ids: Collection[int]
    splits: Collection[str] | None
    licences: Collection[str] | None

    @property
    def params(self) -> dict[str, object]:
        """What the queries are given."""
        return {
            "facet": self.facet,
            "any_values": [str(label_id) for label_id in self.any_ids],
            "all_values": [str(label_id) for label_id in self.all_ids],
            "none_values": [str(label_id) for label_id in self.none_ids],
            "splits": None if self.splits is None else list(self.splits),
            "licences": None if self.licences is None else list(self.licences),
        }


def count_pick(db: Connection, wanted: Wanted) -> PickSize:
    size = fetch_one(db, "bitmaps/count_pick", PickSize, **wanted.params)
    assert size is not None
    return size


def list_pick_spread(db: Connection, wanted: Wanted) -> list[Spread]:
    """Return how many pictures of a pick each split, licence and size has; see `Spread`."""
    return fetch_all(db, "bitmaps/list_pick_spread", Spread, **wanted.params)


def list_pick_newest(db: Connection, wanted: Wanted, *, most: int) -> list[Chunk]:
    """Return chunks, newest first, with `most` pictures of a pick."""
    return fetch_all(db, "bitmaps/list_pick_newest", Chunk, most=most, **wanted.params)


def list_newest(
    db: Connection, *, facet: str, label_id: int, before_no: int, most: int
) -> list[Chunk]:
    """Return chunks, newest first, with `most` pictures of a label numbered below `before_no`."""
    return fetch_all(
        db,
        "bitmaps/list_newest",
        Chunk,
        facet=facet,
        value=str(label_id),
        before_no=before_no,
        most=most,
    )


def list_pictures(db: Connection, *, image_nos: Collection[int]) -> list[NumberedPicture]:
    """Return pictures by their numbers, newest first."""
    return fetch_all(db, "bitmaps/list_pictures", NumberedPicture, image_nos=list(image_nos))
