"""What can be drawn: a subject a label of Open Images, with where and how it stands."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from cluster.simulation.objects import fruit, toys
from cluster.simulation.solids import Solid


@dataclass(frozen=True)
class Subject:
    """How a label is drawn and shown. Sizes are radii as shares of the picture's height."""

    label: str
    mid: str
    draw: Callable[[Solid, np.random.Generator], None]
    scenes: tuple[str, ...]
    radius: tuple[float, float]
    most: int
    """At most this many in one picture."""
    tilt: float
    """Radians to either side when it stands; lying things turn freely."""
    foot: float = 0.95
    """How far below its middle it touches the ground, in its own units."""


_FRUIT = ("table", "table", "table", "garden")

SUBJECTS: tuple[Subject, ...] = (
    Subject(
        "Teddy bear",
        "/m/0kmg4",
        toys.teddy_bear,
        ("table", "table", "garden"),
        (0.28, 0.46),
        2,
        0.3,
    ),
    Subject("Apple", "/m/014j1m", fruit.apple, _FRUIT, (0.16, 0.36), 4, 0.35),
    Subject("Banana", "/m/09qck", fruit.banana, _FRUIT, (0.30, 0.46), 2, 0.5, foot=0.5),
    Subject("Strawberry", "/m/07fbm7", fruit.strawberry, _FRUIT, (0.15, 0.36), 5, 0.9),
    Subject(
        "Football",
        "/m/01226z",
        toys.football,
        ("garden", "garden", "street", "table"),
        (0.14, 0.34),
        2,
        3.0,
    ),
    Subject("Orange", "/m/0cyhj_", fruit.orange, _FRUIT, (0.16, 0.36), 4, 0.5),
)

BY_LABEL = {subject.label: subject for subject in SUBJECTS}
