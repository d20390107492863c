"""The crowd's plan: who submits which picture under which label, copies and broken files too."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import ceil
from zlib import crc32

import numpy as np

from cluster.simulation.broken import FORMS
from cluster.simulation.objects import SUBJECTS
from cluster.simulation.suppliers import SUPPLIERS, Supplier

Rng = np.random.Generator

_SUMMER = datetime(2018, 6, 1, tzinfo=UTC)
_SUMMER_DAYS = 92
# Below this many files a share is rounded, above it every habit shows at least once.
_EVERY_HABIT = 50


@dataclass(frozen=True)
class Habits:
    """Shares (0..1) of all files submitted."""

    byte_duplicates: float = 0.03
    pixel_duplicates: float = 0.02
    mislabels: float = 0.02
    broken: float = 0.02


@dataclass(frozen=True)
class Shot:
    """One file that will be submitted."""

    number: int
    kind: str
    """original | byte_duplicate | pixel_duplicate | mislabel | broken"""
    true_label: str
    submitted_label: str
    supplier: Supplier
    taken_at: datetime
    lon: float
    lat: float
    of: int | None = None
    """The number of the picture that a duplicate repeats."""
    broken_form: str = ""
    exif_place: bool = False
    """Whether EXIF tells the place."""
    csv_place: bool = False
    """Whether the supplier tells it in the CSV."""

    @property
    def path(self) -> str:
        """Where the file lies in the simulation's folder."""
        ending = "gif" if self.broken_form == "gif" else "jpg"
        return f"images/{self.supplier.name}/{self.number:06d}.{ending}"


def plan(images: int, *, labels: Sequence[str], seed: int, habits: Habits) -> list[Shot]:
    """Decide every file of a simulation, in the order of their numbers.

    Raises ValueError if the habits leave too few pictures to be copied.
    """
    rng = np.random.default_rng([seed, crc32(b"crowd")])
    counts = {
        "byte_duplicate": _count(images, habits.byte_duplicates),
        "pixel_duplicate": _count(images, habits.pixel_duplicates),
        "mislabel": _count(images, habits.mislabels),
        "broken": _count(images, habits.broken),
    }
    originals = images - sum(counts.values())
    if originals < counts["byte_duplicate"] + counts["pixel_duplicate"]:
        raise ValueError(
            f"{images} files with these shares leave {max(originals, 0)} pictures to be copied;"
            " ask for more files or smaller shares"
        )
    kinds = ["original"] * originals + [kind for kind, n in counts.items() for _ in range(n)]
    # The copies come last here, so that what they copy is known; numbers are given at random.
    numbers = rng.permutation(images).tolist()
    shots = [
        _first(number, kind, labels=labels, rng=rng)
        for number, kind in zip(numbers, kinds, strict=True)
        if not kind.endswith("_duplicate")
    ]
    copied = iter(rng.permutation(originals).tolist())
    for number, kind in zip(numbers, kinds, strict=True):
        if kind.endswith("_duplicate"):
            shots.append(_copy(number, kind, shots[next(copied)], labels=labels, rng=rng))
    return sorted(shots, key=lambda shot: shot.number)


def _count(images: int, share: float) -> int:
    if share > 0 and images >= _EVERY_HABIT:
        return ceil(images * share - 1e-9)
    return round(images * share)


def _first(number: int, kind: str, *, labels: Sequence[str], rng: Rng) -> Shot:
    label = labels[number % len(labels)]
    supplier = _choose_supplier(label, rng)
    lon, lat, taken_at = _place_and_time(supplier, rng)
    return Shot(
        number=number,
        kind=kind,
        true_label=label,
        submitted_label=_other_label(label, labels, rng) if kind == "mislabel" else label,
        supplier=supplier,
        taken_at=taken_at,
        lon=lon,
        lat=lat,
        broken_form=FORMS[int(rng.integers(len(FORMS)))] if kind == "broken" else "",
        exif_place=supplier.places in ("exif", "both"),
        csv_place=supplier.places in ("csv", "both"),
    )


def _copy(number: int, kind: str, first: Shot, *, labels: Sequence[str], rng: Rng) -> Shot:
    """The same picture again: by its supplier, or by another one, and then other bytes of
    metadata (a pixel duplicate) or another label (a byte duplicate)."""
    copy = replace(first, number=number, kind=kind, of=first.number, csv_place=False)
    if rng.random() < 0.5:
        others = [supplier for supplier in SUPPLIERS if supplier != first.supplier]
        copy = replace(copy, supplier=others[int(rng.integers(len(others)))])
        if kind == "byte_duplicate":
            copy = replace(copy, submitted_label=_other_label(first.true_label, labels, rng))
    if kind == "pixel_duplicate":
        # Whoever passes a picture on with other metadata has lost the place on the way.
        later = timedelta(seconds=int(rng.integers(1, 9999)))
        copy = replace(copy, taken_at=first.taken_at + later, exif_place=False)
    return copy


def _choose_supplier(label: str, rng: Rng) -> Supplier:
    fondness = np.array([s.activity * (3 if label in s.favourites else 1) for s in SUPPLIERS])
    return SUPPLIERS[int(rng.choice(len(SUPPLIERS), p=fondness / fondness.sum()))]


def _other_label(label: str, labels: Sequence[str], rng: Rng) -> str:
    others = [other for other in labels if other != label]
    others = others or [subject.label for subject in SUBJECTS if subject.label != label]
    return others[int(rng.integers(len(others)))]


def _place_and_time(supplier: Supplier, rng: Rng) -> tuple[float, float, datetime]:
    """Within a walk of the supplier's home, on a summer's day."""
    lon = round(supplier.lon + float(rng.normal(0, 0.004)), 6)
    lat = round(supplier.lat + float(rng.normal(0, 0.003)), 6)
    day, second = int(rng.integers(_SUMMER_DAYS)), int(rng.integers(7 * 3600, 20 * 3600))
    local = _SUMMER + timedelta(days=day, seconds=second)
    return lon, lat, local - timedelta(hours=supplier.utc_offset_hours)
