"""What can be drawn: a subject a label of Open Images, with where and how it stands."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from cluster.simulation.objects import (
    apple,
    banana,
    car,
    fish,
    football,
    house,
    mushroom,
    orange,
    strawberry,
    teddy_bear,
    umbrella,
    wall_clock,
)
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
    lies: bool = False
    """It lies rather than stands, and is mostly seen from above."""
    turns: bool = True
    """It may be mirrored, and turned about when it is seen from above."""


_FRUIT = ("table", "table", "table", "garden")

SUBJECTS: tuple[Subject, ...] = (
    Subject(
        "Teddy bear",
        "/m/0kmg4",
        teddy_bear.teddy_bear,
        ("table", "table", "garden"),
        (0.28, 0.42),
        2,
        0.3,
    ),
    Subject("Apple", "/m/014j1m", apple.apple, _FRUIT, (0.16, 0.36), 4, 0.35),
    Subject("Banana", "/m/09qck", banana.banana, _FRUIT, (0.30, 0.46), 2, 0.5, foot=0.5, lies=True),
    Subject("Car", "/m/0k4j", car.car, ("street",), (0.36, 0.58), 1, 0.06, foot=0.43),
    Subject("Strawberry", "/m/07fbm7", strawberry.strawberry, _FRUIT, (0.15, 0.36), 5, 0.9),
    Subject(
        "Football",
        "/m/01226z",
        football.football,
        ("garden", "garden", "street", "table"),
        (0.14, 0.34),
        2,
        3.0,
    ),
    Subject("House", "/m/03jm5", house.house, ("street",), (0.34, 0.5), 1, 0.03, foot=0.72),
    Subject("Orange", "/m/0cyhj_", orange.orange, _FRUIT, (0.16, 0.36), 4, 0.5),
    Subject(
        "Wall clock",
        "/m/0h8mzrc",
        wall_clock.wall_clock,
        ("wall",),
        (0.2, 0.42),
        1,
        0.12,
        turns=False,
    ),
    Subject(
        "Fish",
        "/m/0ch_cf",
        fish.fish,
        ("water", "water", "table"),
        (0.24, 0.48),
        3,
        0.5,
        foot=0.4,
        lies=True,
    ),
    Subject(
        "Mushroom",
        "/m/052sf",
        mushroom.mushroom,
        ("garden", "garden", "table"),
        (0.18, 0.38),
        4,
        0.3,
    ),
    Subject("Umbrella", "/m/0hnnb", umbrella.umbrella, ("street", "garden"), (0.28, 0.46), 2, 0.7),
)

BY_LABEL = {subject.label: subject for subject in SUBJECTS}
