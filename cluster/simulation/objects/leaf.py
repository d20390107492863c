"""Leaves of fruit."""

import numpy as np

from cluster.simulation.colours import pick
from cluster.simulation.masks import Point
from cluster.simulation.solids import Solid

Rng = np.random.Generator


def leaf(solid: Solid, base: Point, *, length: float, turn: float, rng: Rng) -> None:
    """A pointed leaf from its base, with a bright midrib."""
    green = pick(rng, (0.25, 0.5, 0.15), (0.35, 0.55, 0.2), (0.18, 0.38, 0.12))
    wide = length * rng.uniform(0.24, 0.34)
    t = np.linspace(0, 1, 14)
    bend = rng.uniform(-0.2, 0.2) * length
    half = wide * np.sin(np.pi * t**0.8) ** 0.9
    spine = [(length * s, bend * np.sin(np.pi * s)) for s in t]
    outline = [(x, y - h) for (x, y), h in zip(spine, half, strict=True)]
    outline += [(x, y + h) for (x, y), h in zip(spine, half, strict=True)][::-1]
    cos, sin = np.cos(turn), np.sin(turn)

    def place(points: list[Point]) -> list[Point]:
        return [(base[0] + cos * x - sin * y, base[1] + sin * x + cos * y) for x, y in points]

    solid.polygon(place(outline), paint=green, bevel=wide * 0.6, gloss=0.2, shade=0.25)
    lighter = (green[0] + 0.18, green[1] + 0.18, green[2] + 0.12)
    solid.tube(place(spine[::3]), [0.012] * len(spine[::3]), paint=lighter, shade=0)
