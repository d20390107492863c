"""Draws a cup of coffee."""

import numpy as np

from cluster.simulation.colours import Colour, pick, scaled
from cluster.simulation.noise import Array
from cluster.simulation.outlines import through
from cluster.simulation.patches import Part
from cluster.simulation.solids import Solid

Rng = np.random.Generator


def coffee_cup(solid: Solid, rng: Rng) -> None:
    """Seen a little from above: a saucer, a cup with a handle, and coffee."""
    china = pick(
        rng, (0.93, 0.92, 0.9), (0.93, 0.92, 0.9), (0.2, 0.35, 0.55), (0.75, 0.2, 0.15),
        (0.25, 0.25, 0.27), (0.5, 0.65, 0.5),
    )  # fmt: skip
    band = pick(rng, (0.7, 0.15, 0.12), (0.15, 0.3, 0.6), (0.85, 0.7, 0.25))
    has_band = rng.random() < 0.5
    if rng.random() < 0.7:
        solid.ellipsoid((0, 0.62), (0.98, 0.3), paint=china, gloss=0.5, flat=0.5, shade=0)
        solid.ellipsoid((0, 0.6), (0.6, 0.17), paint=scaled(china, 0.9), flat=0.25, shade=0.2)
    _handle(solid, china)
    top, low = -0.42, 0.6
    brim, foot = rng.uniform(0.58, 0.66), rng.uniform(0.28, 0.42)

    def side(part: Part) -> Array:
        painted = np.broadcast_to(np.asarray(china, np.float32), (*part.y.shape, 3)).copy()
        if has_band:
            painted[np.broadcast_to(np.abs(part.y + 0.12) < 0.09, part.y.shape)] = band
        return painted

    bulge = (brim + foot) / 2 + 0.1
    profile = through([(top, brim), (0.0, bulge), (0.4, foot + 0.1), (low, foot)])
    solid.revolve(profile, paint=side, gloss=0.6, shade=0.3)
    solid.ellipsoid((0, low), (foot, foot * 0.2), paint=scaled(china, 0.85), flat=0.5, shade=0)
    _coffee(solid, china, top=top, brim=brim, rng=rng)


def _handle(solid: Solid, china: Colour) -> None:
    turn = np.linspace(-1.5, 1.5, 7)
    ear = [(0.55 + 0.33 * float(np.cos(t)), -0.04 + 0.26 * float(np.sin(t))) for t in turn]
    solid.tube(ear, [0.07] * 7, paint=china, gloss=0.6, shade=0)


def _coffee(solid: Solid, china: Colour, *, top: float, brim: float, rng: Rng) -> None:
    coffee = pick(rng, (0.16, 0.08, 0.03), (0.22, 0.12, 0.06), (0.55, 0.36, 0.2))
    solid.ellipsoid((0, top), (brim, brim * 0.3), paint=china, gloss=0.6, flat=0.2, shade=0)
    inside = scaled(china, 0.7)
    solid.ellipsoid((0, top + 0.01), (brim * 0.93, brim * 0.265), paint=inside, flat=0.2, shade=0)
    surface = (0.0, top + 0.05)
    solid.ellipsoid(
        surface, (brim * 0.86, brim * 0.215), paint=coffee, gloss=0.5, flat=0.1, shade=0.2
    )
    if rng.random() < 0.4:
        foam = (0.86, 0.74, 0.58)
        solid.ellipsoid(surface, (brim * 0.5, brim * 0.11), paint=foam, flat=0.1, opacity=0.9)
