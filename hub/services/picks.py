"""Picks: what a recipe comes to in the catalogue as it stands, counted, shown or listed whole."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from hub.catalogue import picks as catalogue
from hub.catalogue.bitmaps import Spread
from hub.catalogue.labels import Label
from hub.catalogue.picks import Filters, Ranked
from hub.db import Connection
from hub.rules.capping import cap_of, keep_capped
from hub.rules.crowding import Crowded
from hub.rules.manifests import Picture
from hub.rules.quality import THRESHOLDS
from hub.rules.recipes import LABEL_KEYS, Recipe, licences_of, with_labels
from hub.services.fast_counts import Counted, count_fast, find_fast
from hub.services.labels import find_label
from hub.services.summaries import list_places


class Pick:
    """The pictures of one recipe, in the transaction in which it was made."""

    def __init__(
        self,
        db: Connection,
        recipe: Recipe,
        *,
        least_suppliers: int,
        image_ids: Sequence[str] | None = None,
    ) -> None:
        """Make it, or the part of it that is among some pictures.

        It finds and tells places as the map shows them; `least_suppliers` is
        `Settings.map_suppliers`. Raises NotFound for a label that the hub does not know.
        """
        self._db = db
        self._labels = {
            name: find_label(db, name) for key in LABEL_KEYS for name in getattr(recipe, key)
        }
        self.recipe = with_labels(recipe, lambda name: self._labels[name].name)
        """Canonical: its labels as they are called today."""
        labels = {label.name: label for label in self._labels.values()}
        places = list_places(db, least_suppliers=least_suppliers)
        _make(db, self.recipe, labels, places, image_ids)

    @cached_property
    def _names(self) -> dict[int, str]:
        named = {label.name: label.label_id for label in self._labels.values()}
        return {named[name]: name for name in self.recipe.picked}

    def count(self) -> Counted:
        """Count the pick, exactly."""
        if self.recipe.is_capped:
            kept = [*self._keep()]
            per_label = Counter(label_id for one in kept for label_id in one.picked)
            return Counted(len(kept), sum(one.size_bytes for one in kept), self._by_name(per_label))
        size = catalogue.count_pick(self._db)
        return Counted(size.images, size.bytes, self._by_name(self._counts()))

    def spread(self) -> list[Spread]:
        """Count the pick by split, licence and size, exactly."""
        kept = [one.image_id for one in self._keep()] if self.recipe.is_capped else None
        return catalogue.list_spread(self._db, image_ids=kept)

    def sample(self, most: int) -> list[Picture]:
        """Return some of the pick's pictures, the same ones for the same pick."""
        if self.recipe.is_capped:
            ids = [one.image_id for one, _ in zip(self._keep(), range(most), strict=False)]
        else:
            ranked = catalogue.list_ranked(self._db, seed=self.recipe.seed, most=most)
            ids = [one.image_id for one in ranked]
        return self.list_pictures(ids)

    def list_pictures(self, image_ids: Sequence[str]) -> list[Picture]:
        """Return those of some pictures that are in the pick, whatever it is capped to."""
        return [*catalogue.list_pictures(self._db, image_ids=image_ids)]

    def pictures(self) -> Iterator[Picture]:
        """Yield the pick by image_id."""
        if not self.recipe.is_capped:
            yield from catalogue.list_pictures(self._db)
            return
        kept = {bytes.fromhex(one.image_id) for one in self._keep()}
        for picture in catalogue.list_pictures(self._db):
            if bytes.fromhex(picture.image_id) in kept:
                yield picture

    def _keep(self) -> Iterator[Ranked]:
        cap = cap_of(
            {label_id: self._counts().get(label_id, 0) for label_id in self._names},
            max_per_label=self.recipe.max_per_label,
            balance=self.recipe.balance,
        )
        return keep_capped(catalogue.list_ranked(self._db, seed=self.recipe.seed), cap)

    def _counts(self) -> dict[int, int]:
        return {one.label_id: one.images for one in catalogue.list_label_counts(self._db)}

    def _by_name(self, counts: Mapping[int, int]) -> dict[str, int]:
        named = ((name, counts.get(label_id, 0)) for label_id, name in self._names.items())
        return dict(sorted(named))


def count(db: Connection, recipe: Recipe, *, least_suppliers: int) -> Counted:
    """Count what a recipe comes to now. Raises NotFound for an unknown label."""
    return count_fast(db, recipe) or Pick(db, recipe, least_suppliers=least_suppliers).count()


def preview(
    db: Connection, recipe: Recipe, *, least_suppliers: int, most: int = 24
) -> list[Picture]:
    """Return some pictures of what a recipe comes to now: its newest where bitmaps know them, else
    a sample. Raises NotFound for an unknown label.
    """
    fast = find_fast(db, recipe)
    if fast is None:
        return Pick(db, recipe, least_suppliers=least_suppliers).sample(most)
    newest = [one.image_id for one in fast.newest(db, most=most)]
    pick = Pick(db, recipe, least_suppliers=least_suppliers, image_ids=newest)
    return pick.list_pictures(newest)


def _make(
    db: Connection,
    recipe: Recipe,
    labels: Mapping[str, Label],
    places: Crowded,
    image_ids: Sequence[str] | None,
) -> None:
    any_ids, all_ids, none_ids = (
        [labels[name].label_id for name in getattr(recipe, key)] for key in LABEL_KEYS
    )
    answers = catalogue.list_answers(
        db,
        sorted({*any_ids, *all_ids}),
        with_descendants=recipe.with_descendants,
        with_parts=recipe.with_parts,
    )
    excluding = catalogue.list_answers(
        db, none_ids, with_descendants=True, with_parts=recipe.with_parts
    )
    catalogue.make_pick(
        db,
        # A label may be picked and excluded: below zero it is another term.
        [*answers, *(replace(answer, term_id=-answer.term_id) for answer in excluding)],
        any_ids=any_ids,
        all_ids=all_ids,
        none_ids=[-label_id for label_id in none_ids],
        verified_only=recipe.verified_only,
        with_negatives=recipe.with_negatives,
        filters=_filters(recipe),
        places=places,
        image_ids=image_ids,
    )


def _filters(recipe: Recipe) -> Filters:
    limits = {kind: THRESHOLDS[kind].value for kind in recipe.without_quality if kind in THRESHOLDS}
    return Filters(
        splits=_given(recipe.splits),
        min_side_px=recipe.min_side_px,
        licences=licences_of(recipe),
        countries=_given(recipe.countries),
        cities=_given(recipe.cities),
        within=list(recipe.within) or None,
        taken_from=recipe.taken_from,
        taken_until=recipe.taken_until,
        sources=_given(recipe.sources),
        suppliers=_given(recipe.suppliers),
        least_brightness_p99=limits.get("dark"),
        most_brightness_p5=limits.get("light"),
        least_sharpness=limits.get("blurry"),
        least_information=limits.get("low_information"),
        least_aspect_ratio=limits.get("odd_aspect_ratio"),
        without_grey="greyscale" in recipe.without_quality,
    )


def _given(items: tuple[str, ...]) -> list[str] | None:
    return list(items) or None
