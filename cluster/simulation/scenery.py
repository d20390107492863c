"""Scenes: where a picture is taken, before anything stands in it."""

from dataclasses import dataclass

import numpy as np

from cluster.simulation import surfaces
from cluster.simulation.backdrops import Backdrop, foliage, landscape, room, wall
from cluster.simulation.camera import soften
from cluster.simulation.colours import blend, pick, tinted
from cluster.simulation.noise import Array, Size, grid, piece, sample
from cluster.simulation.surfaces import Surface


@dataclass(frozen=True)
class Scene:
    """Colours (rows, columns, 3) about 0..1, and how things stand in them."""

    pixels: Array
    horizon: float
    """Share of the height above the ground; 0: seen from above."""
    stance: str
    """ground | flat (lying, seen from above) | wall | water | air"""


def overhead(surface: Surface, rng: np.random.Generator, *, size: Size) -> Scene:
    """A surface that fills the picture: things lie on it."""
    x, y = grid(size)
    zoom = np.float32(rng.uniform(2.2, 4.5))
    u, v = np.broadcast_arrays(x * zoom + 20, y * zoom + 20)
    return Scene(surface(u, v, rng), 0.0, "flat")


def standing(
    surface: Surface, backdrop: Backdrop, rng: np.random.Generator, *, size: Size, horizon: float
) -> Scene:
    """A ground that runs away to a horizon, and what is behind it, out of focus."""
    width, height = size
    line = int(horizon * height)
    behind = backdrop(rng, (width, line))
    x, y = grid(size)
    far = np.float32(rng.uniform(0.10, 0.3))
    depth = np.float32(rng.uniform(0.9, 1.5)) / (y[line:] - np.float32(horizon) + far)
    u, v = np.broadcast_arrays(x * depth + 30, depth * 3 + 30)
    ground = surface(u, v, rng)
    mean = ground[::4, ::4].mean(axis=(0, 1))
    # What is far is too fine to see.
    fade = np.clip((y[line:] - np.float32(horizon)) * 6, 0.25, 1)[..., None]
    ground -= mean
    ground *= fade
    ground += mean
    return Scene(
        np.concatenate([soften(behind, height / 60 * rng.uniform(0.3, 1.6)), ground]),
        horizon,
        "ground",
    )


def water(rng: np.random.Generator, *, size: Size) -> Scene:
    """Under water: blue-green, light from above, sand or weeds below."""
    width, height = size
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    top = pick(rng, (0.4, 0.75, 0.85), (0.3, 0.6, 0.75), (0.5, 0.75, 0.65))
    deep = pick(rng, (0.04, 0.2, 0.38), (0.05, 0.3, 0.35), (0.02, 0.12, 0.22))
    share = np.clip(y + 0.06 * piece(2.5, rng, shape=(height, width)), 0, 1)
    pixels = blend(top, deep, share)
    x, _ = grid(size)
    slant = np.float32(rng.uniform(-0.6, 0.6))
    rays = sample(
        2.0,
        (x + slant * y) * 120 + 0 * y,
        0 * x + 0 * y,
        origin=(int(rng.integers(999)), int(rng.integers(999))),
    )
    pixels *= (1 + 0.08 * rays * (1 - y))[..., None]
    if rng.random() < 0.6:
        floor = 0.86 + 0.03 * sample(2.5, x * 100, x * 0, origin=(int(rng.integers(999)), 5))
        cover = np.clip((y - floor) * 12, 0, 1)
        grit = 1 + 0.12 * piece(1.0, rng, shape=(height, width))
        bed = pick(rng, (0.6, 0.55, 0.4), (0.4, 0.45, 0.4), (0.35, 0.3, 0.28))
        pixels = blend(pixels, tinted(bed, grit), cover)
    return Scene(pixels, 0.0, "water")


def choose(kind: str, rng: np.random.Generator, *, size: Size, from_above: float) -> Scene:
    """A scene of a kind that suits the subject: table, garden, street, wall, water."""
    if kind == "table":
        if rng.random() < from_above:
            return overhead(_one(surfaces.INDOORS, rng), rng, size=size)
        backdrop = (wall, room, room, foliage)[int(rng.integers(4))]
        horizon = rng.uniform(0.18, 0.5)
        return standing(_one(surfaces.INDOORS, rng), backdrop, rng, size=size, horizon=horizon)
    if kind == "garden":
        if rng.random() < from_above:
            return overhead(_one(surfaces.OUTDOORS, rng), rng, size=size)
        backdrop = (foliage, landscape, landscape)[int(rng.integers(3))]
        horizon = rng.uniform(0.2, 0.5)
        return standing(_one(surfaces.OUTDOORS, rng), backdrop, rng, size=size, horizon=horizon)
    if kind == "street":
        ground = (surfaces.asphalt, surfaces.asphalt, surfaces.grass, surfaces.sand, surfaces.snow)
        backdrop = (landscape, landscape, wall, foliage)[int(rng.integers(4))]
        horizon = rng.uniform(0.4, 0.62)
        return standing(_one(ground, rng), backdrop, rng, size=size, horizon=horizon)
    if kind == "wall":
        return Scene((wall if rng.random() < 0.7 else room)(rng, size), 1.0, "wall")
    if kind == "water":
        return water(rng, size=size)
    raise ValueError(f"no scene of kind '{kind}'")


def _one(of: tuple[Surface, ...], rng: np.random.Generator) -> Surface:
    return of[int(rng.integers(len(of)))]
