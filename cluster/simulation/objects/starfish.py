"""Draws a starfish."""

import numpy as np

from cluster.simulation.colours import lighter, pick, tinted
from cluster.simulation.masks import Point
from cluster.simulation.noise import Array, piece
from cluster.simulation.outlines import loop
from cluster.simulation.patches import Part
from cluster.simulation.solids import Solid

Rng = np.random.Generator


def starfish(solid: Solid, rng: Rng) -> None:
    """Five arms, a little bent, with rows of bright knobs along them."""
    base = pick(
        rng, (0.85, 0.4, 0.12), (0.75, 0.18, 0.12), (0.82, 0.6, 0.35), (0.45, 0.25, 0.5),
        (0.3, 0.4, 0.6),
    )  # fmt: skip
    knobs = lighter(base, 0.6)
    grain = piece(1.0, rng, shape=solid.alpha.shape)
    turns = [-np.pi / 2 + 2 * np.pi * (k + rng.normal(0, 0.03)) / 5 for k in range(5)]
    waist, stout = rng.uniform(0.3, 0.38), rng.uniform(0.16, 0.21)

    def skin(part: Part) -> Array:
        return tinted(base, 1 + 0.10 * grain[: part.nx.shape[0], : part.nx.shape[1]])

    outline: list[Point] = []
    for turn in turns:
        outline += [_at(turn, 0.6, -stout * 0.8), _at(turn, 0.92, -stout * 0.38)]
        outline += [_at(turn, 0.98, 0), _at(turn, 0.92, stout * 0.38)]
        outline += [_at(turn, 0.6, stout * 0.8), _at(turn + np.pi / 5, waist, 0)]
    solid.polygon(loop(outline), paint=skin, bevel=0.24, gloss=0.2, rough=0.18)
    for turn in turns:
        for reach in np.linspace(0.12, 0.88, 9):
            size = 0.042 * (1.15 - 0.6 * float(reach))
            solid.ellipsoid(_at(turn, float(reach), 0), (size, size), paint=knobs, shade=0.3)
    solid.ellipsoid((0, 0), (0.06, 0.06), paint=knobs, shade=0.3)


def _at(turn: float, reach: float, aside: float) -> Point:
    """A point on an arm: so far out along it, and so far to its side."""
    cos, sin = float(np.cos(turn)), float(np.sin(turn))
    return cos * reach - sin * aside, sin * reach + cos * aside
