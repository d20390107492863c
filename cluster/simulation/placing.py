"""Where in a scene the instances of a subject stand, and how they move from shot to shot."""

from dataclasses import dataclass, replace

import numpy as np

from cluster.simulation.objects import Subject
from cluster.simulation.scenery import Scene

Rng = np.random.Generator
Size = tuple[int, int]


@dataclass(frozen=True)
class Place:
    """Where an object stands: its middle in pixels, its radius, and its turn."""

    x: float
    y: float
    radius_px: float
    angle: float
    mirrored: bool


def choose_places(subject: Subject, scene: Scene, rng: Rng, *, size: Size) -> list[Place]:
    """Where the instances stand, the farthest first."""
    width = size[0]
    count = int(rng.integers(1, subject.most + 1)) if rng.random() < 0.6 else 1
    radius = rng.uniform(*subject.radius) * min(size) / (1 + 0.17 * (count - 1))
    middle = (
        width * rng.uniform(0.34, 0.66),
        _middle(subject, scene, rng, size=size, radius=radius),
    )
    places = []
    start = rng.uniform(0, 2 * np.pi)
    for index in range(count):
        own = radius * rng.uniform(0.9, 1.1)
        turn = start + 2 * np.pi * index / count + rng.normal(0, 0.25)
        spread = radius * (1.12 if count > 1 else 0) * (1 + 0.18 * count) / 1.3
        x = middle[0] + spread * np.cos(turn) * 1.25
        y = middle[1] + spread * np.sin(turn) * (1.0 if scene.stance == "flat" else 0.4)
        free = scene.stance == "flat" and subject.turns
        angle = rng.uniform(-np.pi, np.pi) if free else rng.normal(0, subject.tilt / 2)
        places.append(Place(x, y, own, angle, subject.turns and bool(rng.random() < 0.5)))
    return sorted(places, key=lambda place: place.y)


def _middle(subject: Subject, scene: Scene, rng: Rng, *, size: Size, radius: float) -> float:
    height = size[1]
    if scene.stance != "ground":
        return float(height * rng.uniform(0.36, 0.64))
    # It stands on the ground: its foot below the horizon, and mostly inside the picture.
    foot = max(scene.horizon * height + 0.12 * height, radius * (subject.foot + 0.92))
    lowest = max(height * 0.97 - radius * 0.1, foot + 1)
    return float(rng.uniform(foot, lowest) - radius * subject.foot)


def nudge(place: Place, rng: Rng, *, much: float = 1.0) -> Place:
    """A second later: a little aside, a little turned, a little nearer; or much more so."""
    return replace(
        place,
        x=place.x + place.radius_px * much * rng.normal(0, 0.09),
        y=place.y + place.radius_px * much * rng.normal(0, 0.04),
        radius_px=place.radius_px * float(np.exp(rng.normal(0, 0.03))),
        angle=place.angle + much * rng.normal(0, 0.07),
    )
