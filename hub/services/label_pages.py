"""Labels as the site shows them: by card, and one with what its pictures are like."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from hub.catalogue import bitmaps, galleries
from hub.catalogue.bitmaps import NumberedPicture
from hub.catalogue.galleries import LabelCard, LabelHead, Measured, Neighbour
from hub.db import Connection
from hub.errors import NotFound
from hub.rules.crowding import Crowded
from hub.rules.health import Check, check_label
from hub.rules.histograms import SHARE_EDGES, SIDE_EDGES, Bar, histogram
from hub.rules.labels import fold_name
from hub.services.fast_counts import newest_numbers

SORTS = {
    "images": "Most pictures",
    "own": "Most pictures of its own",
    "newest": "Newest pictures",
    "watched": "Popular",
    "name": "Name",
}
"""How labels can be listed; popular are those that most users watch."""
FILTERS = {
    "pictures": "With pictures",
    "trainable": "Trainable",
    "children": "With narrower labels",
    "top": "Top of the graph",
}
SAMPLED = 2_000
"""The newest pictures of a label, which stand for all of them where all would take too long."""
_CHILDREN = 60
_PLACES = 8
_LAST_PAGE = 100_000
"""Whatever a browser says: no hub has as many."""


@dataclass(frozen=True)
class LabelCards:
    cards: list[LabelCard]
    found: int
    """On all pages."""


@dataclass(frozen=True)
class LabelDetail:
    label: LabelHead
    above: list[Neighbour]
    below: list[Neighbour]
    cards: list[LabelCard]
    """Of the labels below, those with most pictures first; 60 at most."""
    splits: dict[str, int]
    licences: dict[str, int]
    sampled: int
    """How many of the newest pictures what follows is of."""
    places: dict[str, int]
    brightness: list[Bar]
    """Of the brightest hundredth of each picture, 0 black, 1 white."""
    sharpness: list[Bar]
    sides: list[Bar]
    """The shorter side, in pixels."""
    checks: list[Check]


def list_cards(
    db: Connection,
    *,
    evidence: str,
    least: int = 0,
    search: str = "",
    sort: str = "images",
    filters: Sequence[str] = (),
    page: int = 1,
    most: int = 24,
) -> LabelCards:
    """Return a page of labels, from 1; an unknown sort is the first, an unknown filter none.

    `least` is `Settings.trainable_minimum`, for the filter `trainable`.
    """
    cards = galleries.list_label_cards(
        db,
        search=fold_name(search) or None,
        parent_id=None,
        is_top="top" in filters,
        has_images="pictures" in filters,
        has_children="children" in filters,
        least_trainable=least if "trainable" in filters else 0,
        sort=sort if sort in SORTS else "images",
        evidence=evidence,
        skipped=(min(max(page, 1), _LAST_PAGE) - 1) * most,
        most=most,
    )
    return LabelCards(cards, cards[0].found if cards else 0)


def find_label(db: Connection, key: str, *, evidence: str) -> LabelHead:
    """Return the label of a key, or the one that it was merged into. Raises NotFound."""
    found = galleries.find_label_head(db, key, evidence=evidence)
    if found is None:
        raise NotFound(f"There is no label of the key '{key}'; the labels' page lists them.")
    return found


def show_label(
    db: Connection, key: str, *, evidence: str, least: int, places: Crowded
) -> LabelDetail:
    """Return a label with its neighbours, and what its pictures are like. Raises NotFound.

    `least` is `Settings.trainable_minimum`.
    """
    label = find_label(db, key, evidence=evidence)
    neighbours = galleries.list_neighbours(db, label_id=label.label_id)
    below = [one for one in neighbours if one.side == "below"]
    crossed = galleries.list_crossed(db, label_id=label.label_id)
    splits = {one.value: one.images for one in crossed if one.facet == "split"}
    sample = _sample(db, label.label_id)
    return LabelDetail(
        label=label,
        above=[one for one in neighbours if one.side == "above"],
        below=below,
        cards=_cards_below(db, label.label_id, evidence=evidence),
        splits=splits,
        licences={one.value: one.images for one in crossed if one.facet == "licence"},
        sampled=len(sample),
        places=_count_places(sample, places),
        brightness=histogram((one.brightness_p99 for one in sample), edges=SHARE_EDGES),
        sharpness=histogram((one.sharpness for one in sample), edges=SHARE_EDGES),
        sides=histogram((min(one.width_px, one.height_px) for one in sample), edges=SIDE_EDGES),
        checks=check_label(
            trainable=label.trainable,
            least=least,
            splits=splits,
            children={one.name: one.rollup for one in below if one.kind == "is-a"},
            sample=sample,
        ),
    )


def list_pictures(
    db: Connection, label: LabelHead, *, before: int | None = None, most: int = 24
) -> list[NumberedPicture]:
    """Return the newest pictures of a label and those below; the next page is `before` the last
    one's `image_no`."""
    numbers = newest_numbers(db, label.label_id, before=before, most=most)
    return bitmaps.list_pictures(db, image_nos=numbers)


def _cards_below(db: Connection, label_id: int, *, evidence: str) -> list[LabelCard]:
    return galleries.list_label_cards(
        db,
        search=None,
        parent_id=label_id,
        is_top=False,
        has_images=False,
        has_children=False,
        least_trainable=0,
        sort="images",
        evidence=evidence,
        skipped=0,
        most=_CHILDREN,
    )


def _sample(db: Connection, label_id: int) -> list[Measured]:
    numbers = newest_numbers(db, label_id, before=None, most=SAMPLED)
    return galleries.list_measured(db, image_nos=numbers)


def _count_places(sample: Sequence[Measured], places: Crowded) -> dict[str, int]:
    """Count pictures by what may be told of their places, the most first."""
    shown = (places.by_id.get(one.place_id) for one in sample if one.place_id is not None)
    counted = Counter(place.name for place in shown if place)
    return dict(sorted(counted.items(), key=lambda one: (-one[1], one[0]))[:_PLACES])
