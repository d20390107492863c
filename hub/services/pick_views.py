"""What a page shows of a pick beside its count: some of its pictures, and how they fall out."""

from collections.abc import Mapping
from dataclasses import dataclass

from hub.catalogue import pictures
from hub.catalogue.bitmaps import Spread
from hub.db import Connection
from hub.rules.recipes import Recipe
from hub.services.fast_counts import find_fast
from hub.services.picks import Pick


@dataclass(frozen=True)
class Seen:
    """A picture of a pick, with what it shows."""

    image_id: str
    labels: list[str]


@dataclass(frozen=True)
class Look:
    """Some pictures of a pick, and how many of all have each split, licence and size.

    `is_newest`: the pictures are its newest; else a sample, the same for the same recipe. Of sizes,
    N is from 2^N bytes to twice as many.
    """

    pictures: list[Seen]
    is_newest: bool
    splits: Mapping[str, int]
    licences: Mapping[str, int]
    sizes: Mapping[int, int]


def look(db: Connection, recipe: Recipe, *, least_suppliers: int, most: int = 24) -> Look:
    """Look at what a recipe comes to now. Raises NotFound for an unknown label."""
    if fast := find_fast(db, recipe):
        image_ids = [one.image_id for one in fast.newest(db, most=most)]
        spread = fast.spread(db)
    else:
        pick = Pick(db, recipe, least_suppliers=least_suppliers)
        image_ids = [one.image_id for one in pick.sample(most)]
        spread = pick.spread()
    shown = {one.image_id: one.labels for one in pictures.list_shown_labels(db, image_ids)}
    return Look(
        pictures=[Seen(image_id, shown.get(image_id, [])) for image_id in image_ids],
        is_newest=fast is not None,
        splits=_of(spread, "split"),
        licences=_of(spread, "licence"),
        sizes={int(value): count for value, count in sorted(_of(spread, "size").items())},
    )


def _of(spread: list[Spread], facet: str) -> dict[str, int]:
    return {one.value: one.images for one in spread if one.facet == facet}
