"""Draws a watermelon."""

import numpy as np

from cluster.simulation.colours import blend, pick
from cluster.simulation.masks import Point
from cluster.simulation.noise import Array, piece
from cluster.simulation.patches import Part
from cluster.simulation.solids import Solid

Rng = np.random.Generator


def watermelon(solid: Solid, rng: Rng) -> None:
    """Whole and striped, or a slice with its rind and seeds."""
    if rng.random() < 0.6:
        _slice(solid, rng)
    else:
        _whole(solid, rng)


def _whole(solid: Solid, rng: Rng) -> None:
    dark = pick(rng, (0.08, 0.24, 0.08), (0.1, 0.3, 0.12))
    pale = pick(rng, (0.45, 0.62, 0.28), (0.6, 0.7, 0.4))
    waves = piece(2.0, rng, shape=solid.alpha.shape)
    count, start = rng.uniform(2.6, 3.6), rng.uniform(0, 6)
    tall = rng.uniform(0.66, 0.9)

    def skin(part: Part) -> Array:
        """Stripes run from end to end, on the round."""
        away = np.arcsin(np.clip(part.y / np.sqrt(np.maximum(1 - part.x**2, 0.02)), -1, 1))
        wave = 0.28 * waves[: away.shape[0], : away.shape[1]]
        stripe = np.sin(away * np.float32(2 * count) + wave + np.float32(start))
        return blend(pale, dark, np.clip(stripe * 2.5 + 0.6, 0, 1))

    solid.ellipsoid((0, 0), (0.97, tall), paint=skin, gloss=0.4, shade=0)
    solid.ellipsoid((0.93, 0), (0.035, 0.05), paint=(0.4, 0.36, 0.2), shade=0.2)


def _slice(solid: Solid, rng: Rng) -> None:
    """A half disc, its round side down."""
    flesh = pick(rng, (0.88, 0.2, 0.22), (0.92, 0.32, 0.3))
    rind = pick(rng, (0.12, 0.34, 0.12), (0.2, 0.45, 0.18))
    squash = rng.uniform(0.8, 0.98)

    def cut(part: Part) -> Array:
        reach = np.sqrt(part.x**2 + ((part.y + 0.45) / squash) ** 2)
        pith = blend(flesh, (0.9, 0.93, 0.75), np.clip((reach - 0.8) * 16, 0, 1))
        return blend(pith, rind, np.clip((reach - 0.9) * 40, 0, 1))

    arc = np.linspace(0, np.pi, 40)
    outline = [(0.98 * float(np.cos(t)), -0.45 + 0.98 * squash * float(np.sin(t))) for t in arc]
    solid.polygon([(x + 0.05, y + 0.06) for x, y in outline], paint=rind, bevel=0.06, gloss=0.3)
    solid.polygon(outline, paint=cut, gloss=0.15, rough=0.05)
    for seed in _seeds(squash, rng):
        turn = float(np.arctan2(seed[1] + 0.45, seed[0])) + np.pi / 2
        solid.ellipsoid(seed, (0.024, 0.042), paint=(0.06, 0.04, 0.03), turn=turn, gloss=0.6)


def _seeds(squash: float, rng: Rng) -> list[Point]:
    """Along two arcs, never two in one place."""
    seeds = []
    for reach, count in ((0.38, 5), (0.64, 9)):
        for index in range(count):
            turn = np.pi * (index + 0.5 + rng.uniform(-0.25, 0.25)) / count
            far = reach + rng.uniform(-0.06, 0.06)
            seeds.append((float(far * np.cos(turn)), float(-0.45 + far * squash * np.sin(turn))))
    return seeds
