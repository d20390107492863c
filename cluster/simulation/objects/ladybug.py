"""Draws a ladybug."""

import numpy as np

from cluster.simulation.colours import pick
from cluster.simulation.solids import Solid

Rng = np.random.Generator

_BLACK = (0.04, 0.04, 0.045)


def ladybug(solid: Solid, rng: Rng) -> None:
    """From above: a red or orange dome with black dots, a black head, six legs, two feelers."""
    red = pick(rng, (0.8, 0.08, 0.05), (0.85, 0.2, 0.05), (0.9, 0.4, 0.06))
    _limbs(solid, rng)
    solid.ellipsoid((0, -0.62), (0.36, 0.27), paint=_BLACK, gloss=0.5, shade=0.1)
    for side in (-1, 1):
        solid.ellipsoid((side * 0.22, -0.7), (0.07, 0.055), paint=(0.93, 0.92, 0.88), shade=0)
    solid.ellipsoid((0, -0.42), (0.52, 0.22), paint=_BLACK, gloss=0.5, shade=0.2)
    solid.ellipsoid((0, 0.18), (0.74, 0.76), paint=red, gloss=0.8, shade=0.3)
    solid.tube([(0, -0.56), (0, 0.93)], [0.014, 0.014], paint=_BLACK, shade=0.1)
    solid.ellipsoid((0, -0.42), (0.15, 0.12), paint=_BLACK, flat=0.4, shade=0)
    size = rng.uniform(0.1, 0.14)
    spots = ((0.3, -0.22), (0.44, 0.22), (0.28, 0.6), (0.18, 0.18))
    for x, y in spots[: int(rng.integers(3, 5))]:
        for side in (-1, 1):
            near = (1 - 0.35 * abs(x)) * size
            solid.ellipsoid((side * x, y), (near, size), paint=_BLACK, gloss=0.6, flat=0.3, shade=0)


def _limbs(solid: Solid, rng: Rng) -> None:
    for side in (-1, 1):
        for start, far in ((-0.3, -0.5), (0.1, 0.12), (0.5, 0.72)):
            swing = rng.uniform(-0.07, 0.07)
            leg = [(side * 0.5, start), (side * 0.84, far + swing), (side * 0.98, far + 0.1)]
            solid.tube(leg, [0.035, 0.03, 0.02], paint=_BLACK, shade=0)
        feeler = [(side * 0.14, -0.8), (side * 0.22, -0.93), (side * 0.34, -1.0)]
        solid.tube(feeler, [0.02, 0.016, 0.026], paint=_BLACK, shade=0)
