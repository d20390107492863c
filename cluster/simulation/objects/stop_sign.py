"""Draws a stop sign."""

import numpy as np

from cluster.simulation.colours import blend, pick
from cluster.simulation.masks import Point
from cluster.simulation.noise import Array, piece
from cluster.simulation.patches import Part
from cluster.simulation.solids import Solid

Rng = np.random.Generator

# Strokes of the letters in a box of 1 by 1, y down.
_LETTERS: tuple[list[Point], ...] = (
    [(0.88, 0.16), (0.6, 0.0), (0.2, 0.1), (0.18, 0.36), (0.8, 0.62), (0.8, 0.9), (0.4, 1.0),
     (0.1, 0.84)],
    [(0.05, 0.0), (0.95, 0.0), (0.5, 0.0), (0.5, 1.0)],
    [(0.5, 0.0), (0.85, 0.2), (0.85, 0.8), (0.5, 1.0), (0.15, 0.8), (0.15, 0.2), (0.5, 0.0)],
    [(0.18, 1.0), (0.18, 0.0), (0.7, 0.02), (0.86, 0.27), (0.7, 0.52), (0.18, 0.54)],
)  # fmt: skip
_MIDDLE = -0.38


def stop_sign(solid: Solid, rng: Rng) -> None:
    """A red octagon with a white edge and the word, on a post; faded or dirty by years."""
    red = pick(rng, (0.74, 0.06, 0.08), (0.66, 0.08, 0.1), (0.78, 0.18, 0.16))
    post = pick(rng, (0.55, 0.56, 0.57), (0.35, 0.38, 0.36), (0.45, 0.33, 0.22))
    dirt, years = piece(2.0, rng, shape=solid.alpha.shape), rng.uniform(0, 0.2)

    def faded(part: Part) -> Array:
        stain = dirt[: part.y.shape[0], : part.y.shape[1]]
        return blend(red, (0.75, 0.6, 0.55), np.clip(years + 0.5 * years * stain, 0, 0.6))

    solid.tube([(0, -0.3), (0, 0.99)], [0.05, 0.05], paint=post, gloss=0.3, shade=0)
    solid.polygon(_octagon(0.62), paint=(0.9, 0.9, 0.88), bevel=0.02, gloss=0.3, shade=0.2)
    solid.polygon(_octagon(0.565), paint=faded, gloss=0.35)
    for index, letter in enumerate(_LETTERS):
        left = -0.44 + 0.225 * index
        points = [(left + 0.2 * x, _MIDDLE - 0.17 + 0.34 * y) for x, y in letter]
        solid.tube(points, [0.03] * len(points), paint=(0.93, 0.93, 0.91), shade=0)


def _octagon(reach: float) -> list[Point]:
    corners = np.pi / 8 + np.pi / 4 * np.arange(8)
    return [(reach * float(np.cos(t)), _MIDDLE + reach * float(np.sin(t))) for t in corners]
