"""Draws a pear."""

import numpy as np

from cluster.simulation.colours import blend, pick, tinted
from cluster.simulation.noise import Array, piece
from cluster.simulation.objects.leaf import leaf
from cluster.simulation.outlines import through
from cluster.simulation.patches import Part
from cluster.simulation.solids import Solid

Rng = np.random.Generator


def pear(solid: Solid, rng: Rng) -> None:
    """Standing, narrow above and wide below; green, yellow or brown, speckled, with a blush."""
    base = pick(rng, (0.68, 0.74, 0.25), (0.86, 0.78, 0.3), (0.6, 0.45, 0.22), (0.45, 0.6, 0.22))
    blush = pick(rng, (0.8, 0.35, 0.18), (0.7, 0.6, 0.2))
    amount, side = rng.uniform(0.1, 0.8), rng.choice([-1.0, 1.0])
    specks = piece(0.5, rng, shape=solid.alpha.shape)

    def skin(part: Part) -> Array:
        share = np.clip(amount * (side * part.nx - 0.1), 0, 0.8)
        dots = specks[: part.nx.shape[0], : part.nx.shape[1]] > 2.0
        return tinted(blend(base, blush, share), 1 - 0.16 * dots)

    neck, wide = rng.uniform(0.26, 0.36), rng.uniform(0.66, 0.76)
    profile = through(
        [
            (-0.80, neck * 0.3),
            (-0.74, neck * 0.72),
            (-0.5, neck),
            (-0.2, neck * 1.25),
            (0.16, wide * 0.84),
            (0.46, wide),
            (0.68, wide * 0.92),
            (0.84, wide * 0.68),
            (0.93, wide * 0.34),
            (0.95, 0.0),
        ]
    )
    solid.revolve(profile, paint=skin, gloss=0.25, rough=0.02, shade=0)
    lean = rng.uniform(-0.2, 0.2)
    stalk = [(0.0, -0.76), (lean * 0.4, -0.9), (lean, -1.1)]
    solid.tube(stalk, [0.03, 0.028, 0.045], paint=(0.32, 0.22, 0.1))
    if rng.random() < 0.5:
        leaf(solid, (0, -0.8), length=0.55, turn=rng.uniform(-0.7, -0.1), rng=rng)
