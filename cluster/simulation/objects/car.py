"""Draws a car from its side."""

from itertools import pairwise

import numpy as np

from cluster.simulation.colours import blend, pick, scaled, tinted
from cluster.simulation.masks import Point
from cluster.simulation.noise import Array
from cluster.simulation.outlines import box, loop
from cluster.simulation.patches import Part
from cluster.simulation.solids import Solid

Rng = np.random.Generator

# The line from the bonnet over the roof to the tail, by kind of car.
_ROOFS: dict[str, list[Point]] = {
    "saloon": [(-0.36, -0.10), (-0.16, -0.38), (0.28, -0.39), (0.56, -0.12)],
    "hatchback": [(-0.34, -0.10), (-0.12, -0.40), (0.50, -0.40), (0.80, -0.10)],
    "estate": [(-0.38, -0.10), (-0.18, -0.42), (0.78, -0.42), (0.90, -0.10)],
    "van": [(-0.62, -0.10), (-0.42, -0.56), (0.86, -0.58), (0.93, -0.10)],
    "pickup": [(-0.36, -0.10), (-0.18, -0.42), (0.16, -0.42), (0.22, -0.10)],
}


def car(solid: Solid, rng: Rng) -> None:
    """From the side: saloon, hatchback, estate, van or pickup, of any colour."""
    kind = str(rng.choice(list(_ROOFS)))
    body = pick(
        rng,
        (0.7, 0.08, 0.1),
        (0.1, 0.2, 0.5),
        (0.85, 0.85, 0.86),
        (0.12, 0.12, 0.14),
        (0.55, 0.57, 0.6),
        (0.15, 0.4, 0.25),
        (0.85, 0.65, 0.1),
        (0.2, 0.5, 0.6),
    )
    floor, belt = 0.24, -0.10

    def panel(part: Part) -> Array:
        # The sky shines on what leans up, the street is dark below the crease.
        crease = np.clip((part.y - 0.02) * 30, 0, 1)
        return tinted(body, 1.06 - 0.30 * crease * np.clip((part.y + 0.05) * 2.2, 0, 1))

    roof = _ROOFS[kind]
    solid.polygon(_shoulders(roof), paint=panel, bevel=0.07, gloss=0.55)
    _glass(solid, roof, rng)
    nose = rng.uniform(-0.03, 0.05)
    lower = [
        (-0.97, floor - 0.06),
        (-0.99, 0.06 + nose),
        (-0.92, -0.04 + nose),
        (-0.62, belt),
        (-0.3, belt - 0.02),
        (0.3, belt - 0.02),
        (0.86, belt),
        (0.97, -0.02),
        (0.99, 0.1),
        (0.96, floor),
        (0.3, floor + 0.01),
        (-0.5, floor + 0.01),
    ]
    solid.polygon(loop(lower, steps=5), paint=panel, bevel=0.09, gloss=0.6, shade=0.0)
    dark = scaled(body, 0.4)
    for x in (-0.28, 0.16) if kind in ("saloon", "pickup") else (-0.30, 0.20, 0.56):
        solid.tube([(x, belt), (x - 0.01, floor - 0.05)], [0.006, 0.006], paint=dark, shade=0)
        solid.tube(
            [(x + 0.30, 0.0), (x + 0.36, 0.0)], [0.012, 0.012], paint=dark, gloss=0.8, shade=0
        )
    solid.polygon(
        box(-0.94, floor - 0.04, 0.94, floor + 0.02), paint=(0.08, 0.08, 0.09), bevel=0.02
    )
    solid.ellipsoid(
        (-0.90, 0.05 + nose), (0.075, 0.042), paint=(0.95, 0.93, 0.8), gloss=1.0, shade=0.2
    )
    solid.ellipsoid((0.945, 0.03), (0.035, 0.06), paint=(0.75, 0.05, 0.05), gloss=0.9, shade=0.2)
    spokes = int(rng.integers(5, 9))
    for x in (-0.60, 0.60):
        _wheel(solid, x, spokes=spokes)


def _shoulders(roof: list[Point]) -> list[Point]:
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = roof
    return loop(
        [
            (ax - 0.06, ay + 0.06),
            (ax, ay),
            (bx, by),
            ((bx + cx) / 2, min(by, cy) - 0.02),
            (cx, cy),
            (dx, dy),
            (dx + 0.04, dy + 0.06),
        ],
        steps=5,
    )


def _glass(solid: Solid, roof: list[Point], rng: Rng) -> None:
    (ax, ay), (bx, by), (cx, _), (dx, _) = roof
    tone = pick(rng, (0.12, 0.16, 0.2), (0.25, 0.32, 0.38), (0.08, 0.09, 0.1))

    def pane(part: Part) -> Array:
        sheen = np.clip(np.sin((part.x + part.y * 0.8) * 9 + 1) * 3 - 1.6, 0, 1)
        return blend(tone, (0.75, 0.82, 0.88), 0.22 * sheen + np.clip(-part.y - 0.2, 0, 0.3))

    top, low = by + 0.065, ay - 0.015
    cuts = np.linspace(0, 1, 2 if dx - ax < 0.75 else 3)
    for start, stop in pairwise(cuts):
        upper = [bx + 0.05 + (cx - bx - 0.08) * share for share in (start + 0.02, stop - 0.02)]
        under = [ax + 0.09 + (dx - ax - 0.18) * share for share in (start + 0.02, stop - 0.02)]
        solid.polygon(
            [(upper[0], top), (upper[1], top), (under[1], low), (under[0], low)],
            paint=pane,
            facing=(0.0, -0.25),
            gloss=0.7,
        )


def _wheel(solid: Solid, x: float, *, spokes: int) -> None:
    def rim(part: Part) -> Array:
        reach = np.hypot(part.x, part.y)
        gap = np.clip((np.cos(np.arctan2(part.y, part.x) * spokes) - 0.1) * 4, 0, 1)
        gap = gap * np.clip((reach - 0.25) * 12, 0, 1) * np.clip((0.86 - reach) * 12, 0, 1)
        return blend((0.72, 0.73, 0.75), (0.1, 0.1, 0.11), gap)

    solid.ellipsoid((x, 0.21), (0.235, 0.225), paint=(0.03, 0.03, 0.03), flat=0.3, gloss=0, shade=0)
    solid.ellipsoid(
        (x, 0.24), (0.20, 0.20), paint=(0.07, 0.07, 0.075), flat=0.7, gloss=0.15, shade=0
    )
    solid.ellipsoid((x, 0.24), (0.125, 0.125), paint=rim, flat=0.4, gloss=0.6, shade=0.3)
