"""Histograms of what was measured of pictures."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    name: str
    """What falls into it, as `0.2 to 0.3` or `from 2,000`."""
    count: int


SHARE_EDGES = tuple(number / 10 for number in range(1, 10))
"""Of measures between 0 and 1."""
SIDE_EDGES = (100, 200, 299, 500, 800, 1200, 2000, 4000)
"""Of sides in pixels."""


def histogram(values: Iterable[float | None], *, edges: Sequence[float]) -> list[Bar]:
    """Count values between edges, each belonging to the bar above it; None is left out.

    Bars below the first value and above the last are left out; without values there are none.
    """
    counts = [0] * (len(edges) + 1)
    for value in values:
        if value is not None:
            counts[bisect_right(edges, value)] += 1
    bars = [Bar(_name(edges, number), count) for number, count in enumerate(counts)]
    filled = [number for number, count in enumerate(counts) if count]
    return bars[filled[0] : filled[-1] + 1] if filled else []


def _name(edges: Sequence[float], number: int) -> str:
    if number == 0:
        return f"below {edges[0]:,}"
    if number == len(edges):
        return f"from {edges[-1]:,}"
    return f"{edges[number - 1]:,} to {edges[number]:,}"
