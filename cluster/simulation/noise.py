"""Random textures: banks of noise made once a process, from which every picture takes a piece."""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Size: TypeAlias = tuple[int, int]
"""Width and height in pixels."""
Array: TypeAlias = NDArray[Any]
"""Of float32 wherever it has a value for each pixel: half the memory, twice the speed."""

# A power of two, so that an index wraps by a mask.
BANK_SIDE = 1024
WHOLE_UNIT = 40
_BANK_SEED = 20181127


@cache
def bank(slope: float) -> Array:
    """Tileable noise whose power falls with frequency ** -slope: 0 is white, 2.5 is cloudy.

    Slopes go by halves from 0 to 3, so that a process makes seven banks at most.

    Mean 0, standard deviation 1; float32, BANK_SIDE x BANK_SIDE; the same in every process.
    """
    rng = np.random.default_rng([_BANK_SEED, int(slope * 100)])
    white = rng.standard_normal((BANK_SIDE, BANK_SIDE))
    if slope == 0:
        return white.astype(np.float32)
    along = np.fft.fftfreq(BANK_SIDE)[:, None]
    across = np.fft.rfftfreq(BANK_SIDE)[None, :]
    frequency = np.hypot(along, across)
    frequency[0, 0] = 1.0
    spectrum = np.fft.rfft2(white) * frequency ** (-slope / 2)
    spectrum[0, 0] = 0.0
    coloured = np.fft.irfft2(spectrum, s=white.shape)
    return np.asarray(coloured / coloured.std(), np.float32)


@cache
def whole_bank(slope: float) -> Array:
    """The bank in whole numbers (int16), its standard deviation being WHOLE_UNIT."""
    return np.asarray(np.rint(np.clip(bank(slope), -5, 5) * WHOLE_UNIT), np.int16)


def piece(
    slope: float,
    rng: np.random.Generator,
    *,
    shape: tuple[int, int],
    of: Callable[[float], Array] = bank,
) -> Array:
    """Cut `shape` (rows, columns) out of a bank at a random place, wrapping at its edges."""
    top, left = (int(offset) for offset in rng.integers(0, BANK_SIDE, 2))
    source = of(slope)
    if top + shape[0] <= BANK_SIDE and left + shape[1] <= BANK_SIDE:
        return np.array(source[top : top + shape[0], left : left + shape[1]])
    rows = np.arange(top, top + shape[0]) & (BANK_SIDE - 1)
    columns = np.arange(left, left + shape[1]) & (BANK_SIDE - 1)
    return np.asarray(source[rows][:, columns])


def sample(slope: float, u: Array, v: Array, *, origin: tuple[int, int]) -> Array:
    """Look a bank up at plane coordinates `u`, `v` (one unit a cell), nearest cell."""
    column = (u + origin[0]).astype(np.int32) & (BANK_SIDE - 1)
    row = (v + origin[1]).astype(np.int32) & (BANK_SIDE - 1)
    found: Array = np.take(bank(slope), row * BANK_SIDE + column)
    return found


def grid(size: Size) -> tuple[Array, Array]:
    """Columns and rows as shares of the height: x from the middle, y from the top."""
    width, height = size
    x = (np.arange(width, dtype=np.float32) - np.float32(width / 2)) / np.float32(height)
    y = np.arange(height, dtype=np.float32) / np.float32(height)
    return x[None, :], y[:, None]
