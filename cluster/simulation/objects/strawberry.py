"""Draws a strawberry."""

import numpy as np

from cluster.simulation.colours import blend, pick, tinted
from cluster.simulation.noise import Array
from cluster.simulation.objects.leaf import leaf
from cluster.simulation.outlines import through
from cluster.simulation.patches import Part
from cluster.simulation.solids import Solid

Rng = np.random.Generator


def strawberry(solid: Solid, rng: Rng) -> None:
    """A red cone with sunken seeds and a green star on top; sometimes unripe below the star."""
    base = pick(rng, (0.80, 0.08, 0.10), (0.86, 0.16, 0.12), (0.65, 0.05, 0.1))
    pale = rng.uniform(0, 0.8)
    wide = rng.uniform(0.62, 0.8)
    rows = rng.uniform(5.2, 7.0)

    def skin(part: Part) -> Array:
        turn = np.arcsin(
            np.clip(part.nx / np.maximum(np.sqrt(1 - np.minimum(part.ny, 0.95) ** 2), 0.3), -1, 1)
        )
        row = part.y * rows
        column = turn * 2.6 + 0.5 * (np.floor(row) % 2)
        du, dv = column - np.floor(column) - 0.5, row - np.floor(row) - 0.5
        away = np.sqrt((du * 1.9) ** 2 + dv**2)
        seed = np.clip((0.20 - away) * 12, 0, 1)
        pit = np.clip((0.36 - away) * 6, 0, 1)
        share = np.clip((-part.y - 0.25) * 1.6 * pale, 0, 0.75)
        colour = tinted(blend(base, (0.92, 0.75, 0.55), share), 1 - 0.32 * pit)
        return blend(colour, (0.92, 0.78, 0.35), seed)

    profile = through(
        [
            (-0.73, 0.0),
            (-0.70, 0.45 * wide),
            (-0.5, 0.92 * wide),
            (-0.2, wide),
            (0.2, 0.84 * wide),
            (0.55, 0.56 * wide),
            (0.82, 0.28 * wide),
            (0.93, 0.0),
        ]
    )
    solid.revolve(profile, paint=skin, gloss=rng.uniform(0.35, 0.7), rough=0.05, shade=0)
    solid.tube(
        [(0, -0.66), (rng.uniform(-0.1, 0.1), -0.9), (rng.uniform(-0.25, 0.25), -1.08)],
        [0.045, 0.04, 0.05],
        paint=(0.4, 0.6, 0.22),
    )
    count = int(rng.integers(6, 9))
    for index in range(count):
        turn = np.pi * (index + 0.5) / count + rng.normal(0, 0.08)
        out = np.pi - turn if index % 2 else turn
        leaf(solid, (0, -0.68), length=rng.uniform(0.42, 0.62), turn=out * 0.98 + 0.03, rng=rng)
