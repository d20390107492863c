"""What each key of a recipe may hold, and how it is read into its canonical form."""

import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from hub.rules.licences import LICENCES, PROPERTIES, find_licence
from hub.rules.quality import QUALITY_KINDS
from hub.rules.splits import SPLITS

CHOSEN_QUALITY = tuple(kind for kind in QUALITY_KINDS if kind != "odd_size")
"""Kinds that a recipe can leave out: those that a picture shows by itself."""

_MOST = 2**31 - 1
_LONGEST = 500
# Control characters and lone surrogates: Postgres and JSON must take every text.
_UNSTORABLE = ("Cc", "Cs")
_WEST_SOUTH_EAST_NORTH = ((-180.0, 180.0), (-90.0, 90.0), (-180.0, 180.0), (-90.0, 90.0))


class Wrong(Exception):
    """Says what a value should have been."""


def unique(items: Iterable[str]) -> tuple[str, ...]:
    """Return items sorted, each once."""
    return tuple(sorted(set(items)))


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise Wrong("true or false")
    return value


def _whole(value: object) -> int:
    # A truth value is a whole number to isinstance.
    if type(value) is not int or not 0 <= value <= _MOST:
        raise Wrong(f"a whole number from 0 to {_MOST}")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(map(_is_text, value)):
        raise Wrong(
            f"a list of texts of 1 to {_LONGEST} characters, none of them a control character"
        )
    return unique(value)


def _is_text(one: object) -> bool:
    if not isinstance(one, str) or not one.strip() or len(one) > _LONGEST:
        return False
    return not any(unicodedata.category(character) in _UNSTORABLE for character in one)


def _some_of(known: tuple[str, ...]) -> Callable[[object], tuple[str, ...]]:
    def read(value: object) -> tuple[str, ...]:
        try:
            chosen = _texts(value)
        except Wrong:
            chosen = ("",)
        if not set(chosen) <= set(known):
            raise Wrong(f"a list of some of {', '.join(known)}")
        return chosen

    return read


def _licences(value: object) -> tuple[str, ...]:
    found = [find_licence(one) for one in _texts(value)]
    if None in found:
        raise Wrong(f"a list of some of {', '.join(LICENCES)}")
    return unique(one for one in found if one)


def _box(value: object) -> tuple[float, ...]:
    wrong = Wrong("[west, south, east, north] in degrees")
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
    raise Wrong("a day such as 2026-01-31")


READERS: dict[str, Callable[[object], Any]] = {
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
"""By key: returns the canonical value, raises `Wrong`."""
