"""Picks: the pictures that a recipe comes to, as a table that lives as long as the transaction."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from hub.catalogue.bitmaps import Spread
from hub.catalogue.labels import Label
from hub.db import Connection, execute, fetch_all, fetch_one, stream
from hub.rules.crowding import Crowded
from hub.rules.manifests import Box, LabelRef, Picture


@dataclass(frozen=True, slots=True)
class Answer:
    """A claim on the label shows the term's label, or denies it."""

    term_id: int
    label_id: int
    is_denied: bool


@dataclass(frozen=True, slots=True)
class Filters:
    """What a picture must be beside what it shows; None lets every picture pass."""

    splits: list[str] | None
    min_side_px: int
    licences: list[str] | None
    countries: list[str] | None
    cities: list[str] | None
    within: list[float] | None
    taken_from: str | None
    taken_until: str | None
    sources: list[str] | None
    suppliers: list[str] | None
    least_brightness_p99: float | None
    most_brightness_p5: float | None
    least_sharpness: float | None
    least_information: float | None
    least_aspect_ratio: float | None
    without_grey: bool


@dataclass(frozen=True, slots=True)
class Size:
    images: int
    bytes: int


@dataclass(frozen=True, slots=True)
class LabelCount:
    label_id: int
    images: int


@dataclass(frozen=True, slots=True)
class Ranked:
    image_id: str
    size_bytes: int
    picked: list[int]


def list_answers(
    db: Connection, label_ids: Sequence[int], *, with_descendants: bool, with_parts: bool
) -> list[Answer]:
    return fetch_all(
        db,
        "picks/list_answers",
        Answer,
        label_ids=list(label_ids),
        with_descendants=with_descendants,
        with_parts=with_parts,
    )


def make_pick(
    db: Connection,
    answers: Sequence[Answer],
    *,
    any_ids: Sequence[int],
    all_ids: Sequence[int],
    none_ids: Sequence[int],
    verified_only: bool,
    with_negatives: bool,
    filters: Filters,
    places: Crowded,
    image_ids: Sequence[str] | None = None,
) -> None:
    """Make the pick that the functions below ask, in place of one that this transaction made; of
    these pictures alone, if some are named. It knows no more of places than may be told."""
    told = places.by_id.values()
    execute(db, "picks/remove_pick")
    execute(
        db,
        "picks/make_pick",
        answers_term=[answer.term_id for answer in answers],
        answers_label=[answer.label_id for answer in answers],
        answers_denied=[answer.is_denied for answer in answers],
        any_ids=list(any_ids),
        all_ids=list(all_ids),
        none_ids=list(none_ids),
        verified_only=verified_only,
        with_negatives=with_negatives,
        image_ids=None if image_ids is None else list(image_ids),
        told_ids=[*places.by_id],
        told_countries=[place.country for place in told],
        told_cities=[place.city for place in told],
        told_neighbourhoods=[place.neighbourhood for place in told],
        **asdict(filters),
    )


def count_pick(db: Connection) -> Size:
    size = fetch_one(db, "picks/count_pick", Size)
    assert size is not None
    return size


def list_label_counts(db: Connection) -> list[LabelCount]:
    return fetch_all(db, "picks/list_label_counts", LabelCount)


def list_spread(db: Connection, *, image_ids: Sequence[str] | None = None) -> list[Spread]:
    """Return how many pictures of the pick, or some of it, each split, licence and size has."""
    some = None if image_ids is None else list(image_ids)
    return fetch_all(db, "picks/list_spread", Spread, image_ids=some)


def list_ranked(db: Connection, *, seed: int, most: int | None = None) -> Iterator[Ranked]:
    """Yield the pick in an order that the seed and the pictures alone decide, at most `most`."""
    return stream(db, "picks/list_ranked", Ranked, seed=str(seed), most=most)


def list_pictures(db: Connection, *, image_ids: Sequence[str] | None = None) -> Iterator[Picture]:
    """Yield the pick by image_id in constant memory, or only some pictures of it."""
    some = None if image_ids is None else list(image_ids)
    named = fetch_all(db, "picks/list_named", Label, image_ids=some)
    labels = {one.label_id: LabelRef(one.label_key, one.name, one.mid) for one in named}
    for row in stream(db, "picks/list_pictures", dict, image_ids=some):
        verified = (labels[label_id].key for label_id in row["verified"] or ())
        said = {
            **{name: _refs(row[name], labels) for name in ("labels", "negatives", "picked")},
            "verified": tuple(sorted(verified)),
            "boxes": tuple(Box(**box) for box in row["boxes"] or ()),
        }
        yield Picture(**{**row, **said})


def _refs(label_ids: Sequence[int] | None, labels: Mapping[int, LabelRef]) -> tuple[LabelRef, ...]:
    found = (labels[label_id] for label_id in label_ids or ())
    return tuple(sorted(found, key=lambda label: label.key))
