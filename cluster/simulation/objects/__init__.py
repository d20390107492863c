"""What can be drawn: a subject a label of Open Images, with where and how it stands."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from cluster.simulation.objects import (
    apple,
    balloon,
    banana,
    candle,
    car,
    carrot,
    coffee_cup,
    doughnut,
    fish,
    football,
    house,
    ladybug,
    lemon,
    mushroom,
    orange,
    pear,
    pumpkin,
    snowman,
    starfish,
    stop_sign,
    strawberry,
    sunflower,
    teddy_bear,
    tomato,
    traffic_light,
    umbrella,
    wall_clock,
    watermelon,
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
    stands: bool = False
    """It is never seen from above."""
    turns: bool = True
    """It may be mirrored, and turned about when it is seen from above."""

    @property
    def from_above(self) -> float:
        """How often, of the scenes where it could be, it is seen from above."""
        return 0.0 if self.stands else 0.8 if self.lies else 0.35


_FRUIT = ("table", "table", "table", "garden")
_OUTSIDE = ("garden", "garden", "street")
_SHORE = ("water", "garden", "table")

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
    Subject("Lemon", "/m/09k_b", lemon.lemon, _FRUIT, (0.2, 0.42), 4, 0.4, foot=0.6, lies=True),
    Subject("Pear", "/m/061_f", pear.pear, _FRUIT, (0.22, 0.42), 4, 0.3),
    Subject("Tomato", "/m/07j87", tomato.tomato, _FRUIT, (0.16, 0.36), 4, 0.4),
    Subject("Carrot", "/m/0fj52s", carrot.carrot, _FRUIT, (0.3, 0.5), 3, 0.4, foot=0.25, lies=True),
    Subject(
        "Pumpkin",
        "/m/05zsy",
        pumpkin.pumpkin,
        _OUTSIDE,
        (0.22, 0.42),
        3,
        0.12,
        foot=0.85,
        stands=True,
    ),
    Subject(
        "Watermelon", "/m/0kpqd", watermelon.watermelon, _FRUIT, (0.28, 0.44), 2, 0.4, foot=0.6
    ),
    Subject("Doughnut", "/m/0jy4k", doughnut.doughnut, ("table",), (0.2, 0.4), 3, 0.3, lies=True),
    Subject(
        "Coffee cup",
        "/m/02p5f1q",
        coffee_cup.coffee_cup,
        ("table",),
        (0.24, 0.42),
        2,
        0.03,
        stands=True,
    ),
    Subject("Candle", "/m/0c06p", candle.candle, ("table",), (0.28, 0.44), 3, 0.05, stands=True),
    Subject("Balloon", "/m/01j51", balloon.balloon, ("wall", "street"), (0.26, 0.44), 4, 0.3),
    Subject(
        "Snowman",
        "/m/0152hh",
        snowman.snowman,
        ("street", "garden"),
        (0.32, 0.46),
        2,
        0.08,
        stands=True,
    ),
    Subject(
        "Sunflower", "/m/0ftb8", sunflower.sunflower, _OUTSIDE, (0.3, 0.48), 3, 0.2, stands=True
    ),
    Subject(
        "Traffic light",
        "/m/015qff",
        traffic_light.traffic_light,
        ("street",),
        (0.32, 0.48),
        2,
        0.06,
    ),
    Subject(
        "Stop sign",
        "/m/02pv19",
        stop_sign.stop_sign,
        ("street",),
        (0.34, 0.5),
        1,
        0.08,
        turns=False,
    ),
    Subject(
        "Ladybug", "/m/0gj37", ladybug.ladybug, ("garden", "table"), (0.2, 0.38), 3, 0.5, lies=True
    ),
    Subject("Starfish", "/m/01h8tj", starfish.starfish, _SHORE, (0.26, 0.44), 3, 0.6, lies=True),
)

BY_LABEL = {subject.label: subject for subject in SUBJECTS}
