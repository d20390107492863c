"""Masks of flat shapes: 0 outside, 1 inside, edges in between."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from cluster.simulation.noise import Array

Point: TypeAlias = tuple[float, float]

# Polygons are drawn this many times larger, then averaged.
_OVERSAMPLING = 3


def draw_polygon(corners: Sequence[Point], *, shape: tuple[int, int]) -> Array:
    """The mask (rows, columns) of a polygon whose corners are (column, row)."""
    rows, columns = shape
    sheet = Image.new("L", (columns * _OVERSAMPLING, rows * _OVERSAMPLING))
    larger = [((x + 0.5) * _OVERSAMPLING, (y + 0.5) * _OVERSAMPLING) for x, y in corners]
    ImageDraw.Draw(sheet).polygon(larger, fill=255)
    return np.asarray(sheet.reduce(_OVERSAMPLING), np.float32) / 255


def blur(mask: Array, radius_px: float) -> Array:
    """The mask out of focus."""
    sheet = Image.fromarray((mask * 255).astype(np.uint8))
    blurred = sheet.filter(ImageFilter.GaussianBlur(max(radius_px, 0.5)))
    return np.asarray(blurred, np.float32) / 255
