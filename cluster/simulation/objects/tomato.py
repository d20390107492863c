"""Draws a tomato."""

import numpy as np

from cluster.simulation.colours import pick, scaled, tinted
from cluster.simulation.noise import Array
from cluster.simulation.patches import Part
from cluster.simulation.solids import Solid

Rng = np.random.Generator


def tomato(solid: Solid, rng: Rng) -> None:
    """Squat, glossy and a little ribbed, with the green star of its calyx on top."""
    base = pick(rng, (0.8, 0.1, 0.06), (0.85, 0.16, 0.08), (0.9, 0.35, 0.08), (0.62, 0.09, 0.08))
    ribs, start = int(rng.integers(5, 9)), rng.uniform(0, 6)
    depth = rng.uniform(0.03, 0.14)

    def skin(part: Part) -> Array:
        turn = np.arctan2(part.y + 0.55, part.x)
        return tinted(base, 1 + depth * np.sin(turn * ribs + np.float32(start)))

    tall = rng.uniform(0.74, 0.86)
    solid.ellipsoid((0, 0.08), (0.96, tall), paint=skin, gloss=rng.uniform(0.5, 0.9), shade=0)
    top = 0.08 - tall * 0.74
    solid.ellipsoid((0, top), (0.3, 0.11), paint=scaled(base, 0.62), flat=0.3, shade=0, opacity=0.7)
    _calyx(solid, top, rng)


def _calyx(solid: Solid, top: float, rng: Rng) -> None:
    """Five or six pointed leaves around a short stalk, seen a little from above."""
    green = pick(rng, (0.2, 0.42, 0.12), (0.28, 0.5, 0.16))
    count, start = int(rng.integers(5, 7)), rng.uniform(0, 6)
    for index in range(count):
        turn = start + 2 * np.pi * index / count + rng.normal(0, 0.12)
        x, y = float(np.cos(turn)), float(np.sin(turn)) * 0.5
        long = rng.uniform(0.4, 0.58)
        tip = (x * long, top + y * long + 0.05)
        left = (x * 0.16 - y * 0.16, top + y * 0.16 + x * 0.07)
        right = (x * 0.16 + y * 0.16, top + y * 0.16 - x * 0.07)
        solid.polygon([(0, top), left, tip, right], paint=green, bevel=0.05, gloss=0.1, shade=0.3)
    lean = rng.uniform(-0.15, 0.15)
    stalk = [(0.0, top), (lean, top - rng.uniform(0.16, 0.3))]
    solid.tube(stalk, [0.05, 0.045], paint=green)
