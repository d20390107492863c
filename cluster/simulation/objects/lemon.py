"""Draws a lemon."""

import numpy as np

from cluster.simulation.colours import blend, pick
from cluster.simulation.noise import Array
from cluster.simulation.objects.leaf import leaf
from cluster.simulation.outlines import through
from cluster.simulation.patches import Part
from cluster.simulation.solids import Solid

Rng = np.random.Generator


def lemon(solid: Solid, rng: Rng) -> None:
    """Lying, with a nipple at one end and the stalk's end at the other; often with a leaf."""
    base = pick(rng, (0.95, 0.85, 0.12), (0.93, 0.78, 0.08), (0.9, 0.88, 0.3))
    unripe = pick(rng, (0.62, 0.72, 0.15))
    green = rng.uniform(0, 0.7)
    wide = rng.uniform(0.56, 0.68)

    def skin(part: Part) -> Array:
        return blend(base, unripe, np.clip(green * (part.x + 0.1), 0, 0.7))

    profile = through(
        [
            (-0.98, 0.05),
            (-0.92, 0.12),
            (-0.78, wide * 0.36),
            (-0.45, wide * 0.82),
            (-0.05, wide),
            (0.4, wide * 0.84),
            (0.76, wide * 0.38),
            (0.86, wide * 0.22),
            (0.92, 0.1),
        ]
    )
    solid.revolve(profile, paint=skin, lying=True, gloss=0.35, rough=0.09, shade=0)
    solid.ellipsoid((0.88, 0), (0.05, 0.09), paint=(0.45, 0.42, 0.2), shade=0.2, flat=0.4)
    if rng.random() < 0.5:
        turn = rng.uniform(-1.2, -0.3)
        leaf(solid, (0.85, -0.04), length=rng.uniform(0.35, 0.5), turn=turn - 1.2, rng=rng)
