"""Draws a burning candle."""

import numpy as np

from cluster.simulation.colours import blend, pick, scaled
from cluster.simulation.noise import Array
from cluster.simulation.outlines import loop
from cluster.simulation.patches import Part
from cluster.simulation.solids import Solid

Rng = np.random.Generator


def candle(solid: Solid, rng: Rng) -> None:
    """A pillar or a slender one in its holder, with drops of wax, a wick and a flame."""
    wax = pick(rng, (0.92, 0.88, 0.78), (0.75, 0.14, 0.12), (0.3, 0.45, 0.6), (0.9, 0.75, 0.3))
    is_pillar = rng.random() < 0.5
    wide = rng.uniform(0.3, 0.4) if is_pillar else rng.uniform(0.12, 0.16)
    top, bottom = -rng.uniform(0.1, 0.35), 0.94 if is_pillar else 0.8
    if not is_pillar:
        _holder(solid, wide, rng)

    def glowing(part: Part) -> Array:
        """Wax lets the flame's light through near its top."""
        near = np.clip(1 - (part.y - np.float32(top)) * 2.2, 0, 1)
        return blend(scaled(wax, 0.95), (1.15, 0.9, 0.6), 0.55 * near * near)

    solid.revolve([(top, wide), (bottom, wide)], paint=glowing, gloss=0.2, shade=0)
    solid.ellipsoid((0, bottom), (wide, wide * 0.2), paint=scaled(wax, 0.9), flat=0.4, shade=0)
    solid.ellipsoid((0, top), (wide, wide * 0.22), paint=scaled(wax, 1.1), flat=0.15, shade=0)
    for _ in range(int(rng.integers(2, 6))):
        x, long = rng.uniform(-0.8, 0.8) * wide, rng.uniform(0.1, 0.45)
        drop = [(x, top + 0.02), (x, top + long)]
        solid.tube(drop, [wide * 0.1, wide * 0.15], paint=glowing, gloss=0.3, shade=0.15)
    _flame(solid, top, rng)


def _holder(solid: Solid, wide: float, rng: Rng) -> None:
    metal = pick(rng, (0.72, 0.6, 0.3), (0.65, 0.66, 0.7), (0.2, 0.2, 0.22))
    solid.ellipsoid((0, 0.9), (0.52, 0.11), paint=metal, gloss=0.7, flat=0.6, shade=0)
    solid.tube([(0.45, 0.87), (0.62, 0.8), (0.5, 0.7)], [0.03] * 3, paint=metal, gloss=0.7)
    profile = [(0.7, wide * 1.35), (0.78, wide * 1.2), (0.9, wide * 1.7)]
    solid.revolve(profile, paint=metal, gloss=0.7)


def _flame(solid: Solid, top: float, rng: Rng) -> None:
    lean, high = rng.uniform(-0.08, 0.08), rng.uniform(0.42, 0.55)
    solid.tube([(0, top), (lean * 0.2, top - 0.13)], [0.016, 0.014], paint=(0.1, 0.07, 0.05))
    # Lamps of their own: brighter than anything that is only lit.
    for size, colour in ((1.0, (1.7, 1.0, 0.25)), (0.66, (2.0, 1.6, 0.7)), (0.3, (1.2, 1.2, 1.5))):
        solid.polygon(
            _tongue(top - 0.06, high * size, lean), paint=scaled(colour, 1.15), opacity=0.9
        )


def _tongue(foot: float, high: float, lean: float) -> list[tuple[float, float]]:
    wide = high * 0.24
    return loop(
        [
            (0, foot),
            (wide, foot - high * 0.25),
            (wide * 0.55 + lean * 0.5, foot - high * 0.62),
            (lean, foot - high),
            (-wide * 0.55 + lean * 0.5, foot - high * 0.62),
            (-wide, foot - high * 0.25),
        ]
    )
