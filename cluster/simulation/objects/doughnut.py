"""Draws a doughnut."""

import numpy as np

from cluster.simulation.colours import Colour, pick, tinted
from cluster.simulation.noise import Array, piece
from cluster.simulation.patches import Paint, Part
from cluster.simulation.solids import Solid

Rng = np.random.Generator

# Of the ring's middle line, and of its half thickness.
_RING, _THICK = 0.60, 0.36


def doughnut(solid: Solid, rng: Rng) -> None:
    """A ring of dough seen from above, iced with a wavy edge, often with sprinkles."""
    dough = pick(rng, (0.76, 0.52, 0.26), (0.68, 0.44, 0.2))
    icing = pick(
        rng, (0.92, 0.5, 0.62), (0.28, 0.15, 0.08), (0.95, 0.93, 0.88), (0.55, 0.75, 0.85),
        (0.9, 0.75, 0.4),
    )  # fmt: skip
    crumb = piece(1.5, rng, shape=solid.alpha.shape)

    def crust(part: Part) -> Array:
        return tinted(dough, 1 + 0.08 * crumb[: part.nx.shape[0], : part.nx.shape[1]])

    still = np.zeros((1, 1), np.float32)
    _ring(solid, _THICK, still, paint=crust, gloss=0.15, shade=0)
    turn = np.arctan2(solid.y, solid.x)
    start = rng.uniform(0, 6, 2)
    wave = 0.022 * (np.sin(turn * 7 + start[0]) + np.sin(turn * 11 + start[1]))
    _ring(solid, _THICK * 0.74, wave.astype(np.float32), paint=icing, gloss=0.6, shade=0.3)
    if rng.random() < 0.7:
        _sprinkles(solid, rng)


def _ring(
    solid: Solid, thick: float, wave: Array, *, paint: Paint, gloss: float, shade: float
) -> None:
    """A torus lying flat: its surface looks away from the middle line of its ring."""
    window = solid.window([(-1, -1), (1, 1)], margin=0.02)
    x, y = np.broadcast_arrays(solid.x[window], solid.y[window])
    reach = np.maximum(np.sqrt(x * x + y * y), 1e-3)
    if wave.size > 1:
        wave = wave[window]
    away = reach - np.float32(_RING)
    slope = np.clip(away / np.float32(thick), -1, 1) * np.float32(0.96) / reach
    part = Part(x, y, x * slope, y * slope)
    distance = np.abs(away) - np.float32(thick) - wave
    solid.lay(window, part, distance=distance, paint=paint, gloss=gloss, rough=0.02, shade=shade)


def _sprinkles(solid: Solid, rng: Rng) -> None:
    colours: tuple[Colour, ...] = (
        (0.9, 0.2, 0.2), (0.2, 0.5, 0.9), (0.98, 0.85, 0.2), (0.3, 0.75, 0.35), (0.97, 0.97, 0.95),
    )  # fmt: skip
    for _ in range(int(rng.integers(25, 45))):
        turn, far = rng.uniform(0, 2 * np.pi), _RING + rng.uniform(-0.18, 0.18)
        x, y = float(far * np.cos(turn)), float(far * np.sin(turn))
        lean = rng.uniform(0, np.pi)
        dx, dy = 0.035 * float(np.cos(lean)), 0.035 * float(np.sin(lean))
        colour = colours[int(rng.integers(len(colours)))]
        line = [(x - dx, y - dy), (x + dx, y + dy)]
        solid.tube(line, [0.016, 0.016], paint=colour, gloss=0.5, shade=0.2)
