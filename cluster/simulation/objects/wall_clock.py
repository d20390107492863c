"""Draws a clock on a wall."""

import numpy as np

from cluster.simulation.colours import Colour, pick
from cluster.simulation.masks import Point
from cluster.simulation.outlines import box
from cluster.simulation.solids import Solid

Rng = np.random.Generator

# Strokes of the digits in a box of 1 by 1, y down.
_STROKES: dict[str, list[list[Point]]] = {
    "0": [[(0.5, 0), (0.85, 0.25), (0.85, 0.75), (0.5, 1), (0.15, 0.75), (0.15, 0.25), (0.5, 0)]],
    "1": [[(0.3, 0.2), (0.55, 0), (0.55, 1)]],
    "2": [[(0.15, 0.25), (0.5, 0), (0.85, 0.25), (0.75, 0.5), (0.15, 1), (0.9, 1)]],
    "3": [
        [(0.15, 0.1), (0.6, 0), (0.85, 0.25), (0.45, 0.48), (0.88, 0.72), (0.55, 1), (0.12, 0.88)]],
    "4": [[(0.7, 1), (0.7, 0), (0.1, 0.7), (0.95, 0.7)]],
    "5": [[(0.85, 0), (0.2, 0), (0.18, 0.45), (0.6, 0.4), (0.88, 0.7), (0.55, 1), (0.12, 0.9)]],
    "6": [[(0.75, 0), (0.3, 0.35), (0.15, 0.75), (0.5, 1), (0.85, 0.75), (0.5, 0.5), (0.17, 0.7)]],
    "7": [[(0.1, 0), (0.9, 0), (0.4, 1)]],
    "8": [[(0.5, 0.48), (0.2, 0.25), (0.5, 0), (0.8, 0.25), (0.5, 0.48)],
          [(0.5, 0.48), (0.12, 0.75), (0.5, 1), (0.88, 0.75), (0.5, 0.48)]],
    "9": [[(0.83, 0.3), (0.5, 0.5), (0.15, 0.25), (0.5, 0), (0.85, 0.25), (0.7, 0.65), (0.25, 1)]],
}  # fmt: skip


def wall_clock(solid: Solid, rng: Rng) -> None:
    """Round or square, with ticks or numbers, two hands and sometimes a third."""
    rim = pick(
        rng,
        (0.1, 0.1, 0.11),
        (0.5, 0.32, 0.18),
        (0.75, 0.75, 0.78),
        (0.7, 0.12, 0.12),
        (0.15, 0.35, 0.5),
        (0.75, 0.6, 0.25),
    )
    is_dark = rng.random() < 0.2
    face: Colour = (
        pick(rng, (0.12, 0.12, 0.14))
        if is_dark
        else pick(rng, (0.94, 0.93, 0.9), (0.9, 0.86, 0.74))
    )
    ink: Colour = (0.92, 0.92, 0.9) if is_dark else (0.08, 0.08, 0.09)
    if rng.random() < 0.8:
        thick = rng.uniform(0.08, 0.16)
        solid.ellipsoid((0, 0), (0.98, 0.98), paint=rim, gloss=0.5, flat=0.9, shade=0)
        solid.ellipsoid(
            (0, 0), (0.98 - thick, 0.98 - thick), paint=face, gloss=0.15, flat=0.12, shade=0.0
        )
    else:
        side = 0.86
        solid.polygon(box(-side, -side, side, side), paint=rim, bevel=0.12, gloss=0.5)
        solid.polygon(box(-side + 0.1, -side + 0.1, side - 0.1, side - 0.1), paint=face, gloss=0.15)
    style = int(rng.integers(3))
    reach = 0.78 if style != 1 else 0.66
    for hour in range(1, 13):
        _mark(solid, hour, style, ink, reach=reach)
    _hands(solid, ink, rng)


def _mark(solid: Solid, hour: int, style: int, ink: Colour, *, reach: float) -> None:
    turn = np.pi * hour / 6
    x, y = float(np.sin(turn)), -float(np.cos(turn))
    if style == 0 or (style == 2 and hour % 3):
        inner, wide = (reach - 0.16, 0.024) if hour % 3 == 0 else (reach - 0.10, 0.015)
        solid.tube(
            [(x * inner, y * inner), (x * reach, y * reach)], [wide, wide], paint=ink, shade=0
        )
        return
    text = str(hour)
    high, wide = 0.17, 0.11
    start = x * (reach - 0.06) - wide * len(text) / 2
    for place, digit in enumerate(text):
        for stroke in _STROKES[digit]:
            points = [
                (start + wide * (place + 0.1 + 0.8 * px), y * (reach - 0.06) + high * (py - 0.5))
                for px, py in stroke
            ]
            solid.tube(points, [0.014] * len(points), paint=ink, shade=0)


def _hands(solid: Solid, ink: Colour, rng: Rng) -> None:
    minute = int(rng.integers(60))
    hour = int(rng.integers(12)) + minute / 60
    for turn, length, wide in ((np.pi * hour / 6, 0.44, 0.034), (np.pi * minute / 30, 0.66, 0.024)):
        x, y = float(np.sin(turn)), -float(np.cos(turn))
        solid.tube(
            [(-0.08 * x, -0.08 * y), (x * length, y * length)],
            [wide, wide * 0.6],
            paint=ink,
            gloss=0.3,
            shade=0.25,
        )
    if rng.random() < 0.5:
        turn = rng.uniform(0, 2 * np.pi)
        x, y = float(np.sin(turn)), -float(np.cos(turn))
        solid.tube(
            [(-0.16 * x, -0.16 * y), (0.7 * x, 0.7 * y)],
            [0.01, 0.007],
            paint=(0.75, 0.1, 0.08),
            shade=0.2,
        )
    solid.ellipsoid((0, 0), (0.05, 0.05), paint=ink, gloss=0.5, shade=0.1)
