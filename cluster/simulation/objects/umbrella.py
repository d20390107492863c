"""Draws an open umbrella."""

import numpy as np

from cluster.simulation.colours import Colour, pick, scaled, tinted
from cluster.simulation.noise import Array
from cluster.simulation.patches import Part
from cluster.simulation.solids import Solid

Rng = np.random.Generator


def umbrella(solid: Solid, rng: Rng) -> None:
    """Open, from the side: panels between ribs, a scalloped edge, a shaft and a hooked handle."""
    first = pick(
        rng,
        (0.75, 0.1, 0.12),
        (0.12, 0.2, 0.5),
        (0.1, 0.1, 0.12),
        (0.9, 0.75, 0.15),
        (0.15, 0.5, 0.4),
        (0.7, 0.3, 0.6),
    )
    second = (
        first
        if rng.random() < 0.5
        else pick(rng, (0.92, 0.92, 0.9), (0.9, 0.8, 0.3), (0.2, 0.5, 0.75))
    )
    panels = int(rng.choice([5, 6, 7]))
    height, edge = rng.uniform(0.62, 0.8), -0.12
    wood = pick(rng, (0.45, 0.28, 0.14), (0.12, 0.12, 0.13), (0.7, 0.7, 0.72))
    solid.ellipsoid((0, edge - 0.02), (0.95, 0.11), paint=scaled(first, 0.4), flat=0.2, shade=0)
    solid.tube(
        [(0, edge - 0.1), (0, 0.66)], [0.022, 0.022], paint=(0.6, 0.6, 0.62), gloss=0.5, shade=0
    )
    if rng.random() < 0.75:
        turn = np.linspace(0, np.pi * 1.05, 9)
        hook = [(0.115 - 0.115 * float(np.cos(t)), 0.80 + 0.115 * float(np.sin(t))) for t in turn]
        solid.tube([(0, 0.56), (0, 0.8), *hook[1:]], [0.038] * 10, paint=wood, gloss=0.4, shade=0.1)
    else:
        solid.tube([(0, 0.6), (0, 0.93)], [0.03, 0.03], paint=wood, gloss=0.4, shade=0.1)
    ribs = -np.cos(np.pi * np.arange(panels + 1) / panels)
    for index in range(panels):
        _panel(
            solid,
            (float(ribs[index]), float(ribs[index + 1])),
            height=height,
            edge=edge,
            paint=(first, second)[index % 2],
        )
    solid.tube(
        [(0, edge - height + 0.02), (0, edge - height - 0.1)],
        [0.025, 0.012],
        paint=(0.5, 0.5, 0.5),
        gloss=0.4,
        shade=0,
    )


def _panel(
    solid: Solid, ribs: tuple[float, float], *, height: float, edge: float, paint: Colour
) -> None:
    """The cloth between two ribs, whose tips are at these x."""
    t = np.linspace(0, np.pi / 2, 14)
    left = [(ribs[0] * float(np.sin(a)), edge - height * float(np.cos(a))) for a in t]
    right = [(ribs[1] * float(np.sin(a)), edge - height * float(np.cos(a))) for a in t]
    span = ribs[1] - ribs[0]
    sag = [
        (ribs[0] + span * s, edge - 0.30 * span * 4 * s * (1 - s) * 0.5)
        for s in np.linspace(0, 1, 9)
    ]
    middle = (ribs[0] + ribs[1]) / 2

    def cloth(part: Part) -> Array:
        reach = np.clip((part.y - (edge - height)) / height, 0, 1)
        part.nx[:] = middle * 0.8 * np.sqrt(reach)
        part.ny[:] = -np.sqrt(np.clip(1 - part.nx**2, 0, 1)) * (0.92 - 0.62 * reach)
        place = (part.x / np.maximum(np.sqrt(1 - (1 - reach) ** 2), 0.05) - ribs[0]) / max(
            span, 0.01
        )
        return tinted(
            paint, 1 - 0.22 * np.clip(np.abs(place - 0.5) * 2, 0, 1) ** 6 + 0.08 * (place - 0.5)
        )

    solid.polygon([*left, *sag, *right[::-1]], paint=cloth, gloss=0.15)
