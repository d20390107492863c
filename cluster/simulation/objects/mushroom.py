"""Draws a mushroom."""

import numpy as np

from cluster.simulation.colours import lighter, pick, scaled, tinted
from cluster.simulation.masks import Point
from cluster.simulation.noise import Array, piece
from cluster.simulation.outlines import loop, through
from cluster.simulation.patches import Part
from cluster.simulation.solids import Solid

Rng = np.random.Generator


def mushroom(solid: Solid, rng: Rng) -> None:
    """A stem, gills and a cap: red with white warts, brown, or pale."""
    kind = int(rng.integers(3))
    cap = pick(rng, ((0.78, 0.1, 0.06), (0.48, 0.28, 0.14), (0.85, 0.78, 0.68))[kind])
    stem = pick(rng, (0.93, 0.9, 0.82), (0.86, 0.78, 0.64))
    wide, thick = rng.uniform(0.72, 0.98), rng.uniform(0.16, 0.30)
    brim, top = rng.uniform(-0.12, 0.1), -rng.uniform(0.72, 0.9)
    fibres = piece(1.5, rng, shape=solid.alpha.shape)

    def stalk(part: Part) -> Array:
        return tinted(
            stem,
            1 + 0.05 * fibres[: part.y.shape[0], : part.x.shape[1]] - 0.1 * (part.y < brim + 0.2),
        )

    solid.revolve(
        through(
            [
                (brim - 0.05, thick * 0.9),
                (0.35, thick * 0.92),
                (0.75, thick * 1.25),
                (0.9, thick * 1.3),
                (0.96, thick * 0.7),
            ]
        ),
        paint=stalk,
        gloss=0.06,
        shade=0,
    )
    if kind == 0:
        skirt = brim + 0.26
        solid.polygon(
            loop(
                [
                    (-thick * 0.9, skirt - 0.08),
                    (thick * 0.9, skirt - 0.08),
                    (thick * 1.45, skirt + 0.1),
                    (0.4 * thick, skirt + 0.14),
                    (-0.5 * thick, skirt + 0.12),
                    (-thick * 1.45, skirt + 0.09),
                ]
            ),
            paint=lighter(stem, 0.4),
            bevel=0.05,
            shade=0.3,
        )

    def gills(part: Part) -> Array:
        lines = np.sin(np.arctan2(part.y * 2 + 0.9, part.x) * 70)
        return tinted(scaled(stem, 0.72), 1 + 0.16 * lines)

    solid.ellipsoid(
        (0, brim), (wide * 0.97, wide * 0.17), paint=gills, gloss=0.0, flat=0.3, shade=0.2
    )
    dome = through(
        [
            (top, 0.0),
            (top + 0.04, wide * 0.34),
            (top * 0.62 + brim * 0.38, wide * 0.80),
            (brim * 0.8 + top * 0.2, wide * 0.98),
            (brim + 0.03, wide),
            (brim + 0.08, wide * 0.9),
        ]
    )

    def skin(part: Part) -> Array:
        return tinted(
            cap,
            1
            + 0.06 * fibres[: part.y.shape[0], : part.x.shape[1]]
            - 0.15 * np.clip(part.y - brim + 0.15, 0, 1),
        )

    solid.revolve(dome, paint=skin, gloss=(0.5, 0.2, 0.12)[kind], shade=0.15)
    if kind == 0:
        _warts(solid, dome, brim=brim, rng=rng)


def _warts(solid: Solid, dome: list[Point], *, brim: float, rng: Rng) -> None:
    ys, widths = np.array([p[0] for p in dome]), np.array([p[1] for p in dome])
    for _ in range(int(rng.integers(12, 22))):
        y = float(rng.uniform(ys[0] + 0.07, brim - 0.04))
        turn = rng.uniform(-1.35, 1.35)
        x = float(np.interp(y, ys, widths) * np.sin(turn))
        size = rng.uniform(0.035, 0.085)
        solid.ellipsoid(
            (x, y),
            (size * max(np.cos(turn), 0.35), size * 0.8),
            paint=(0.95, 0.93, 0.86),
            gloss=0.05,
            shade=0.25,
        )
