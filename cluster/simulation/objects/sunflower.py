"""Draws a sunflower."""

import numpy as np

from cluster.simulation.colours import blend, pick
from cluster.simulation.noise import Array
from cluster.simulation.objects.leaf import leaf
from cluster.simulation.patches import Part
from cluster.simulation.solids import Solid

Rng = np.random.Generator


def sunflower(solid: Solid, rng: Rng) -> None:
    """Two rows of yellow petals about a dark disc of seeds, on a stem with two leaves."""
    petal = pick(rng, (0.96, 0.75, 0.08), (0.95, 0.66, 0.05), (0.97, 0.82, 0.2))
    green = pick(rng, (0.28, 0.48, 0.16), (0.35, 0.55, 0.2))
    middle = (0.0, -0.34)
    bend = rng.uniform(-0.12, 0.12)
    solid.tube([middle, (bend, 0.3), (bend * 0.6, 0.98)], [0.045, 0.05, 0.055], paint=green)
    for side in (-1, 1):
        turn = rng.uniform(0.25, 0.6)
        start = (bend * 0.8, rng.uniform(0.4, 0.6))
        turn = -turn if side > 0 else np.pi + turn
        leaf(solid, start, length=rng.uniform(0.42, 0.55), turn=turn, rng=rng)
    count = int(rng.integers(15, 20))
    for row, reach in ((0, 0.47), (1, 0.43)):
        for index in range(count):
            turn = 2 * np.pi * (index + row / 2) / count + rng.normal(0, 0.05)
            long = rng.uniform(0.17, 0.21)
            place = (
                middle[0] + reach * float(np.cos(turn)),
                middle[1] + reach * float(np.sin(turn)),
            )
            solid.ellipsoid(place, (long, 0.078), paint=petal, turn=turn, flat=0.5, shade=0.25)
    _disc(solid, middle, rng)


def _disc(solid: Solid, middle: tuple[float, float], rng: Rng) -> None:
    dark = pick(rng, (0.2, 0.12, 0.05), (0.3, 0.18, 0.06), (0.12, 0.08, 0.05))
    grains = rng.uniform(34, 46)

    def seeds(part: Part) -> Array:
        reach = np.sqrt(part.x**2 + part.y**2)
        turn = np.arctan2(part.y, part.x)
        swirl = np.sin(turn * 13 + reach * 9) * np.sin(turn * -21 + reach * np.float32(grains / 3))
        share = np.clip(0.35 + 0.3 * swirl + 0.5 * (reach - 0.55), 0, 1)
        return blend(dark, (0.55, 0.36, 0.1), share)

    solid.ellipsoid(middle, (0.31, 0.31), paint=seeds, flat=0.4, rough=0.12, shade=0.4)
