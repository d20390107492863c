"""Draws a house from one corner."""

import numpy as np

from cluster.simulation.colours import Colour, blend, pick, scaled, tinted
from cluster.simulation.masks import Point
from cluster.simulation.noise import Array, piece
from cluster.simulation.outlines import box
from cluster.simulation.patches import Paint, Part
from cluster.simulation.solids import Solid

Rng = np.random.Generator


def house(solid: Solid, rng: Rng) -> None:
    """A gable front and a long side, with a roof, door, windows and often a chimney."""
    wall = pick(
        rng,
        (0.9, 0.86, 0.76),
        (0.7, 0.35, 0.25),
        (0.6, 0.68, 0.74),
        (0.85, 0.7, 0.4),
        (0.92, 0.92, 0.9),
        (0.5, 0.55, 0.45),
    )
    tiles = pick(rng, (0.5, 0.2, 0.14), (0.28, 0.28, 0.3), (0.42, 0.32, 0.25), (0.3, 0.36, 0.42))
    trim = pick(rng, (0.95, 0.94, 0.9), (0.3, 0.2, 0.14), (0.2, 0.3, 0.25))
    left, corner, right = -0.92, rng.uniform(-0.22, 0.05), 0.92
    eaves, ground, slant = rng.uniform(-0.25, 0.0), 0.72, rng.uniform(0.04, 0.12)
    peak = (left + corner) / 2, eaves - rng.uniform(0.42, 0.62)
    finish = _finish(int(rng.integers(3)), wall, rng)
    solid.polygon(
        [(corner, eaves), (right, eaves - slant), (right, ground - slant), (corner, ground)],
        paint=finish,
        facing=(0.55, 0.0),
        gloss=0.02,
    )
    solid.polygon(
        [(left, eaves), peak, (corner, eaves), (corner, ground), (left, ground)],
        paint=finish,
        facing=(-0.35, 0.0),
        gloss=0.02,
    )
    far = peak[0] + (right - corner) * 0.98, peak[1] - slant
    if rng.random() < 0.7:
        at = peak[0] + (far[0] - peak[0]) * rng.uniform(0.25, 0.8)
        solid.polygon(
            box(at, peak[1] - 0.24, at + 0.14, peak[1] + 0.2),
            paint=_finish(1, (0.55, 0.3, 0.24), rng),
            facing=(-0.2, 0.0),
        )
        solid.polygon(
            box(at - 0.02, peak[1] - 0.27, at + 0.16, peak[1] - 0.22), paint=scaled(trim, 0.8)
        )
    _roof(
        solid,
        tiles,
        peak=peak,
        far=far,
        corner=(corner, eaves),
        right=(right, eaves - slant),
        left=(left, eaves),
    )
    middle = (left + corner) / 2
    _door(solid, middle + rng.uniform(-0.12, 0.12), ground, trim, rng)
    for x in (left + 0.2, corner - 0.2):
        _window(solid, (x, eaves + 0.22), trim, skew=0.0)
    _window(solid, (peak[0], eaves - 0.14), trim, skew=0.0)
    count = int(rng.integers(2, 4))
    for index in range(count):
        x = corner + (right - corner) * (index + 0.5) / count
        _window(
            solid,
            (x, eaves + 0.3 - slant * (index + 0.5) / count),
            trim,
            skew=-slant / (right - corner),
        )
    if rng.random() < 0.6:
        _bushes(solid, ground, rng)


def _finish(style: int, wall: Colour, rng: Rng) -> Paint:
    """Plaster, bricks or boards."""

    def paint(part: Part) -> Array:
        value = 1 + 0.04 * piece(1.0, rng, shape=part.x.shape)
        if style == 1:
            row = np.floor(part.y * 22)
            column = part.x * 11 + 0.5 * (row % 2)
            joint = (np.abs(part.y * 22 - row - 0.5) > 0.4) | (
                np.abs(column - np.floor(column) - 0.5) > 0.45
            )
            value = np.where(joint, value * 0.85, value)
        elif style == 2:
            value = value * (1 - 0.16 * (np.modf(part.y * 14 + 40)[0] > 0.86))
        return tinted(wall, value)

    return paint


def _roof(
    solid: Solid,
    tiles: Colour,
    *,
    peak: Point,
    far: Point,
    corner: Point,
    right: Point,
    left: Point,
) -> None:
    def shingles(part: Part) -> Array:
        row = np.modf(part.y * 20 + 60)[0]
        column = np.modf(part.x * 18 + 0.5 * (np.floor(part.y * 20) % 2) + 60)[0]
        return tinted(tiles, 1.05 - 0.28 * (row > 0.8) - 0.12 * (column > 0.9))

    over = 0.09
    solid.polygon(
        [
            peak,
            (far[0] + over, far[1]),
            (right[0] + over, right[1] + 0.06),
            (corner[0] + 0.05, corner[1] + 0.09),
        ],
        paint=shingles,
        facing=(0.35, -0.6),
        shade=0.3,
        gloss=0.05,
    )
    edge = scaled(tiles, 0.7)
    solid.tube(
        [
            (left[0] - 0.06, left[1] + 0.07),
            (peak[0], peak[1] - 0.01),
            (corner[0] + 0.05, corner[1] + 0.08),
        ],
        [0.03] * 3,
        paint=edge,
        shade=0.25,
    )


def _door(solid: Solid, x: float, ground: float, trim: Colour, rng: Rng) -> None:
    colour = pick(rng, (0.45, 0.12, 0.1), (0.15, 0.3, 0.4), (0.35, 0.22, 0.12), (0.2, 0.35, 0.22))
    solid.polygon(box(x - 0.13, ground - 0.42, x + 0.13, ground), paint=trim, facing=(-0.3, 0.0))
    solid.polygon(
        box(x - 0.10, ground - 0.39, x + 0.10, ground), paint=colour, facing=(-0.3, 0.0), gloss=0.2
    )
    solid.ellipsoid((x + 0.07, ground - 0.18), (0.018, 0.018), paint=(0.8, 0.7, 0.3), gloss=0.9)


def _window(solid: Solid, middle: Point, trim: Colour, *, skew: float) -> None:
    def quad(half_x: float, half_y: float, dx: float = 0.0, dy: float = 0.0) -> list[Point]:
        return [
            (middle[0] + dx + sx * half_x, middle[1] + dy + sy * half_y + skew * (dx + sx * half_x))
            for sx, sy in ((-1, -1), (1, -1), (1, 1), (-1, 1))
        ]

    def pane(part: Part) -> Array:
        return blend(
            (0.16, 0.22, 0.3),
            (0.6, 0.72, 0.82),
            np.clip((part.x - part.y - middle[0] + middle[1]) * 2 + 0.4, 0, 1),
        )

    solid.polygon(quad(0.105, 0.135), paint=trim, shade=0.15)
    for dx in (-0.042, 0.042):
        for dy in (-0.056, 0.056):
            solid.polygon(quad(0.036, 0.05, dx, dy), paint=pane, gloss=0.4)


def _bushes(solid: Solid, ground: float, rng: Rng) -> None:
    green = pick(rng, (0.2, 0.36, 0.14), (0.3, 0.42, 0.18))
    for _ in range(int(rng.integers(2, 6))):
        x, size = rng.uniform(-0.95, 0.9), rng.uniform(0.07, 0.15)
        solid.ellipsoid(
            (x, ground + 0.02 - size * 0.6),
            (size * 1.3, size),
            paint=green,
            rough=0.4,
            gloss=0,
            shade=0.3,
        )
