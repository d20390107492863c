"""What is wrong with the pictures of a label, and what to do about it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from hub.rules.quality import THRESHOLDS
from hub.rules.relations import share

LEAST_SIDE_PX = 299
"""A shorter side below this is enlarged by most networks."""

_MOST_SHARE = 0.05
_MOST_RELATED_SHARE = 0.10
_MOST_UNEVEN = 10
_TRAINED_SPLITS = ("train", "validation", "test")


class Sampled(Protocol):
    """A picture that was looked at; a measure that was not taken is None."""

    @property
    def width_px(self) -> int: ...
    @property
    def height_px(self) -> int: ...
    @property
    def brightness_p99(self) -> float | None: ...
    @property
    def sharpness(self) -> float | None: ...
    @property
    def is_related(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    is_good: bool
    found: str
    """A sentence with a figure."""
    remedy: str
    """What to do; '' where nothing is."""


def check_label(
    *,
    trainable: int,
    least: int,
    splits: Mapping[str, int],
    children: Mapping[str, int],
    sample: Sequence[Sampled],
) -> list[Check]:
    """Check a label by its counts, those of the labels below it, and its newest pictures.

    `least` is how many pictures a training takes at least.

    What is bad comes first; what cannot be told, as of a label without pictures, is left out.
    """
    checks = [_enough(trainable, least), *_split_checks(splits), *_balance_checks(children)]
    if sample:
        checks += _sample_checks(sample)
    return sorted(checks, key=lambda check: check.is_good)


def is_small(picture: Sampled) -> bool:
    return min(picture.width_px, picture.height_px) < LEAST_SIDE_PX


def is_dark(picture: Sampled) -> bool:
    value = picture.brightness_p99
    return value is not None and value < THRESHOLDS["dark"].value


def is_blurred(picture: Sampled) -> bool:
    value = picture.sharpness
    return value is not None and value < THRESHOLDS["blurry"].value


def _enough(trainable: int, least: int) -> Check:
    lacking = least - trainable
    return Check(
        "Enough to train",
        lacking <= 0,
        f"{trainable:,} pictures can be trained on.",
        f"Submit {lacking:,} more: {least:,} are the least that a training takes."
        if lacking > 0
        else "",
    )


def _split_checks(splits: Mapping[str, int]) -> list[Check]:
    if not sum(splits.values()):
        return []
    missing = [split for split in _TRAINED_SPLITS if not splits.get(split)]
    held = ", ".join(f"{splits.get(split, 0):,} {split}" for split in _TRAINED_SPLITS)
    return [
        Check(
            "All splits",
            not missing,
            f"The pictures are split into {held}.",
            f"Submit pictures of other scenes, until some fall into {' and '.join(missing)}."
            if missing
            else "",
        )
    ]


def _balance_checks(children: Mapping[str, int]) -> list[Check]:
    held = sorted((images, name) for name, images in children.items() if images)
    if len(held) < 2:
        return []
    (fewest, scarce), (most, common) = held[0], held[-1]
    ratio = most / fewest
    is_good = ratio <= _MOST_UNEVEN
    return [
        Check(
            "Balance below",
            is_good,
            f"{common} has {ratio:,.1f} times the pictures of {scarce}"
            f" ({most:,} against {fewest:,}).",
            ""
            if is_good
            else f"Submit more of {scarce}, or cap each label in your pick (max_per_label).",
        )
    ]


def _sample_checks(sample: Sequence[Sampled]) -> list[Check]:
    kinds = (
        (
            "Size",
            [is_small(one) for one in sample],
            f"have a side shorter than {LEAST_SIDE_PX} pixels",
            "Ask for a least side in your pick (min_side_px).",
            _MOST_SHARE,
        ),
        (
            "Light",
            [is_dark(one) for one in sample],
            "are very dark",
            "Leave out what is dark in your pick (without_quality).",
            _MOST_SHARE,
        ),
        (
            "Sharpness",
            [is_blurred(one) for one in sample],
            "are blurred",
            "Leave out what is blurred in your pick (without_quality).",
            _MOST_SHARE,
        ),
        (
            "Variety",
            [one.is_related for one in sample],
            "are much like another picture of the hub",
            "Submit pictures of other scenes; each group stays in one split meanwhile.",
            _MOST_RELATED_SHARE,
        ),
    )
    return [
        _share_check(name, found, words=words, remedy=remedy, most=most)
        for name, found, words, remedy, most in kinds
    ]


def _share_check(
    name: str, found: Collection[bool], *, words: str, remedy: str, most: float
) -> Check:
    part = sum(found) / len(found)
    is_good = part <= most
    said = f"{share(part)} of the newest {len(found):,} pictures {words}."
    return Check(name, is_good, said, "" if is_good else remedy)
