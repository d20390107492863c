"""Outlines of round things: half widths at growing heights, smooth through a few given points."""

from collections.abc import Sequence

import numpy as np

from cluster.simulation.masks import Point


def through(shape: Sequence[Point], *, steps: int = 72) -> list[Point]:
    """A smooth (y, half width) outline through the given points, y growing strictly.

    Monotone cubic pieces (Fritsch and Butland's slopes), so that it never swings beyond its points.
    """
    ys, widths = np.array([p[0] for p in shape]), np.array([p[1] for p in shape])
    gaps, rises = np.diff(ys), np.diff(widths)
    slopes = rises / gaps
    product = slopes[:-1] * slopes[1:]
    total = slopes[:-1] + slopes[1:]
    inner = np.where(product > 0, 2 * product / np.where(total == 0, 1, total), 0)
    tangents = np.concatenate([[slopes[0]], inner, [slopes[-1]]])
    # Heights crowd at both ends, where a round thing turns fastest.
    at = ys[0] + (ys[-1] - ys[0]) * (1 - np.cos(np.linspace(0, np.pi, steps))) / 2
    i = np.clip(np.searchsorted(ys, at, side="right") - 1, 0, len(gaps) - 1)
    t, gap = (at - ys[i]) / gaps[i], gaps[i]
    width = (
        widths[i] * (2 * t**3 - 3 * t**2 + 1)
        + tangents[i] * gap * (t**3 - 2 * t**2 + t)
        + widths[i + 1] * (3 * t**2 - 2 * t**3)
        + tangents[i + 1] * gap * (t**3 - t**2)
    )
    return list(zip(at.tolist(), np.maximum(width, 0).tolist(), strict=True))


def egg(top: float, bottom: float, wide: float, *, bulge: float = 0.0) -> list[Point]:
    """An egg between two heights; `bulge` above 0 makes it wider above its middle."""
    angle = np.linspace(0, np.pi, 48)
    y = (top + bottom) / 2 - (bottom - top) / 2 * np.cos(angle)
    width = wide * np.sin(angle) * (1 + bulge * np.cos(angle))
    return list(zip(y.tolist(), np.maximum(width, 0).tolist(), strict=True))


def loop(corners: Sequence[Point], *, steps: int = 6) -> list[Point]:
    """A smooth closed line through the corners (Catmull and Rom's spline)."""
    points = np.array(corners)
    before, after = np.roll(points, 1, axis=0), np.roll(points, -1, axis=0)
    beyond = np.roll(points, -2, axis=0)
    t = (np.arange(steps) / steps)[None, :, None]
    a, b, c, d = (side[:, None, :] for side in (before, points, after, beyond))
    line = 0.5 * (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    )
    return [(float(x), float(y)) for x, y in line.reshape(-1, 2)]


def box(left: float, top: float, right: float, bottom: float) -> list[Point]:
    """The corners of a rectangle."""
    return [(left, top), (right, top), (right, bottom), (left, bottom)]
