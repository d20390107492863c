"""Draws one banana or a hand of them."""

import numpy as np

from cluster.simulation.colours import Colour, blend, pick, tinted
from cluster.simulation.masks import Point
from cluster.simulation.noise import Array, piece
from cluster.simulation.patches import Part
from cluster.simulation.solids import Solid

Rng = np.random.Generator


def banana(solid: Solid, rng: Rng) -> None:
    """One or a hand of bananas: curved, edged, with dark tips; green, yellow or spotted."""
    ripe = rng.random()
    base = (
        pick(rng, (0.62, 0.68, 0.2))
        if ripe < 0.22
        else pick(rng, (0.93, 0.78, 0.2), (0.9, 0.7, 0.15))
    )
    spots = rng.uniform(1.2, 2.0) if ripe > 0.6 else 9.0
    count = int(rng.choice([1, 1, 2, 3, 4]))
    stem = (-0.82, -0.30)
    for index in range(count):
        drop = (index - (count - 1) / 2) * 0.30
        bend = rng.uniform(0.42, 0.62) + 0.04 * index
        _one_banana(solid, stem, drop=drop, bend=bend, base=base, spots=spots, rng=rng)
    if count > 1:
        solid.ellipsoid(
            (stem[0] - 0.03, stem[1]), (0.12, 0.14), paint=(0.42, 0.36, 0.14), shade=0.2
        )


def _one_banana(
    solid: Solid,
    stem: Point,
    *,
    drop: float,
    bend: float,
    base: Colour,
    spots: float,
    rng: Rng,
) -> None:
    t = np.linspace(0, 1, 11)
    end = (0.86, -0.22 + drop * 0.9)
    x = stem[0] + (end[0] - stem[0]) * t
    y = stem[1] + (end[1] - stem[1]) * t + (bend + drop * 0.6) * 4 * t * (1 - t) * 0.8
    thick = 0.20 * np.interp(
        t, [0, 0.10, 0.22, 0.5, 0.8, 0.93, 1], [0.30, 0.32, 0.85, 1.05, 0.92, 0.42, 0.2]
    )
    speckle = piece(1.0, rng, shape=solid.alpha.shape)

    def skin(part: Part) -> Array:
        tone = 1 - 0.16 * (np.abs(part.y - 0.12) < 0.05) - 0.10 * (np.abs(part.y + 0.55) < 0.04)
        colour = tinted(base, tone)
        green = np.clip(0.25 - part.x, 0, 0.2) * 2.2 + np.clip(part.x - 0.85, 0, 0.2)
        colour = blend(colour, (0.5, 0.58, 0.2), green)
        tips = np.clip((np.maximum(0.035 - part.x, part.x - 0.965)) * 60, 0, 1)
        bruise = np.clip((speckle[: part.x.shape[0], : part.x.shape[1]] - spots) * 2, 0, 1)
        dark = np.maximum(tips, bruise * 0.75)
        return blend(colour, (0.22, 0.15, 0.08), dark)

    solid.tube(list(zip(x, y, strict=True)), list(thick), paint=skin, gloss=0.18, shade=0.35)
