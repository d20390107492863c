"""Laying one small grey copy over another of a cropped, framed or squeezed version of it."""

from typing import NamedTuple

import numpy as np

from hub.rules.looks import GREY_SIDE, Pixels


class Axis(NamedTuple):
    """Where a kept picture's side lies on the newer one's: newer = start + scale x kept."""

    start: float
    scale: float


class Fit(NamedTuple):
    """Where a kept picture lies on the newer one, along rows and along columns."""

    rows: Axis
    columns: Axis


class Overlap(NamedTuple):
    """The parts of both that show the same: the newer one's sampled as the kept one's pixels."""

    newer: Pixels
    kept: Pixels
    rows: slice
    columns: slice


# A fit that leaves fewer pixels of a side than this in common says nothing.
_LEAST_SIDE = 16
# So much of each side's ends is left out of every comparison: there a frame may be.
_TRIM_PX = 3
_STEPS = 6
_LONGEST_STEP = 0.04
_SMALL_STEP = 0.001
_LEAST_GAIN = 0.2
_PLACES = ((np.arange(GREY_SIDE) + 0.5) / GREY_SIDE).astype(np.float32)
_TRIMMED = (_TRIM_PX / GREY_SIDE, 1 - _TRIM_PX / GREY_SIDE)
_PIXELS = np.arange(GREY_SIDE, dtype=np.float32)


def axis_between(newer: tuple[float, float], kept: tuple[float, float]) -> Axis:
    """Return the axis on which a part of the newer side falls on a part of the kept one."""
    scale = (newer[1] - newer[0]) / (kept[1] - kept[0])
    return Axis(newer[0] - scale * kept[0], scale)


def lay_over(newer: Pixels, kept: Pixels, fit: Fit) -> Overlap | None:
    """Return what both show under a fit, or None if that is too little."""
    rows, from_rows = _sampling(fit.rows)
    columns, from_columns = _sampling(fit.columns)
    if min(len(from_rows), len(from_columns)) < _LEAST_SIDE:
        return None
    sampled = (from_rows @ newer @ from_columns.T).astype(np.float32, copy=False)
    return Overlap(sampled, kept[rows, columns], rows, columns)


def align(newer: Pixels, kept: Pixels, *, start: Fit) -> Fit:
    """Return the fit near `start` under which both greys agree best, whatever their brightness.

    Gauss-Newton steps on the squared differences over start and scale of both sides, contrast and
    brightness (B. Lucas, T. Kanade, "An Iterative Image Registration Technique", 1981).
    """
    fit = start
    for _ in range(_STEPS):
        overlap = lay_over(newer, kept, fit)
        step = None if overlap is None else _step(overlap)
        if step is None:
            return fit
        fit = Fit(_moved(fit.rows, step[:2]), _moved(fit.columns, step[2:]))
        if max(abs(value) for value in step) < _SMALL_STEP:
            return fit
    return fit


def shared_area(fit: Fit) -> float:
    """Return the overlap's share (0..1) of the picture that it covers less of."""
    kept, newer = 1.0, 1.0
    for start, scale in fit:
        common = max(0.0, min(1.0, start + scale) - max(0.0, start))
        newer *= common
        kept *= common / scale
    return min(kept, newer)


def _sampling(axis: Axis) -> tuple[slice, Pixels]:
    """Return which of the kept side's pixels lie on the newer side, and the weights by which they
    are interpolated from its pixels."""
    at = axis.start + axis.scale * _PLACES
    first, end = at.searchsorted(_TRIMMED).tolist()
    used = slice(max(first, _TRIM_PX), min(end, GREY_SIDE - _TRIM_PX))
    # Trimmed, no place lies beyond the centres of the outermost pixels.
    pixel = at[used] * GREY_SIDE - 0.5
    weights: Pixels = np.maximum(0, 1 - np.abs(pixel[:, None] - _PIXELS), dtype=np.float32)
    return used, weights


def _step(overlap: Overlap) -> list[float] | None:
    """Return the change of (start, scale) of rows and columns, in the kept picture's sides."""
    newer = overlap.newer
    down = np.empty_like(newer)
    down[1:-1] = (newer[2:] - newer[:-2]) * (GREY_SIDE / 2)
    down[0], down[-1] = down[1], down[-2]
    across = np.empty_like(newer)
    across[:, 1:-1] = (newer[:, 2:] - newer[:, :-2]) * (GREY_SIDE / 2)
    across[:, 0], across[:, -1] = across[:, 1], across[:, -2]
    y, x = _PLACES[overlap.rows, None], _PLACES[None, overlap.columns]
    slopes = np.stack([down, down * y, across, across * x, newer, np.ones_like(newer)])
    slopes = slopes.reshape(len(slopes), -1)
    normal = (slopes @ slopes.T).astype(np.float64)
    # Keeps the equations solvable where a side has no structure.
    normal.flat[:: len(normal) + 1] *= 1.0001
    normal.flat[:: len(normal) + 1] += 0.001
    solved = np.linalg.solve(normal, slopes @ overlap.kept.reshape(-1))
    if solved[4] < _LEAST_GAIN:
        return None
    step: list[float] = np.clip(solved[:4] / solved[4], -_LONGEST_STEP, _LONGEST_STEP).tolist()
    return step


def _moved(axis: Axis, step: list[float]) -> Axis:
    return Axis(axis.start + axis.scale * step[0], axis.scale * (1 + step[1]))
