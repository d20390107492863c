"""Surfaces that things lie on: colours at coordinates of a plane, a unit is about a hand."""

from collections.abc import Callable

import numpy as np

from cluster.simulation.colours import blend, pick, tinted
from cluster.simulation.noise import Array, sample

Surface = Callable[[Array, Array, np.random.Generator], Array]


def _origin(rng: np.random.Generator) -> tuple[int, int]:
    left, top = rng.integers(0, 1024, 2)
    return int(left) + 2048, int(top) + 2048


def _turned(u: Array, v: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    angle = rng.uniform(0, np.pi)
    cos, sin = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    return cos * u + sin * v, cos * v - sin * u


def wood(u: Array, v: Array, rng: np.random.Generator) -> Array:
    """Planks with a grain along them."""
    u, v = _turned(u, v, rng)
    base = pick(rng, (0.55, 0.36, 0.20), (0.72, 0.54, 0.34), (0.36, 0.22, 0.13), (0.62, 0.60, 0.56))
    width = np.float32(rng.uniform(0.8, 2.2))
    plank = np.floor(v / width)
    shift = plank * np.float32(137)
    grain = sample(1.0, u * 9 + shift, v * 150 + shift, origin=_origin(rng))
    rings = np.sin(v / width * 30 + 2.5 * sample(2.5, u * 18 + shift, v * 70, origin=_origin(rng)))
    tone = np.modf(np.sin(plank * np.float32(12.9)) * np.float32(43.7))[0]
    value = 1 + 0.07 * grain + 0.07 * rings + 0.10 * tone
    gap = np.abs(v / width - plank - np.float32(0.5)) > 0.485
    value = np.where(gap, value * np.float32(0.5), value)
    return tinted(base, value)


def cloth(u: Array, v: Array, rng: np.random.Generator) -> Array:
    """A plain, checked, striped or dotted cloth, with folds."""
    u, v = _turned(u, v, rng)
    ground = pick(rng, (0.9, 0.88, 0.84), (0.25, 0.32, 0.5), (0.6, 0.25, 0.25), (0.5, 0.6, 0.5))
    second = pick(rng, (0.75, 0.3, 0.3), (0.85, 0.8, 0.6), (0.3, 0.45, 0.6), (0.2, 0.2, 0.22))
    size = np.float32(rng.uniform(0.25, 0.9))
    style = int(rng.integers(4))
    if style == 0:
        share: Array = np.zeros(np.broadcast_shapes(u.shape, v.shape), np.float32)
    elif style == 1:
        share = (_bands(u / size) + _bands(v / size)) / 2
    elif style == 2:
        share = _bands(u / size) * np.ones_like(v)
    else:
        du, dv = u / size - np.round(u / size), v / size - np.round(v / size)
        share = np.clip((0.28 - np.sqrt(du * du + dv * dv)) * 14, 0, 1)
    folds = sample(3.0, u * 34, v * 34, origin=_origin(rng))
    thread = sample(0.5, u * 160, v * 160, origin=_origin(rng))
    value = 1 + 0.10 * folds + 0.05 * thread
    return tinted(blend(ground, second, share * np.float32(0.8)), value)


def _bands(position: Array) -> Array:
    """1 on every other band, 0 between them, with soft edges."""
    return np.clip(np.sin(position * np.float32(2 * np.pi)) * 8 + np.float32(0.5), 0, 1)


def stone(u: Array, v: Array, rng: np.random.Generator) -> Array:
    """A worktop: speckled or veined."""
    base = pick(rng, (0.8, 0.79, 0.77), (0.3, 0.3, 0.32), (0.62, 0.58, 0.54), (0.85, 0.83, 0.78))
    speckle = sample(0.5, u * 90, v * 90, origin=_origin(rng))
    cloud = sample(2.5, u * 50, v * 50, origin=_origin(rng))
    vein = np.exp(-np.abs(sample(2.5, u * 26, v * 26, origin=_origin(rng))) * 14)
    depth = rng.uniform(-0.25, 0.1)
    value = 1 + 0.05 * speckle + 0.06 * cloud + np.float32(depth) * vein
    return tinted(base, value)


def tiles(u: Array, v: Array, rng: np.random.Generator) -> Array:
    """Square tiles with joints."""
    u, v = _turned(u, v, rng)
    size = np.float32(rng.uniform(0.9, 2.2))
    base = pick(rng, (0.85, 0.86, 0.86), (0.55, 0.62, 0.66), (0.66, 0.45, 0.35), (0.4, 0.42, 0.4))
    column, row = np.floor(u / size), np.floor(v / size)
    tone = np.modf(np.sin(column * np.float32(12.99) + row * np.float32(78.2)) * np.float32(437))[0]
    edge = np.maximum(np.abs(u / size - column - 0.5), np.abs(v / size - row - 0.5))
    value = 1 + 0.06 * tone + 0.05 * sample(1.5, u * 60, v * 60, origin=_origin(rng))
    value = np.where(edge > 0.475, np.float32(0.72), value)
    return tinted(base, value)


def grass(u: Array, v: Array, rng: np.random.Generator) -> Array:
    """A lawn or a meadow: blades, patches, some yellow."""
    green = pick(rng, (0.30, 0.46, 0.16), (0.38, 0.5, 0.2), (0.2, 0.36, 0.14), (0.48, 0.48, 0.24))
    blades = sample(1.0, u * 130, v * 60, origin=_origin(rng))
    tufts = sample(1.5, u * 60, v * 42, origin=_origin(rng))
    patches = sample(3.0, u * 22, v * 22, origin=_origin(rng))
    value = np.clip(1 + 0.26 * blades + 0.18 * tufts + 0.06 * patches, 0.25, 1.9)
    colour = tinted(green, value)
    colour[..., 0] *= 1 + 0.10 * patches
    return colour


def asphalt(u: Array, v: Array, rng: np.random.Generator) -> Array:
    """A street or a pavement."""
    base = pick(rng, (0.34, 0.34, 0.36), (0.5, 0.5, 0.5), (0.62, 0.6, 0.57), (0.25, 0.25, 0.27))
    grit = sample(0.5, u * 110, v * 110, origin=_origin(rng))
    stain = sample(2.5, u * 30, v * 30, origin=_origin(rng))
    return tinted(base, 1 + 0.12 * grit + 0.07 * stain)


def sand(u: Array, v: Array, rng: np.random.Generator) -> Array:
    """A beach, or dry soil, with ripples."""
    base = pick(rng, (0.82, 0.72, 0.54), (0.72, 0.6, 0.42), (0.45, 0.34, 0.25))
    grit = sample(0.5, u * 110, v * 110, origin=_origin(rng))
    dunes = sample(2.0, u * 25, v * 60, origin=_origin(rng))
    return tinted(base, 1 + 0.08 * grit + 0.09 * dunes)


def snow(u: Array, v: Array, rng: np.random.Generator) -> Array:
    """Snow with blue hollows."""
    hollows = sample(2.5, u * 30, v * 40, origin=_origin(rng))
    glitter = sample(0.0, u * 120, v * 120, origin=_origin(rng))
    share = np.clip(0.5 + 0.22 * hollows, 0, 1)
    return tinted(blend((0.74, 0.80, 0.9), (0.95, 0.96, 0.98), share), 1 + 0.025 * glitter)


def carpet(u: Array, v: Array, rng: np.random.Generator) -> Array:
    """A deep carpet or a bed cover, plain but tufted."""
    base = pick(
        rng,
        (0.55, 0.5, 0.45),
        (0.35, 0.42, 0.5),
        (0.62, 0.5, 0.55),
        (0.75, 0.7, 0.62),
        (0.4, 0.45, 0.38),
    )
    tufts = sample(0.5, u * 80, v * 80, origin=_origin(rng))
    wear = sample(2.5, u * 30, v * 30, origin=_origin(rng))
    return tinted(base, 1 + 0.14 * tufts + 0.07 * wear)


INDOORS: tuple[Surface, ...] = (wood, wood, cloth, stone, tiles, carpet)
OUTDOORS: tuple[Surface, ...] = (grass, grass, asphalt, sand)
