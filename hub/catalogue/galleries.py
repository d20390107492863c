"""Labels as pages show them: by card, with what their pictures are like."""

from collections.abc import Collection
from dataclasses import dataclass

from hub.db import Connection, fetch_all, fetch_one


@dataclass(frozen=True, slots=True)
class LabelCard:
    """A label with its counts and a picture."""

    label_id: int
    key: str
    name: str
    own: int
    rollup: int
    verified: int
    trainable: int
    children: int
    watchers: int
    image_id: str | None
    """None: it has no picture."""
    found: int
    """How many labels there are on all pages."""


@dataclass(frozen=True, slots=True)
class LabelHead:
    label_id: int
    key: str
    name: str
    mid: str | None
    own: int
    rollup: int
    verified: int
    trainable: int
    aliases: list[str]
    watchers: int


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A label right above or below another."""

    kind: str
    """`is-a` or `part-of`."""
    key: str
    name: str
    rollup: int
    side: str
    """`above` or `below`."""


@dataclass(frozen=True, slots=True)
class Crossed:
    facet: str
    """`split` or `licence`."""
    value: str
    images: int


@dataclass(frozen=True, slots=True)
class Measured:
    """A picture of a sample; the measures are None of those that an early release published."""

    width_px: int
    height_px: int
    size_bytes: int
    brightness_p5: float | None
    brightness_p99: float | None
    sharpness: float | None
    information: float | None
    is_grey: bool | None
    place_id: int | None
    is_related: bool
    """Whether another published picture is like it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    key: str
    name: str
    trainable: int
    watchers: int
    """Users who wait for more of it: the demand."""
    least: int
    """So many trainable pictures are wanted."""
    gap: int


def list_label_cards(
    db: Connection,
    *,
    search: str | None,
    parent_id: int | None,
    is_top: bool,
    has_images: bool,
    has_children: bool,
    least_trainable: int,
    sort: str,
    evidence: str,
    skipped: int,
    most: int,
) -> list[LabelCard]:
    """Return a page of labels by `name`, `newest`, `watched`, `own` or `images`.

    `search`, folded, is in one of their names.
    """
    return fetch_all(
        db,
        "galleries/list_label_cards",
        LabelCard,
        search=search,
        parent_id=parent_id,
        is_top=is_top,
        has_images=has_images,
        has_children=has_children,
        least_trainable=least_trainable,
        sort=sort,
        evidence=evidence,
        skipped=skipped,
        most=most,
    )


def find_label_head(db: Connection, label_key: str, *, evidence: str) -> LabelHead | None:
    """Return the label of a key, or the one that it was merged into, or None."""
    return fetch_one(
        db, "galleries/find_label_head", LabelHead, label_key=label_key, evidence=evidence
    )


def list_neighbours(db: Connection, *, label_id: int) -> list[Neighbour]:
    """Return the labels right above a label, then those below, those with most pictures first."""
    return fetch_all(db, "galleries/list_neighbours", Neighbour, label_id=label_id)


def list_crossed(db: Connection, *, label_id: int) -> list[Crossed]:
    """Count a label's pictures, its descendants' included, by split and by licence."""
    return fetch_all(db, "galleries/list_crossed", Crossed, value=str(label_id))


def list_measured(db: Connection, *, image_nos: Collection[int]) -> list[Measured]:
    """Return what is known of pictures by their numbers, in any order."""
    return fetch_all(db, "galleries/list_measured", Measured, image_nos=list(image_nos))


def list_nearly_trainable(db: Connection, *, least: int, evidence: str, most: int) -> list[Wanted]:
    """Return labels with fewer than `least` trainable pictures: the most watched, then the
    nearest to it."""
    return fetch_all(
        db,
        "galleries/list_nearly_trainable",
        Wanted,
        least=least,
        evidence=evidence,
        most=most,
    )
