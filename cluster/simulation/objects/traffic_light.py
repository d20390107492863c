"""Draws a traffic light."""

import numpy as np

from cluster.simulation.colours import Colour, pick, scaled
from cluster.simulation.outlines import box
from cluster.simulation.solids import Solid

Rng = np.random.Generator

_LAMPS: tuple[Colour, ...] = ((1.0, 0.1, 0.08), (1.0, 0.7, 0.08), (0.1, 0.9, 0.4))


def traffic_light(solid: Solid, rng: Rng) -> None:
    """Three lamps one above the other, one of them lit, under visors, on a pole."""
    case = pick(rng, (0.12, 0.13, 0.13), (0.12, 0.13, 0.13), (0.75, 0.6, 0.1), (0.15, 0.25, 0.2))
    pole = pick(rng, (0.5, 0.5, 0.5), (0.25, 0.27, 0.27), (0.3, 0.4, 0.35))
    solid.tube([(0, 0.3), (0, 0.98)], [0.065, 0.065], paint=pole, gloss=0.4, shade=0)
    if rng.random() < 0.5:
        solid.polygon(box(-0.42, -1.0, 0.42, 0.46), paint=(0.06, 0.06, 0.06), bevel=0.05)
        edge = (0.85, 0.85, 0.82)
        for left in (-0.42, 0.39):
            solid.polygon(box(left, -1.0, left + 0.03, 0.46), paint=edge)
    solid.polygon(box(-0.29, -0.94, 0.29, 0.4), paint=case, bevel=0.1, gloss=0.3, shade=0.3)
    lit = int(rng.integers(3))
    for index, colour in enumerate(_LAMPS):
        _lamp(solid, -0.7 + 0.43 * index, colour=colour, case=case, is_lit=index == lit)


def _lamp(solid: Solid, y: float, *, colour: Colour, case: Colour, is_lit: bool) -> None:
    solid.ellipsoid((0, y), (0.2, 0.2), paint=scaled(case, 0.5), flat=0.3, shade=0.2)
    shown = scaled(colour, 1.6) if is_lit else scaled(colour, 0.28)
    solid.ellipsoid((0, y), (0.165, 0.165), paint=shown, gloss=0.5, flat=0.5, shade=0)
    if is_lit:
        pale = (colour[0] + 0.9, colour[1] + 0.9, colour[2] + 0.7)
        solid.ellipsoid((0, y), (0.08, 0.08), paint=pale, flat=0.2, shade=0, opacity=0.7)
    arc = np.linspace(np.pi * 1.08, np.pi * 1.92, 7)
    visor = [(0.2 * float(np.cos(t)), y + 0.2 * float(np.sin(t))) for t in arc]
    solid.tube(visor, [0.035] * 7, paint=scaled(case, 0.8), gloss=0.3, shade=0.3)
