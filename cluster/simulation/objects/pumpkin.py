"""Draws a pumpkin."""

import numpy as np

from cluster.simulation.colours import pick, tinted
from cluster.simulation.noise import Array
from cluster.simulation.patches import Part
from cluster.simulation.solids import Solid

Rng = np.random.Generator


def pumpkin(solid: Solid, rng: Rng) -> None:
    """Ribs side by side, the middle one in front, and a stem; some are carved."""
    base = pick(rng, (0.9, 0.42, 0.06), (0.85, 0.5, 0.12), (0.88, 0.35, 0.05))
    tall = rng.uniform(0.6, 0.76)
    ribs = int(rng.choice([7, 9]))
    stem = pick(rng, (0.4, 0.42, 0.16), (0.5, 0.4, 0.22))
    solid.ellipsoid((0, -tall * 0.82), (0.3, 0.12), paint=(0.5, 0.25, 0.05), shade=0)

    def skin(part: Part) -> Array:
        return tinted(base, 1 - 0.28 * np.abs(part.x) ** 3)

    order = sorted(range(ribs), key=lambda index: -abs(index - ribs // 2))
    for index in order:
        aside = np.sin((index - ribs // 2) / (ribs // 2) * 1.25)
        wide = 0.32 * (1.06 - 0.52 * aside * aside)
        high = tall * (1 - 0.09 * aside * aside)
        middle = (float(0.7 * aside), 0.16)
        solid.ellipsoid(middle, (wide, high), paint=skin, gloss=0.3, rough=0.03, shade=0.3)
    lean = rng.uniform(-0.2, 0.2)
    top = 0.16 - tall
    solid.tube(
        [(0.0, top + 0.06), (lean * 0.3, top - 0.12), (lean, top - 0.28)],
        [0.12, 0.07, 0.085],
        paint=stem,
        rough=0.1,
    )
    if rng.random() < 0.35:
        _carve(solid)


def _carve(solid: Solid) -> None:
    """Two eyes, a nose and a grin, lit from inside."""
    glow = (1.25, 0.9, 0.25)
    for side in (-1, 1):
        eye = [(side * 0.16, 0.02), (side * 0.46, 0.02), (side * 0.34, -0.22)]
        solid.polygon(eye, paint=glow, shade=0.5)
    solid.polygon([(-0.07, 0.18), (0.07, 0.18), (0, 0.06)], paint=glow, shade=0.5)
    grin = [(-0.5, 0.3), (-0.3, 0.4), (-0.2, 0.33), (-0.1, 0.43), (0.1, 0.43), (0.2, 0.33)]
    grin += [(0.3, 0.4), (0.5, 0.3), (0.34, 0.55), (0.12, 0.62), (0.02, 0.54), (-0.12, 0.62)]
    solid.polygon([*grin, (-0.34, 0.55)], paint=glow, shade=0.5)
