"""Draws a balloon."""

import numpy as np

from cluster.simulation.colours import pick, scaled
from cluster.simulation.outlines import through
from cluster.simulation.solids import Solid

Rng = np.random.Generator


def balloon(solid: Solid, rng: Rng) -> None:
    """Round above, pointed below, shiny, with a knot and a string that hangs in waves."""
    colour = pick(
        rng, (0.85, 0.1, 0.12), (0.12, 0.35, 0.8), (0.95, 0.8, 0.12), (0.2, 0.65, 0.3),
        (0.9, 0.4, 0.65), (0.55, 0.25, 0.7), (0.95, 0.5, 0.1),
    )  # fmt: skip
    wide = rng.uniform(0.52, 0.6)
    waves, swing = rng.uniform(5, 9), rng.uniform(0.02, 0.06)
    string = [
        (float(swing * np.sin(waves * t) * t), 0.44 + 0.56 * float(t)) for t in np.linspace(0, 1, 9)
    ]
    solid.tube(string, [0.012] * 9, paint=(0.85, 0.85, 0.82), shade=0)
    profile = through(
        [
            (-0.96, 0.0),
            (-0.9, wide * 0.48),
            (-0.7, wide * 0.85),
            (-0.4, wide),
            (-0.05, wide * 0.86),
            (0.22, wide * 0.46),
            (0.36, 0.08),
            (0.38, 0.03),
        ]
    )
    solid.revolve(profile, paint=colour, gloss=0.9, shade=0)
    solid.polygon(
        [(-0.02, 0.35), (0.02, 0.35), (0.08, 0.46), (-0.08, 0.46)],
        paint=scaled(colour, 0.8),
        bevel=0.04,
        shade=0.2,
    )
    shine = (-wide * 0.42, -0.6)
    solid.ellipsoid(shine, (0.06, 0.15), paint=(1, 1, 1), turn=0.4, opacity=0.45, shade=0)
