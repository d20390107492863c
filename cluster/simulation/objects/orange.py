"""Draws an orange, whole or cut."""

import numpy as np

from cluster.simulation.colours import Colour, blend, pick, tinted
from cluster.simulation.noise import Array, piece
from cluster.simulation.objects.leaf import leaf
from cluster.simulation.patches import Part
from cluster.simulation.solids import Solid

Rng = np.random.Generator


def orange(solid: Solid, rng: Rng) -> None:
    """Whole with its navel or leaf, or cut across so that the segments show."""
    base = pick(rng, (0.95, 0.52, 0.08), (0.93, 0.6, 0.14), (0.88, 0.42, 0.08))
    if rng.random() < 0.45:
        _cut_orange(solid, base, rng)
        return
    solid.ellipsoid(
        (0, 0), (0.96, rng.uniform(0.88, 0.97)), paint=base, gloss=0.3, rough=0.07, shade=0
    )
    navel = (rng.uniform(-0.3, 0.3), rng.uniform(-0.7, -0.45))
    for index in range(5):
        turn = 2 * np.pi * index / 5
        solid.ellipsoid(
            (navel[0] + 0.06 * np.cos(turn), navel[1] + 0.045 * np.sin(turn)),
            (0.075, 0.05),
            paint=(0.35, 0.45, 0.15),
            turn=turn,
            shade=0.15,
            flat=0.6,
        )
    if rng.random() < 0.7:
        leaf(solid, navel, length=rng.uniform(0.5, 0.75), turn=rng.uniform(-0.9, 0.5), rng=rng)
    if rng.random() < 0.4:
        leaf(
            solid,
            navel,
            length=rng.uniform(0.45, 0.7),
            turn=np.pi + rng.uniform(-0.5, 0.9),
            rng=rng,
        )


def _cut_orange(solid: Solid, base: Colour, rng: Rng) -> None:
    count = int(rng.integers(9, 12))
    start = rng.uniform(0, 1)
    flesh = (min(base[0] + 0.03, 1.0), base[1] + 0.06, base[2] + 0.04)
    cells = piece(1.0, rng, shape=solid.alpha.shape)

    def face(part: Part) -> Array:
        reach = np.sqrt(part.x**2 + part.y**2)
        place = np.arctan2(part.y, part.x) / np.float32(2 * np.pi) * count + np.float32(start)
        away = np.abs(place - np.floor(place) - 0.5) * 2 * np.pi / count * reach
        edge = np.pi / count * reach - away
        inside = (
            np.clip((edge - 0.025) * 30, 0, 1)
            * np.clip((0.86 - reach) * 30, 0, 1)
            * np.clip((reach - 0.1) * 20, 0, 1)
        )
        grain = cells[: reach.shape[0], : reach.shape[1]]
        pulp = tinted(flesh, 1 + 0.07 * grain + 0.12 * (reach - 0.5))
        pith = blend((0.97, 0.93, 0.78), base, np.clip((reach - 0.935) * 40, 0, 1))
        return blend(pith, pulp, inside)

    squash = rng.uniform(0.72, 0.97)
    solid.ellipsoid(
        (0, 0.10 + (1 - squash) * 0.6), (0.93, 0.88), paint=base, gloss=0.3, rough=0.07, shade=0
    )
    solid.ellipsoid(
        (0, 0), (0.95, 0.95 * squash), paint=face, gloss=0.22, flat=0.12, rough=0.06, shade=0
    )
