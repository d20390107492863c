"""Draws a snowman."""

import numpy as np

from cluster.simulation.colours import pick, scaled
from cluster.simulation.outlines import box
from cluster.simulation.solids import Solid

Rng = np.random.Generator

_COAL = (0.05, 0.05, 0.06)
_WOOD = (0.3, 0.2, 0.12)


def snowman(solid: Solid, rng: Rng) -> None:
    """Three balls of snow, a carrot for a nose, arms of twigs; often a scarf and a hat."""
    snow = pick(rng, (0.9, 0.92, 0.95), (0.86, 0.9, 0.95))
    for side in (-1, 1):
        rise = rng.uniform(-0.35, 0.05)
        hand = (side * 0.88, -0.1 + rise)
        solid.tube([(side * 0.3, 0.05), hand], [0.03, 0.02], paint=_WOOD)
        for spread in (-0.1, 0.06):
            finger = (hand[0] + side * 0.1, hand[1] + spread - 0.06)
            solid.tube([hand, finger], [0.018, 0.01], paint=_WOOD)
    for y, radius in ((0.58, 0.42), (0.02, 0.32), (-0.42, 0.235)):
        solid.ellipsoid((0, y), (radius * 1.04, radius), paint=snow, rough=0.10, gloss=0.05)
    for y in (-0.1, 0.06, 0.22):
        solid.ellipsoid((0.02, y), (0.034, 0.034), paint=_COAL, gloss=0.2)
    _face(solid, side=float(rng.choice([-1, 1])))
    if rng.random() < 0.75:
        _scarf(solid, pick(rng, (0.75, 0.1, 0.12), (0.15, 0.3, 0.65), (0.2, 0.5, 0.25)), rng)
    if rng.random() < 0.7:
        _hat(solid, pick(rng, (0.08, 0.08, 0.09), (0.3, 0.18, 0.12), (0.15, 0.2, 0.4)))


def _face(solid: Solid, *, side: float) -> None:
    for aside in (-0.08, 0.08):
        solid.ellipsoid((aside, -0.49), (0.03, 0.032), paint=_COAL, gloss=0.4)
    for place in np.linspace(-0.1, 0.1, 5):
        spot = (float(place), -0.30 - float(place) ** 2 * 4)
        solid.ellipsoid(spot, (0.015, 0.015), paint=_COAL, shade=0.1)
    nose = [(0.0, -0.42), (side * 0.12, -0.405), (side * 0.26, -0.385)]
    solid.tube(nose, [0.042, 0.03, 0.008], paint=(0.92, 0.45, 0.08))


def _scarf(solid: Solid, colour: tuple[float, float, float], rng: Rng) -> None:
    side = float(rng.choice([-1, 1]))
    solid.polygon(
        [(side * 0.08, -0.24), (side * 0.2, -0.24), (side * 0.24, 0.16), (side * 0.1, 0.18)],
        paint=scaled(colour, 0.9),
        bevel=0.05,
        shade=0.3,
    )
    solid.tube([(-0.2, -0.25), (0, -0.2), (0.2, -0.25)], [0.065, 0.075, 0.065], paint=colour)


def _hat(solid: Solid, colour: tuple[float, float, float]) -> None:
    solid.polygon(box(-0.18, -0.98, 0.18, -0.6), paint=colour, bevel=0.08, gloss=0.15, shade=0.2)
    solid.polygon(box(-0.18, -0.69, 0.18, -0.61), paint=(0.7, 0.12, 0.1), bevel=0.03)
    solid.ellipsoid((0, -0.6), (0.31, 0.055), paint=colour, gloss=0.15)
