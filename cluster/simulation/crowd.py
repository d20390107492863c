"""The crowd's plan: who submits which picture under which label, with all that goes wrong."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zlib import crc32

import numpy as np

from cluster.simulation import broken, odd
from cluster.simulation.edits import choose_near, choose_related
from cluster.simulation.habits import Habits
from cluster.simulation.objects import SUBJECTS
from cluster.simulation.picture import View
from cluster.simulation.shots import Shot
from cluster.simulation.suppliers import SUPPLIERS, Supplier

Rng = np.random.Generator

_SUMMER = datetime(2018, 6, 1, tzinfo=UTC)
_SUMMER_DAYS = 92
_CLOCK_BEHIND = timedelta(days=365, hours=7, minutes=13)
_FIRSTS = ("original", "mislabel", "broken", "odd")
# Shots of a burst besides its first, and the seconds from one to the next.
_BURST_SHOTS = (1, 5)
_BURST_SECONDS = (1, 20)
# A look-alike is taken too late for a burst.
_LATER_SECONDS = (180, 3600)


def plan(images: int, *, labels: Sequence[str], seed: int, habits: Habits) -> list[Shot]:
    """Decide every file of a simulation, in the order of their numbers.

    Raises ValueError if the habits leave too few pictures to be copied.
    """
    rng = np.random.default_rng([seed, crc32(b"crowd")])
    counts = dict(habits.count(images))
    originals = images - sum(counts.values())
    _require_enough(originals, counts, images=images)
    counts["original"] = originals
    # Numbers are given at random, so that a kind has no place of its own among them.
    numbers = iter(rng.permutation(images).tolist())
    firsts = [
        _first(next(numbers), kind, labels=labels, rng=rng)
        for kind in _FIRSTS
        for _ in range(counts[kind])
    ]
    sources = [shot for shot in firsts if shot.kind == "original"]
    shots = {shot.number: shot for shot in firsts}
    for shot in _followers(sources, counts, numbers=numbers, labels=labels, rng=rng):
        shots[shot.number] = shot
    return [shots[number] for number in sorted(shots)]


def _require_enough(originals: int, counts: Mapping[str, int], *, images: int) -> None:
    """Each picture is repeated in one way at most; a burst may be as short as two shots."""
    repeated = sum(count for kind, count in counts.items() if kind not in _FIRSTS)
    if originals < repeated:
        raise ValueError(
            f"{images} files with these shares leave {max(originals, 0)} pictures to be copied;"
            " ask for more files or smaller shares"
        )


def _first(number: int, kind: str, *, labels: Sequence[str], rng: Rng) -> Shot:
    label = labels[number % len(labels)]
    supplier = _choose_supplier(label, rng, is_careless=kind in ("mislabel", "broken"))
    lon, lat, taken_at = _place_and_time(supplier, rng)
    form = {"broken": broken.FORMS, "odd": tuple(odd.FORMS)}.get(kind, ("",))
    chosen = form[int(rng.integers(len(form)))]
    exif = supplier.exif and (kind != "odd" or odd.FORMS[chosen])
    return Shot(
        number=number,
        kind=kind,
        true_label=label,
        submitted_label=_other_label(label, labels, rng) if kind == "mislabel" else label,
        supplier=supplier,
        taken_at=taken_at,
        lon=lon,
        lat=lat,
        view=View.own(number),
        form=chosen,
        exif=exif,
        exif_time=exif and supplier.clock != "none",
        exif_place=exif and supplier.places in ("exif", "both"),
        csv_place=supplier.places in ("csv", "both"),
    )


def _choose_supplier(label: str, rng: Rng, *, is_careless: bool) -> Supplier:
    fondness = np.array([s.activity * (3 if label in s.favourites else 1) for s in SUPPLIERS])
    if is_careless:
        fondness *= [s.careless for s in SUPPLIERS]
    return SUPPLIERS[int(rng.choice(len(SUPPLIERS), p=fondness / fondness.sum()))]


def _other_label(label: str, labels: Sequence[str], rng: Rng) -> str:
    others = [other for other in labels if other != label]
    others = others or [subject.label for subject in SUBJECTS if subject.label != label]
    return others[int(rng.integers(len(others)))]


def _place_and_time(supplier: Supplier, rng: Rng) -> tuple[float, float, datetime]:
    """Within a walk of the supplier's home, on a summer's day, by the camera's clock."""
    lon = round(supplier.lon + float(rng.normal(0, 0.004)), 6)
    lat = round(supplier.lat + float(rng.normal(0, 0.003)), 6)
    day, second = int(rng.integers(_SUMMER_DAYS)), int(rng.integers(7 * 3600, 20 * 3600))
    taken_at = _SUMMER + timedelta(days=day, seconds=second)
    taken_at -= timedelta(hours=supplier.utc_offset_hours)
    return lon, lat, taken_at - (_CLOCK_BEHIND if supplier.clock == "wrong" else timedelta())


def _followers(
    sources: Sequence[Shot],
    counts: Mapping[str, int],
    *,
    numbers: Iterator[int],
    labels: Sequence[str],
    rng: Rng,
) -> Iterator[Shot]:
    """All that follows another picture; of each first of a burst, the first again."""
    fondness = np.array([shot.supplier.bursty for shot in sources])
    keys = rng.random(len(sources)) ** (1 / fondness)
    # Whoever likes bursts is met first (Efraimidis and Spirakis' weighted order), others after.
    by_burst = iter([sources[index] for index in np.argsort(-keys)])
    left = counts["burst"]
    while left:
        count = min(int(rng.integers(*_BURST_SHOTS, endpoint=True)), left)
        yield from _burst(next(by_burst), [next(numbers) for _ in range(count)], rng)
        left -= count
    rest = list(by_burst)
    others = iter([rest[index] for index in rng.permutation(len(rest))])
    for kind, follow in _FOLLOW.items():
        for _ in range(counts[kind]):
            yield follow(next(others), next(numbers), labels, rng)


def _burst(first: Shot, numbers: Sequence[int], rng: Rng) -> Iterator[Shot]:
    """The first again, moving, and shots of the same scene within 120 s."""
    moving = replace(first.view, moves=True)
    yield replace(first, view=moving, burst=first.number)
    taken_at = first.taken_at
    for number in numbers:
        taken_at += timedelta(seconds=int(rng.integers(*_BURST_SECONDS, endpoint=True)))
        yield replace(
            first,
            number=number,
            kind="burst",
            view=replace(moving, own_number=number),
            taken_at=taken_at,
            of=first.number,
            burst=first.number,
        )


def _lookalike(first: Shot, number: int, labels: Sequence[str], rng: Rng) -> Shot:
    """Another of its kind in its place, or the same ones in other places: no duplicate."""
    form = ("other_one", "other_places")[int(rng.integers(2))]
    view = replace(first.view, own_number=number)
    is_other = form == "other_one"
    later = timedelta(seconds=int(rng.integers(*_LATER_SECONDS)))
    return replace(
        first,
        number=number,
        kind="lookalike",
        view=replace(view, objects=number) if is_other else replace(view, places=number),
        taken_at=first.taken_at + later,
        of=first.number,
        form=form,
    )


def _copy(first: Shot, number: int, kind: str, *, rng: Rng) -> Shot:
    """The same picture again, by its supplier or by another one."""
    copy = replace(first, number=number, kind=kind, of=first.number, csv_place=False)
    if rng.random() < first.supplier.repeats:
        return copy
    others = [supplier for supplier in SUPPLIERS if supplier != first.supplier]
    return replace(copy, supplier=others[int(rng.integers(len(others)))])


def _byte_duplicate(first: Shot, number: int, labels: Sequence[str], rng: Rng) -> Shot:
    """Half of the other suppliers say that it shows something else."""
    copy = _copy(first, number, "byte_duplicate", rng=rng)
    if copy.supplier != first.supplier and rng.random() < 0.5:
        copy = replace(copy, submitted_label=_other_label(first.true_label, labels, rng))
    return copy


def _pixel_duplicate(first: Shot, number: int, labels: Sequence[str], rng: Rng) -> Shot:
    """Whoever passes a picture on with other metadata has lost the place on the way."""
    later = timedelta(seconds=int(rng.integers(1, 9999)))
    copy = _copy(first, number, "pixel_duplicate", rng=rng)
    return replace(
        copy,
        taken_at=first.taken_at + later,
        exif=True,
        exif_time=copy.supplier.clock != "none",
        exif_place=False,
    )


def _near_duplicate(first: Shot, number: int, labels: Sequence[str], rng: Rng) -> Shot:
    return _edited(first, number, "near_duplicate", rng)


def _related(first: Shot, number: int, labels: Sequence[str], rng: Rng) -> Shot:
    return _edited(first, number, "related", rng)


def _edited(first: Shot, number: int, kind: str, rng: Rng) -> Shot:
    """Some programs keep the camera's EXIF; what another supplier got has none."""
    copy = _copy(first, number, kind, rng=rng)
    keeps = copy.supplier == first.supplier and first.exif and bool(rng.random() < 0.5)
    edit = choose_near(rng) if kind == "near_duplicate" else choose_related(rng)
    return replace(
        copy,
        edit=edit,
        exif=keeps,
        exif_time=keeps and first.exif_time,
        exif_place=keeps and first.exif_place,
    )


_FOLLOW: dict[str, Callable[[Shot, int, Sequence[str], Rng], Shot]] = {
    "byte_duplicate": _byte_duplicate,
    "pixel_duplicate": _pixel_duplicate,
    "near_duplicate": _near_duplicate,
    "related": _related,
    "lookalike": _lookalike,
}
