"""The recipe of a subset: which pictures are wanted, said so that it can be asked again anywhere.

A recipe is read from flags, TOML or JSON and is canonical once it is a `Recipe`: equal wishes are
equal recipes, whatever the order they were written in.
"""

import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from hub.errors import RecipeError
from hub.rules.licences import licences_with
from hub.rules.recipe_keys import READERS, Wrong, unique

_MOST_LABELS = 1000


@dataclass(frozen=True)
class Recipe:
    """What a subset is picked by. A filter that is empty, zero or None lets every picture pass.

    Lists are sorted and hold each item once; labels stand under their canonical names.
    """

    labels: tuple[str, ...] = ()
    """Any of these."""
    all_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    """None of these, nor of anything narrower."""
    with_descendants: bool = False
    """A narrower label (is-a) answers for `labels` and `all_of`, too."""
    with_parts: bool = False
    """So does a label that is part of one of them."""
    with_negatives: bool = False
    """Also the pictures that are verified not to show one of `labels` or `all_of`."""
    verified_only: bool = False
    """Only claims that a review or a human-verified import confirmed."""
    splits: tuple[str, ...] = ()
    min_side_px: int = 0
    licences: tuple[str, ...] = ()
    licence_with: tuple[str, ...] = ()
    """Properties (`hub.rules.licences.PROPERTIES`) that the licence has, all of them."""
    licence_without: tuple[str, ...] = ()
    """Properties that it lacks, all of them."""
    mixed_licences: bool = False
    """Take pictures whose licences cannot go into one work together."""
    countries: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    within: tuple[float, ...] = ()
    """West, south, east, north in degrees; west > east crosses the date line."""
    taken_from: str | None = None
    """First day, ISO 8601, UTC."""
    taken_until: str | None = None
    """Last day."""
    suppliers: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    """The source begins with one of these."""
    without_quality: tuple[str, ...] = ()
    """Kinds of `hub.rules.recipe_keys.CHOSEN_QUALITY` that no picture shows."""
    max_per_label: int = 0
    """At most so many pictures for each of `labels` and `all_of`; 0: no limit."""
    balance: bool = False
    """No label gets more pictures than the rarest has."""
    seed: int = 0
    """Decides which pictures stay under `max_per_label` and `balance`."""

    @property
    def picked(self) -> tuple[str, ...]:
        """The labels that a picture of the subset is there for."""
        return tuple(sorted({*self.labels, *self.all_of}))

    @property
    def is_capped(self) -> bool:
        return self.balance or self.max_per_label > 0


def make_recipe(values: Mapping[str, Any], *, where: str = "the recipe") -> Recipe:
    """Make a canonical recipe of what was written; `where` names it in errors.

    Raises RecipeError that names the key, what is wrong with it and what it may hold.
    """
    for key in values:
        if key not in READERS:
            raise RecipeError(
                f"{where} has the key {str(key)[:60]!r}, which no recipe has; the keys are"
                f" {', '.join(READERS)}."
            )
    read = {key: _read(key, value, where) for key, value in values.items() if value is not None}
    recipe = Recipe(**read)
    _check(recipe, where)
    return recipe


def parse_recipe(text: str, *, where: str) -> Recipe:
    """Read a recipe from TOML: keys at the top, or in a table [recipe] as in a lock.

    Raises RecipeError.
    """
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        # A number of thousands of digits is a ValueError of Python's own.
        raise RecipeError(f"{where} is not TOML: {error}.") from error
    recipe = values.get("recipe", values)
    if not isinstance(recipe, Mapping):
        raise RecipeError(f"{where}: [recipe] must be a table of keys.")
    return make_recipe(recipe, where=where)


def recipe_values(recipe: Recipe) -> dict[str, Any]:
    """Return what differs from an empty recipe, in the order of the fields; tuples as lists.

    `labels` and `with_descendants` are always there.
    """
    return {
        field.name: list(value) if isinstance(value, tuple) else value
        for field in fields(Recipe)
        if (value := getattr(recipe, field.name)) != field.default or field.name in _ALWAYS
    }


def with_labels(recipe: Recipe, canonical: Callable[[str], str]) -> Recipe:
    """Return the recipe with every label under its canonical name."""
    return replace(
        recipe,
        labels=unique(map(canonical, recipe.labels)),
        all_of=unique(map(canonical, recipe.all_of)),
        none_of=unique(map(canonical, recipe.none_of)),
    )


def licences_of(recipe: Recipe) -> list[str] | None:
    """Return the licences that a recipe takes, or None: all."""
    if not (recipe.licences or recipe.licence_with or recipe.licence_without):
        return None
    fitting = licences_with(recipe.licence_with, recipe.licence_without)
    return [licence for licence in fitting if not recipe.licences or licence in recipe.licences]


LABEL_KEYS = ("labels", "all_of", "none_of")
_ALWAYS = ("labels", "with_descendants")


def _check(recipe: Recipe, where: str) -> None:
    if not recipe.picked:
        raise RecipeError(
            f"{where} names no label to pick: give `labels` (any of) or `all_of`; 'Entity' with"
            " with_descendants is every picture."
        )
    if len(recipe.picked) + len(recipe.none_of) > _MOST_LABELS:
        raise RecipeError(
            f"{where} names more than {_MOST_LABELS:,} labels; name fewer, wider ones."
        )
    if both := set(recipe.licence_with) & set(recipe.licence_without):
        raise RecipeError(
            f"{where} wants licences with and without {', '.join(sorted(both))}: drop one of them."
        )
    if recipe.taken_from and recipe.taken_until and recipe.taken_from > recipe.taken_until:
        raise RecipeError(
            f"{where}: taken_from {recipe.taken_from} is after taken_until {recipe.taken_until}."
        )
    if recipe.within and recipe.within[1] > recipe.within[3]:
        raise RecipeError(
            f"{where}: within goes west, south, east, north; its south is above north."
        )


def _read(key: str, value: object, where: str) -> Any:
    try:
        return READERS[key](value)
    except Wrong as wrong:
        raise RecipeError(f"{where}: {key} is {_shown(value)}; it must be {wrong}.") from None


def _shown(value: object) -> str:
    try:
        return json.dumps(value, default=str, ensure_ascii=True)[:60]
    except (TypeError, ValueError, RecursionError):
        # As of a number of thousands of digits.
        return "what cannot be shown"
