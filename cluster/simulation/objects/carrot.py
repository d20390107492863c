"""Draws a carrot."""

import numpy as np

from cluster.simulation.colours import pick, tinted
from cluster.simulation.noise import Array
from cluster.simulation.outlines import through
from cluster.simulation.patches import Part
from cluster.simulation.solids import Solid

Rng = np.random.Generator


def carrot(solid: Solid, rng: Rng) -> None:
    """Lying: a tapered root with rings, and a tuft of green."""
    base = pick(rng, (0.92, 0.45, 0.08), (0.88, 0.38, 0.1), (0.95, 0.55, 0.15))
    rings = rng.uniform(22, 34)
    wide = rng.uniform(0.2, 0.3)
    _greens(solid, rng)

    def skin(part: Part) -> Array:
        wave = np.sin(part.x * np.float32(rings) + 3 * np.sin(part.x * 9) + 2 * part.y)
        return tinted(base, 1 - 0.22 * (wave > 0.93))

    profile = through(
        [
            (-1.0, 0.01),
            (-0.7, wide * 0.32),
            (-0.1, wide * 0.72),
            (0.34, wide),
            (0.46, wide * 0.86),
            (0.5, wide * 0.5),
        ]
    )
    solid.revolve(profile, paint=skin, lying=True, gloss=0.2, rough=0.04, shade=0.2)


def _greens(solid: Solid, rng: Rng) -> None:
    for _ in range(int(rng.integers(5, 9))):
        green = pick(rng, (0.25, 0.5, 0.14), (0.35, 0.6, 0.2), (0.18, 0.4, 0.12))
        rise = rng.uniform(-0.34, 0.34)
        far = rng.uniform(0.85, 1.08)
        stem = [(0.46, rise * 0.1), ((0.46 + far) / 2, rise * 0.5), (far, rise)]
        solid.tube(stem, [0.03, 0.022, 0.014], paint=green, shade=0.15)
        for share in (0.55, 0.7, 0.85, 1.0):
            middle = (0.46 + (far - 0.46) * share, rise * share)
            radii = (rng.uniform(0.05, 0.09), rng.uniform(0.03, 0.05))
            solid.ellipsoid(middle, radii, paint=green, turn=rng.uniform(0, 3), shade=0.1)
