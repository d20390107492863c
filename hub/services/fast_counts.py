"""Counts and pages that bitmaps answer in milliseconds, however many pictures there are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from hub.catalogue import bitmaps
from hub.catalogue.bitmaps import CHUNK, Chunk, NumberedPicture, Spread, Wanted
from hub.catalogue.labels import Label
from hub.db import Connection
from hub.rules.recipes import LABEL_KEYS, Recipe, licences_of
from hub.services.labels import find_label

_KNOWN = (
    *LABEL_KEYS,
    *("with_descendants", "splits", "licences", "licence_with", "licence_without"),
    # They choose among pictures that are counted already, or choose none.
    *("mixed_licences", "seed"),
)
_NEWEST = 2**63 - 1


@dataclass(frozen=True)
class Counted:
    """What a recipe comes to; `per_label` counts pictures by each of its picked labels."""

    images: int
    bytes: int
    per_label: Mapping[str, int]


@dataclass(frozen=True)
class FastPick:
    """A pick that bitmaps know, with the names of its labels."""

    wanted: Wanted
    picked: Mapping[int, str]

    def count(self, db: Connection) -> Counted:
        """Count it, exactly."""
        size = bitmaps.count_pick(db, self.wanted)
        counts = {name: size.per_label.get(str(one), 0) for one, name in self.picked.items()}
        return Counted(size.images, size.bytes, dict(sorted(counts.items())))

    def spread(self, db: Connection) -> list[Spread]:
        """Count it by split, licence and size, exactly."""
        return bitmaps.list_pick_spread(db, self.wanted)

    def newest(self, db: Connection, *, most: int) -> list[NumberedPicture]:
        """Return its newest pictures."""
        chunks = bitmaps.list_pick_newest(db, self.wanted, most=most)
        return bitmaps.list_pictures(db, image_nos=_last_numbers(chunks, most=most))


def find_fast(db: Connection, recipe: Recipe) -> FastPick | None:
    """Return the pick of a recipe; None if it asks for more than bitmaps know.

    Raises NotFound for an unknown label.
    """
    if not _is_known(recipe):
        return None
    found = {
        key: {label.label_id: label.name for label in _find(db, getattr(recipe, key))}
        for key in LABEL_KEYS
    }
    wanted = Wanted(
        facet=_facet(recipe.with_descendants),
        any_ids=found["labels"],
        all_ids=found["all_of"],
        none_ids=found["none_of"],
        splits=recipe.splits or None,
        licences=licences_of(recipe),
    )
    return FastPick(wanted, found["labels"] | found["all_of"])


def count_fast(db: Connection, recipe: Recipe) -> Counted | None:
    """Count what a recipe comes to now, exactly; None if it asks for more than bitmaps know.

    Raises NotFound for an unknown label.
    """
    pick = find_fast(db, recipe)
    return pick.count(db) if pick else None


def list_newest(
    db: Connection,
    label: str,
    *,
    with_descendants: bool = True,
    before: int | None = None,
    most: int = 24,
) -> list[NumberedPicture]:
    """Return a label's newest pictures; the next page is `before` the last one's `image_no`.

    Raises NotFound for an unknown label.
    """
    numbers = newest_numbers(
        db,
        find_label(db, label).label_id,
        with_descendants=with_descendants,
        before=before,
        most=most,
    )
    return bitmaps.list_pictures(db, image_nos=numbers)


def newest_numbers(
    db: Connection,
    label_id: int,
    *,
    with_descendants: bool = True,
    before: int | None = None,
    most: int,
) -> list[int]:
    """Return the `image_no` of a label's newest pictures, the newest first."""
    chunks = bitmaps.list_newest(
        db,
        facet=_facet(with_descendants),
        label_id=label_id,
        before_no=_NEWEST if before is None else before,
        most=most,
    )
    return _last_numbers(chunks, most=most)


def _is_known(recipe: Recipe) -> bool:
    changed = (
        field.name for field in fields(Recipe) if getattr(recipe, field.name) != field.default
    )
    return set(changed) <= set(_KNOWN)


def _find(db: Connection, names: Iterable[str]) -> list[Label]:
    return [find_label(db, name) for name in names]


def _facet(with_descendants: bool) -> str:
    return "rollup" if with_descendants else "own"


def _last_numbers(chunks: Iterable[Chunk], *, most: int) -> list[int]:
    """Return the last `most` numbers whose digit is 1; chunks go from the last to the first."""
    numbers: list[int] = []
    for chunk in chunks:
        place = chunk.bits.rfind("1")
        while place >= 0 and len(numbers) < most:
            numbers.append(chunk.chunk_no * CHUNK + place)
            place = chunk.bits.rfind("1", 0, place)
    return numbers
