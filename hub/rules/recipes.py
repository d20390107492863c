"""The recipe of a subset: which pictures are wanted, said so that it can be asked again anywhere.

A recipe is read from flags, TOML or JSON and is canonical once it is a `Recipe`: equal wishes are
equal recipes, whatever the order they were written in.
"""

import json
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from hub.errors import RecipeError
from hub.rules.licences import LICENCES, PROPERTIES, find_licence
from hub.rules.quality import QUALITY_KINDS
from hub.rules.splits import SPLITS

CHOSEN_QUALITY = tuple(kind for kind in QUALITY_KINDS if kind != "odd_size")
"""Kinds that a recipe can leave out: those that a picture shows by itself."""

_MOST = 2**31 - 1
_MOST_LABELS = 1000
_LONGEST = 500
# Control characters and lone surrogates: Postgres and JSON must take every text.
_UNSTORABLE = ("Cc", "Cs")
_WEST_SOUTH_EAST_NORTH = ((-180.0, 180.0), (-90.0, 90.0), (-180.0, 180.0), (-90.0, 90.0))


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
    """Kinds of `CHOSEN_QUALITY` that no picture shows."""
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
        if key not in _READERS:
            raise RecipeError(
                f"{where} has the key {str(key)[:60]!r}, which no recipe has; the keys are"
                f" {', '.join(_READERS)}."
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
        labels=_unique(map(canonical, recipe.labels)),
        all_of=_unique(map(canonical, recipe.all_of)),
        none_of=_unique(map(canonical, recipe.none_of)),
    )


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


def _unique(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(items)))


class _Wrong(Exception):
    """Says what a value should have been."""


def _read(key: str, value: object, where: str) -> Any:
    try:
        return _READERS[key](value)
    except _Wrong as wrong:
        raise RecipeError(f"{where}: {key} is {_shown(value)}; it must be {wrong}.") from None


def _shown(value: object) -> str:
    try:
        return json.dumps(value, default=str, ensure_ascii=True)[:60]
    except (TypeError, ValueError, RecursionError):
        # As of a number of thousands of digits.
        return "what cannot be shown"


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise _Wrong("true or false")
    return value


def _whole(value: object) -> int:
    # A truth value is a whole number to isinstance.
    if type(value) is not int or not 0 <= value <= _MOST:
        raise _Wrong(f"a whole number from 0 to {_MOST}")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(map(_is_text, value)):
        raise _Wrong(
            f"a list of texts of 1 to {_LONGEST} characters, none of them a control character"
        )
    return _unique(value)


def _is_text(one: object) -> bool:
    if not isinstance(one, str) or not one.strip() or len(one) > _LONGEST:
        return False
    return not any(unicodedata.category(character) in _UNSTORABLE for character in one)


def _some_of(known: tuple[str, ...]) -> Callable[[object], tuple[str, ...]]:
    def read(value: object) -> tuple[str, ...]:
        try:
            chosen = _texts(value)
        except _Wrong:
            chosen = ("",)
        if not set(chosen) <= set(known):
            raise _Wrong(f"a list of some of {', '.join(known)}")
        return chosen

    return read


def _licences(value: object) -> tuple[str, ...]:
    found = [find_licence(one) for one in _texts(value)]
    if None in found:
        raise _Wrong(f"a list of some of {', '.join(LICENCES)}")
    return _unique(one for one in found if one)


def _box(value: object) -> tuple[float, ...]:
    wrong = _Wrong("[west, south, east, north] in degrees")
    if not isinstance(value, list | tuple) or len(value) not in (0, 4):
        raise wrong
    for side, (low, high) in zip(value, _WEST_SOUTH_EAST_NORTH, strict=False):
        if type(side) not in (int, float) or not low <= side <= high:
            raise wrong
    # Not -0.0, which is equal to 0.0 and written otherwise.
    return tuple(float(side) + 0.0 for side in value)


def _day(value: object) -> str:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str) and len(value) == len("2026-01-31"):
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            pass
    raise _Wrong("a day such as 2026-01-31")


_READERS: dict[str, Callable[[object], Any]] = {
    "labels": _texts,
    "all_of": _texts,
    "none_of": _texts,
    "with_descendants": _flag,
    "with_parts": _flag,
    "with_negatives": _flag,
    "verified_only": _flag,
    "splits": _some_of(SPLITS),
    "min_side_px": _whole,
    "licences": _licences,
    "licence_with": _some_of(PROPERTIES),
    "licence_without": _some_of(PROPERTIES),
    "mixed_licences": _flag,
    "countries": _texts,
    "cities": _texts,
    "within": _box,
    "taken_from": _day,
    "taken_until": _day,
    "suppliers": _texts,
    "sources": _texts,
    "without_quality": _some_of(CHOSEN_QUALITY),
    "max_per_label": _whole,
    "balance": _flag,
    "seed": _whole,
}
