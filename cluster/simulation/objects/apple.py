"""Draws an apple."""

import numpy as np

from cluster.simulation.colours import blend, pick, scaled, tinted
from cluster.simulation.noise import Array, piece
from cluster.simulation.objects.leaf import leaf
from cluster.simulation.outlines import through
from cluster.simulation.patches import Part
from cluster.simulation.solids import Solid

Rng = np.random.Generator


def apple(solid: Solid, rng: Rng) -> None:
    """Red, green or yellow, streaked, with a dimple, a stalk and often a leaf."""
    kind = int(rng.integers(4))
    base = pick(
        rng, *(((0.72, 0.08, 0.08), (0.5, 0.65, 0.16), (0.85, 0.68, 0.2), (0.6, 0.05, 0.12))[kind],)
    )
    blush = pick(
        rng, *(((0.85, 0.55, 0.2), (0.62, 0.72, 0.3), (0.8, 0.2, 0.1), (0.75, 0.2, 0.15))[kind],)
    )
    where, amount = rng.uniform(-0.8, 0.8), rng.uniform(0.3, 0.9)
    streaks = piece(1.5, rng, shape=(64, 64))

    def skin(part: Part) -> Array:
        turn = np.arcsin(np.clip(part.nx, -1, 1))
        column = ((turn / np.pi + 0.5) * 63).astype(np.int32)
        row = np.clip((part.y + 1) * 4, 0, 63).astype(np.int32)
        share = np.clip(
            amount * (0.5 + 0.5 * np.cos(turn - where))
            - 0.35 * (part.y + 0.3)
            + 0.16 * streaks[row, column],
            0,
            1,
        )
        dots = 0.06 * (piece(0.0, np.random.default_rng(7), shape=share.shape) > 2.2)
        return tinted(blend(base, blush, share), 1 + dots)

    tall = rng.uniform(0.84, 0.98)
    shoulder = rng.uniform(0.8, 0.9)
    profile = through(
        [
            (-tall * 0.82, 0.34),
            (-tall * 0.72, 0.62),
            (-tall * 0.5, shoulder),
            (-0.12, 0.98),
            (0.22, 0.93),
            (0.52, 0.76),
            (0.78, 0.50),
            (tall * 0.92, 0.28),
            (tall * 0.95, 0.2),
        ]
    )
    solid.revolve(profile, paint=skin, gloss=rng.uniform(0.25, 0.6), shade=0)
    # The dimple: a dark bowl whose far rim shows, so it is seen a little from above.
    solid.ellipsoid(
        (0, -tall * 0.70),
        (0.36, 0.13),
        paint=scaled(base, 0.62),
        flat=0.4,
        shade=0,
        opacity=0.75,
    )
    solid.ellipsoid(
        (0, -tall * 0.69), (0.2, 0.075), paint=(0.28, 0.24, 0.08), flat=0.2, shade=0, opacity=0.8
    )
    lean = rng.uniform(-0.22, 0.22)
    solid.tube(
        [(0, -tall * 0.68), (lean * 0.4, -tall * 0.88), (lean, -tall * 1.12)],
        [0.035, 0.03, 0.045],
        paint=(0.3, 0.2, 0.1),
        shade=0.2,
    )
    if rng.random() < 0.6:
        side = rng.choice([-1.0, 1.0])
        turn = -rng.uniform(0.15, 0.7) if side > 0 else np.pi + rng.uniform(0.15, 0.7)
        leaf(solid, (lean * 0.4, -tall * 0.86), length=rng.uniform(0.45, 0.7), turn=turn, rng=rng)
