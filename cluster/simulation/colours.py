"""Colours: red, green and blue of 0..1, single or a picture of them, and how they mix."""

from typing import TypeAlias

import numpy as np

from cluster.simulation.noise import Array

Colour: TypeAlias = tuple[float, float, float]


def blend(low: Colour | Array, high: Colour | Array, share: Array) -> Array:
    """Go from one colour to another by a share of 0..1, pixel by pixel."""
    first, second = np.asarray(low, np.float32), np.asarray(high, np.float32)
    return np.asarray(first + share[..., None] * (second - first), np.float32)


def tinted(colour: Colour | Array, value: Array) -> Array:
    """Make a colour darker or brighter, pixel by pixel."""
    return np.asarray(np.asarray(colour, np.float32) * value[..., None], np.float32)


def pick(rng: np.random.Generator, *colours: Colour) -> Colour:
    """Choose one of the colours, and move it a little."""
    chosen = colours[int(rng.integers(len(colours)))]
    moved = np.clip(np.asarray(chosen) + rng.normal(0, 0.03, 3) + rng.normal(0, 0.05), 0.02, 0.98)
    return (float(moved[0]), float(moved[1]), float(moved[2]))


def scaled(colour: Colour, share: float) -> Colour:
    """The same colour, so many times as bright."""
    red, green, blue = colour
    return (red * share, green * share, blue * share)


def lighter(colour: Colour, share: float) -> Colour:
    """The colour on its way to a warm white."""
    red, green, blue = (c + (0.95 - c) * share for c in colour)
    return (red, green * 0.97, blue * 0.92)
