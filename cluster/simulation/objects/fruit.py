"""Fruit: apples, bananas, strawberries and oranges."""

import numpy as np

from cluster.simulation.colours import Colour, blend, pick, scaled, tinted
from cluster.simulation.noise import Array, piece
from cluster.simulation.outlines import through
from cluster.simulation.solids import Part, Point, Solid

Rng = np.random.Generator


def leaf(solid: Solid, base: Point, *, length: float, turn: float, rng: Rng) -> None:
    """A pointed leaf from its base, with a bright midrib."""
    green = pick(rng, (0.25, 0.5, 0.15), (0.35, 0.55, 0.2), (0.18, 0.38, 0.12))
    wide = length * rng.uniform(0.24, 0.34)
    t = np.linspace(0, 1, 14)
    bend = rng.uniform(-0.2, 0.2) * length
    half = wide * np.sin(np.pi * t**0.8) ** 0.9
    spine = [(length * s, bend * np.sin(np.pi * s)) for s in t]
    outline = [(x, y - h) for (x, y), h in zip(spine, half, strict=True)]
    outline += [(x, y + h) for (x, y), h in zip(spine, half, strict=True)][::-1]
    cos, sin = np.cos(turn), np.sin(turn)

    def place(points: list[Point]) -> list[Point]:
        return [(base[0] + cos * x - sin * y, base[1] + sin * x + cos * y) for x, y in points]

    solid.polygon(place(outline), paint=green, bevel=wide * 0.6, gloss=0.2, shade=0.25)
    lighter = (green[0] + 0.18, green[1] + 0.18, green[2] + 0.12)
    solid.tube(place(spine[::3]), [0.012] * len(spine[::3]), paint=lighter, shade=0)


def apple(solid: Solid, rng: Rng) -> None:
    """Red, green or yellow, streaked, with a dimple, a stalk and often a leaf."""
    kind = int(rng.integers(4))
    base = pick(
        rng, *(((0.72, 0.08, 0.08), (0.5, 0.65, 0.16), (0.85, 0.68, 0.2), (0.6, 0.05, 0.12))[kind],)
    )
    blush = pick(
        rng, *(((0.85, 0.55, 0.2), (0.62, 0.72, 0.3), (0.8, 0.2, 0.1), (0.75, 0.2, 0.15))[kind],)
    )
    where, amount = rng.uniform(-0.8, 0.8), rng.uniform(0.3, 0.9)
    streaks = piece(1.6, rng, shape=(64, 64))

    def skin(part: Part) -> Array:
        turn = np.arcsin(np.clip(part.nx, -1, 1))
        column = ((turn / np.pi + 0.5) * 63).astype(np.int32)
        row = np.clip((part.y + 1) * 4, 0, 63).astype(np.int32)
        share = np.clip(
            amount * (0.5 + 0.5 * np.cos(turn - where))
            - 0.35 * (part.y + 0.3)
            + 0.16 * streaks[row, column],
            0,
            1,
        )
        dots = 0.06 * (piece(0.0, np.random.default_rng(7), shape=share.shape) > 2.2)
        return tinted(blend(base, blush, share), 1 + dots)

    tall = rng.uniform(0.84, 0.98)
    shoulder = rng.uniform(0.8, 0.9)
    profile = through(
        [
            (-tall * 0.82, 0.34),
            (-tall * 0.72, 0.62),
            (-tall * 0.5, shoulder),
            (-0.12, 0.98),
            (0.22, 0.93),
            (0.52, 0.76),
            (0.78, 0.50),
            (tall * 0.92, 0.28),
            (tall * 0.95, 0.2),
        ]
    )
    solid.revolve(profile, paint=skin, gloss=rng.uniform(0.25, 0.6), shade=0)
    # The dimple: a dark bowl whose far rim shows, so it is seen a little from above.
    solid.ellipsoid(
        (0, -tall * 0.70),
        (0.36, 0.13),
        paint=scaled(base, 0.62),
        flat=0.4,
        shade=0,
        opacity=0.75,
    )
    solid.ellipsoid(
        (0, -tall * 0.69), (0.2, 0.075), paint=(0.28, 0.24, 0.08), flat=0.2, shade=0, opacity=0.8
    )
    lean = rng.uniform(-0.22, 0.22)
    solid.tube(
        [(0, -tall * 0.68), (lean * 0.4, -tall * 0.88), (lean, -tall * 1.12)],
        [0.035, 0.03, 0.045],
        paint=(0.3, 0.2, 0.1),
        shade=0.2,
    )
    if rng.random() < 0.6:
        side = rng.choice([-1.0, 1.0])
        turn = -rng.uniform(0.15, 0.7) if side > 0 else np.pi + rng.uniform(0.15, 0.7)
        leaf(solid, (lean * 0.4, -tall * 0.86), length=rng.uniform(0.45, 0.7), turn=turn, rng=rng)


def banana(solid: Solid, rng: Rng) -> None:
    """One or a hand of bananas: curved, edged, with dark tips; green, yellow or spotted."""
    ripe = rng.random()
    base = (
        pick(rng, (0.62, 0.68, 0.2))
        if ripe < 0.22
        else pick(rng, (0.93, 0.78, 0.2), (0.9, 0.7, 0.15))
    )
    spots = rng.uniform(1.2, 2.0) if ripe > 0.6 else 9.0
    count = int(rng.choice([1, 1, 2, 3, 4]))
    stem = (-0.82, -0.30)
    for index in range(count):
        drop = (index - (count - 1) / 2) * 0.30
        bend = rng.uniform(0.42, 0.62) + 0.04 * index
        _one_banana(solid, stem, drop=drop, bend=bend, base=base, spots=spots, rng=rng)
    if count > 1:
        solid.ellipsoid(
            (stem[0] - 0.03, stem[1]), (0.12, 0.14), paint=(0.42, 0.36, 0.14), shade=0.2
        )


def _one_banana(
    solid: Solid,
    stem: Point,
    *,
    drop: float,
    bend: float,
    base: Colour,
    spots: float,
    rng: Rng,
) -> None:
    t = np.linspace(0, 1, 11)
    end = (0.86, -0.22 + drop * 0.9)
    x = stem[0] + (end[0] - stem[0]) * t
    y = stem[1] + (end[1] - stem[1]) * t + (bend + drop * 0.6) * 4 * t * (1 - t) * 0.8
    thick = 0.20 * np.interp(
        t, [0, 0.10, 0.22, 0.5, 0.8, 0.93, 1], [0.30, 0.32, 0.85, 1.05, 0.92, 0.42, 0.2]
    )
    speckle = piece(1.0, rng, shape=solid.alpha.shape)

    def skin(part: Part) -> Array:
        tone = 1 - 0.16 * (np.abs(part.y - 0.12) < 0.05) - 0.10 * (np.abs(part.y + 0.55) < 0.04)
        colour = tinted(base, tone)
        green = np.clip(0.25 - part.x, 0, 0.2) * 2.2 + np.clip(part.x - 0.85, 0, 0.2)
        colour = blend(colour, (0.5, 0.58, 0.2), green)
        tips = np.clip((np.maximum(0.035 - part.x, part.x - 0.965)) * 60, 0, 1)
        bruise = np.clip((speckle[: part.x.shape[0], : part.x.shape[1]] - spots) * 2, 0, 1)
        dark = np.maximum(tips, bruise * 0.75)
        return blend(colour, (0.22, 0.15, 0.08), dark)

    solid.tube(list(zip(x, y, strict=True)), list(thick), paint=skin, gloss=0.18, shade=0.35)


def strawberry(solid: Solid, rng: Rng) -> None:
    """A red cone with sunken seeds and a green star on top; sometimes unripe below the star."""
    base = pick(rng, (0.80, 0.08, 0.10), (0.86, 0.16, 0.12), (0.65, 0.05, 0.1))
    pale = rng.uniform(0, 0.8)
    wide = rng.uniform(0.62, 0.8)
    rows = rng.uniform(5.2, 7.0)

    def skin(part: Part) -> Array:
        turn = np.arcsin(
            np.clip(part.nx / np.maximum(np.sqrt(1 - np.minimum(part.ny, 0.95) ** 2), 0.3), -1, 1)
        )
        row = part.y * rows
        column = turn * 2.6 + 0.5 * (np.floor(row) % 2)
        du, dv = column - np.floor(column) - 0.5, row - np.floor(row) - 0.5
        away = np.sqrt((du * 1.9) ** 2 + dv**2)
        seed = np.clip((0.20 - away) * 12, 0, 1)
        pit = np.clip((0.36 - away) * 6, 0, 1)
        share = np.clip((-part.y - 0.25) * 1.6 * pale, 0, 0.75)
        colour = tinted(blend(base, (0.92, 0.75, 0.55), share), 1 - 0.32 * pit)
        return blend(colour, (0.92, 0.78, 0.35), seed)

    profile = through(
        [
            (-0.73, 0.0),
            (-0.70, 0.45 * wide),
            (-0.5, 0.92 * wide),
            (-0.2, wide),
            (0.2, 0.84 * wide),
            (0.55, 0.56 * wide),
            (0.82, 0.28 * wide),
            (0.93, 0.0),
        ]
    )
    solid.revolve(profile, paint=skin, gloss=rng.uniform(0.35, 0.7), rough=0.05, shade=0)
    solid.tube(
        [(0, -0.66), (rng.uniform(-0.1, 0.1), -0.9), (rng.uniform(-0.25, 0.25), -1.08)],
        [0.045, 0.04, 0.05],
        paint=(0.4, 0.6, 0.22),
    )
    count = int(rng.integers(6, 9))
    for index in range(count):
        turn = np.pi * (index + 0.5) / count + rng.normal(0, 0.08)
        out = np.pi - turn if index % 2 else turn
        leaf(solid, (0, -0.68), length=rng.uniform(0.42, 0.62), turn=out * 0.98 + 0.03, rng=rng)


def orange(solid: Solid, rng: Rng) -> None:
    """Whole with its navel or leaf, or cut across so that the segments show."""
    base = pick(rng, (0.95, 0.52, 0.08), (0.93, 0.6, 0.14), (0.88, 0.42, 0.08))
    if rng.random() < 0.45:
        _cut_orange(solid, base, rng)
        return
    solid.ellipsoid(
        (0, 0), (0.96, rng.uniform(0.88, 0.97)), paint=base, gloss=0.3, rough=0.07, shade=0
    )
    navel = (rng.uniform(-0.3, 0.3), rng.uniform(-0.7, -0.45))
    for index in range(5):
        turn = 2 * np.pi * index / 5
        solid.ellipsoid(
            (navel[0] + 0.06 * np.cos(turn), navel[1] + 0.045 * np.sin(turn)),
            (0.075, 0.05),
            paint=(0.35, 0.45, 0.15),
            turn=turn,
            shade=0.15,
            flat=0.6,
        )
    if rng.random() < 0.7:
        leaf(solid, navel, length=rng.uniform(0.5, 0.75), turn=rng.uniform(-0.9, 0.5), rng=rng)
    if rng.random() < 0.4:
        leaf(
            solid,
            navel,
            length=rng.uniform(0.45, 0.7),
            turn=np.pi + rng.uniform(-0.5, 0.9),
            rng=rng,
        )


def _cut_orange(solid: Solid, base: Colour, rng: Rng) -> None:
    count = int(rng.integers(9, 12))
    start = rng.uniform(0, 1)
    flesh = (min(base[0] + 0.03, 1.0), base[1] + 0.06, base[2] + 0.04)
    cells = piece(1.2, rng, shape=solid.alpha.shape)

    def face(part: Part) -> Array:
        reach = np.sqrt(part.x**2 + part.y**2)
        place = np.arctan2(part.y, part.x) / np.float32(2 * np.pi) * count + np.float32(start)
        away = np.abs(place - np.floor(place) - 0.5) * 2 * np.pi / count * reach
        edge = np.pi / count * reach - away
        inside = (
            np.clip((edge - 0.025) * 30, 0, 1)
            * np.clip((0.86 - reach) * 30, 0, 1)
            * np.clip((reach - 0.1) * 20, 0, 1)
        )
        grain = cells[: reach.shape[0], : reach.shape[1]]
        pulp = tinted(flesh, 1 + 0.07 * grain + 0.12 * (reach - 0.5))
        pith = blend((0.97, 0.93, 0.78), base, np.clip((reach - 0.935) * 40, 0, 1))
        return blend(pith, pulp, inside)

    squash = rng.uniform(0.72, 0.97)
    solid.ellipsoid(
        (0, 0.10 + (1 - squash) * 0.6), (0.93, 0.88), paint=base, gloss=0.3, rough=0.07, shade=0
    )
    solid.ellipsoid(
        (0, 0), (0.95, 0.95 * squash), paint=face, gloss=0.22, flat=0.12, rough=0.06, shade=0
    )
