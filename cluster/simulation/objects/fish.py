"""Draws a fish from its side."""

import numpy as np

from cluster.simulation.colours import Colour, blend, lighter, pick, scaled, tinted
from cluster.simulation.masks import Point
from cluster.simulation.noise import Array, piece
from cluster.simulation.outlines import loop, through
from cluster.simulation.patches import Part
from cluster.simulation.solids import Solid

Rng = np.random.Generator


def fish(solid: Solid, rng: Rng) -> None:
    """From the side: scales, fins with rays, a forked tail; plain, striped or spotted."""
    back = pick(
        rng,
        (0.9, 0.45, 0.1),
        (0.25, 0.4, 0.55),
        (0.45, 0.48, 0.5),
        (0.85, 0.7, 0.15),
        (0.3, 0.45, 0.3),
        (0.6, 0.2, 0.35),
    )
    belly = lighter(back, rng.uniform(0.45, 0.85))
    fin = pick(rng, scaled(back, 0.8), lighter(back, 0.25), (0.85, 0.6, 0.2))
    tall = rng.uniform(0.30, 0.50)
    style, count = int(rng.integers(4)), rng.uniform(8, 16)
    mark = pick(rng, (0.08, 0.08, 0.1), (0.95, 0.95, 0.92), scaled(back, 0.45))
    blotch = piece(2.0, rng, shape=solid.alpha.shape)

    def skin(part: Part) -> Array:
        down = part.y
        colour = blend(back, belly, np.clip(0.45 + 0.75 * down, 0, 1))
        row = down * tall * 22
        column = part.x * 20 + 0.5 * (np.floor(row) % 2)
        du, dv = column - np.floor(column) - 0.5, row - np.floor(row) - 0.5
        scale = np.clip(np.abs(np.hypot(du + 0.5, dv * 1.3) - 0.62) * 5, 0, 1)
        colour = tinted(colour, 0.86 + 0.14 * np.where(part.x > -0.48, scale, 1))
        if style == 1:
            band = np.clip(np.sin(part.x * count + 1.2 * down**2) * 5 - 2, 0, 1) * (part.x > -0.5)
            colour = blend(colour, mark, band * 0.85)
        elif style == 2:
            spots = np.clip((blotch[: down.shape[0], : part.x.shape[1]] - 0.9) * 4, 0, 1)
            colour = blend(colour, mark, spots * np.clip(0.6 - down, 0, 1) * 0.9)
        return colour

    _tail_and_fins(solid, fin, tall=tall, rng=rng)
    solid.revolve(
        through(
            [
                (-0.95, 0.03),
                (-0.88, 0.28 * tall),
                (-0.62, 0.74 * tall),
                (-0.25, tall),
                (0.12, 0.9 * tall),
                (0.42, 0.5 * tall),
                (0.62, 0.22 * tall),
                (0.72, 0.2 * tall),
            ]
        ),
        paint=skin,
        lying=True,
        gloss=rng.uniform(0.25, 0.6),
        shade=0.1,
    )
    gill = [
        (-0.50 + 0.10 * float(np.cos(a)), 0.62 * tall * float(np.sin(a)))
        for a in np.linspace(-1.2, 1.2, 7)
    ]
    solid.tube(gill, [0.012] * 7, paint=scaled(back, 0.55), shade=0.12)
    solid.tube(
        [(-0.95, 0.03), (-0.86, 0.07 * tall + 0.04)],
        [0.013, 0.01],
        paint=scaled(back, 0.4),
        shade=0,
    )
    eye = (-0.71, -0.24 * tall)
    solid.ellipsoid(eye, (0.075, 0.075), paint=(0.92, 0.88, 0.7), gloss=0.3, shade=0.15)
    solid.ellipsoid(eye, (0.045, 0.045), paint=(0.03, 0.03, 0.04), gloss=1.0, shade=0)
    flap = [
        (-0.36, 0.22 * tall),
        (-0.12, 0.10 * tall),
        (-0.06, 0.38 * tall),
        (-0.14, 0.66 * tall),
        (-0.30, 0.44 * tall),
    ]
    solid.polygon(
        loop(flap), paint=_Rays(fin, (-0.42, 0.25 * tall)), bevel=0.03, shade=0.25, opacity=0.92
    )


class _Rays:
    """Paint of a fin: rays that spread from its root."""

    def __init__(self, colour: Colour, root: Point) -> None:
        self.colour, self.root = colour, root

    def __call__(self, part: Part) -> Array:
        turn = np.arctan2(part.y - self.root[1], part.x - self.root[0])
        return tinted(self.colour, 1 + 0.16 * np.sin(turn * 60))


def _tail_and_fins(solid: Solid, fin: Colour, *, tall: float, rng: Rng) -> None:
    spread, notch = rng.uniform(0.3, 0.46), rng.uniform(0.74, 0.9)
    tail = [
        (0.62, -0.1 * tall),
        (0.8, -0.5 * spread),
        (0.99, -spread),
        (0.96, -0.4 * spread),
        (notch, 0),
        (0.96, 0.4 * spread),
        (0.99, spread),
        (0.8, 0.5 * spread),
        (0.62, 0.1 * tall),
    ]
    solid.polygon(loop(tail), paint=_Rays(fin, (0.5, 0)), bevel=0.04, opacity=0.95)
    rise = rng.uniform(1.35, 1.75)
    dorsal = [
        (-0.42, -0.8 * tall),
        (-0.25, -rise * tall),
        (0.1, -rise * 0.92 * tall),
        (0.38, -0.75 * tall),
        (0.42, -0.4 * tall),
        (0.0, -0.7 * tall),
    ]
    solid.polygon(loop(dorsal), paint=_Rays(fin, (-0.3, 0.6)), bevel=0.03, opacity=0.95)
    for start in (-0.22, 0.22):
        lower = [
            (start, 0.7 * tall),
            (start + 0.2, 0.55 * tall),
            (start + 0.26, 1.25 * tall),
            (start + 0.12, 1.3 * tall),
        ]
        solid.polygon(loop(lower), paint=_Rays(fin, (start, 0.2 * tall)), bevel=0.03, opacity=0.95)
