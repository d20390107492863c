"""What is behind the ground: walls, rooms, skies, landscapes and foliage."""

from collections.abc import Callable

import numpy as np

from cluster.simulation.colours import blend, pick, tinted
from cluster.simulation.noise import Array, Size, grid, piece, sample

Backdrop = Callable[[np.random.Generator, Size], Array]


def wall(rng: np.random.Generator, size: Size) -> Array:
    """A painted wall, brighter on one side, or of bricks, or papered."""
    x, y = grid((size[0], max(size[1], 1)))
    x = x * np.float32(size[1] / size[0])
    base = pick(
        rng,
        (0.8, 0.77, 0.7),
        (0.6, 0.68, 0.7),
        (0.7, 0.6, 0.5),
        (0.5, 0.55, 0.45),
        (0.85, 0.84, 0.82),
        (0.35, 0.4, 0.48),
    )
    plaster = piece(1.5, rng, shape=(size[1], size[0]))
    value = (
        1
        + np.float32(rng.uniform(-0.5, 0.5)) * x
        + np.float32(rng.uniform(-0.2, 0.1)) * y
        + 0.025 * plaster
    )
    style = int(rng.integers(4))
    if style == 0:
        value = value * _bricks(x * 7, y * 16 * size[1] / 480)
    elif style == 1:
        value = value * (1 + 0.06 * np.sign(np.sin(x * np.float32(rng.uniform(30, 90)))))
    return tinted(base, value)


def _bricks(x: Array, y: Array) -> Array:
    row = np.floor(y)
    column = x + 0.5 * (row % 2)
    tone = np.modf(np.sin(np.floor(column) * np.float32(12.99) + row * np.float32(78.2)) * 437)[0]
    joint = (np.abs(y - row - 0.5) > 0.44) | (np.abs(column - np.floor(column) - 0.5) > 0.47)
    return np.where(joint, np.float32(0.78), 1 + np.float32(0.12) * tone).astype(np.float32)


def room(rng: np.random.Generator, size: Size) -> Array:
    """A wall with a few blurred things before it: frames, shelves, a window, a plant."""
    pixels = wall(rng, size)
    width, height = size
    for _ in range(int(rng.integers(2, 7))):
        left, top = int(rng.uniform(-0.1, 0.95) * width), int(rng.uniform(-0.2, 0.8) * height)
        right = left + int(rng.uniform(0.06, 0.35) * width)
        bottom = top + int(rng.uniform(0.2, 0.9) * max(height, 10))
        tone = pick(
            rng,
            (0.85, 0.9, 0.95),
            (0.3, 0.25, 0.2),
            (0.5, 0.4, 0.3),
            (0.2, 0.3, 0.25),
            (0.6, 0.3, 0.2),
        )
        region = pixels[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)]
        region *= np.float32(0.25)
        region += np.asarray(tone, np.float32) * np.float32(0.75)
    return pixels


def sky(rng: np.random.Generator, size: Size) -> Array:
    """Blue, grey or evening sky with clouds."""
    width, height = size
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    top, low = (
        ((0.22, 0.45, 0.78), (0.68, 0.82, 0.93)),
        ((0.55, 0.6, 0.66), (0.8, 0.82, 0.84)),
        ((0.35, 0.42, 0.62), (0.95, 0.72, 0.52)),
        ((0.3, 0.55, 0.85), (0.85, 0.9, 0.93)),
    )[int(rng.integers(4))]
    pixels = blend(top, low, np.broadcast_to(y, (height, width)))
    clouds = piece(3.0, rng, shape=(height, width)) + 0.25 * piece(2.0, rng, shape=(height, width))
    cover = np.clip((clouds + np.float32(rng.uniform(-1.3, 0.5))) * np.float32(0.6), 0, 1)
    return blend(pixels, (0.94, 0.94, 0.94), cover * np.float32(0.9))


def landscape(rng: np.random.Generator, size: Size) -> Array:
    """Sky above a line of trees, hills or houses."""
    pixels = sky(rng, size)
    width, height = size
    x = np.arange(width, dtype=np.float32)
    for depth in range(int(rng.integers(1, 4))):
        tall = rng.uniform(0.15, 0.6) / (1 + 0.4 * depth)
        if rng.random() < 0.35:
            block = np.floor(x / np.float32(width * rng.uniform(0.04, 0.12)))
            ridge = (
                0.5 + 0.5 * np.modf(np.sin(block * np.float32(12.9 + depth)) * np.float32(43.7))[0]
            )
            tone = pick(rng, (0.5, 0.45, 0.42), (0.6, 0.58, 0.55), (0.42, 0.3, 0.26))
        else:
            ridge = 0.6 + 0.2 * sample(
                2.0,
                x * np.float32(256 / width * rng.uniform(0.3, 1.5)),
                x * 0,
                origin=(int(rng.integers(999)), int(rng.integers(999))),
            )
            tone = pick(
                rng, (0.2, 0.34, 0.17), (0.3, 0.4, 0.25), (0.35, 0.42, 0.45), (0.45, 0.35, 0.15)
            )
        start = height * (1 - tall * ridge)
        cover = np.clip(np.arange(height, dtype=np.float32)[:, None] - start[None, :], 0, 1)
        leaves = 1 + 0.22 * piece(1.5, rng, shape=(height, width))
        pixels = blend(pixels, tinted(tone, leaves), cover)
    return pixels


def foliage(rng: np.random.Generator, size: Size) -> Array:
    """Leaves far out of focus, with discs of light."""
    width, height = size
    dark = pick(rng, (0.12, 0.22, 0.1), (0.2, 0.26, 0.12), (0.3, 0.24, 0.12))
    light = pick(rng, (0.5, 0.62, 0.3), (0.65, 0.66, 0.4), (0.7, 0.55, 0.3))
    share = np.clip(0.45 + 0.2 * piece(2.0, rng, shape=(height, width)), 0, 1)
    pixels = blend(dark, light, share)
    rows, columns = np.arange(height)[:, None], np.arange(width)[None, :]
    for _ in range(int(rng.integers(0, 9))):
        radius = rng.uniform(0.02, 0.06) * width
        top, left = rng.uniform(0, height), rng.uniform(0, width)
        window = (
            slice(max(int(top - radius), 0), int(top + radius) + 1),
            slice(max(int(left - radius), 0), int(left + radius) + 1),
        )
        away = np.hypot(rows[window[0]] - top, columns[:, window[1]] - left)
        disc = np.clip((radius - away) / 2, 0, 1) * rng.uniform(0.1, 0.45)
        pixels[window] += disc.astype(np.float32)[..., None]
    return pixels
