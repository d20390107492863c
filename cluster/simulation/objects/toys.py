"""Toys and balls: teddy bears and footballs."""

from collections.abc import Callable

import numpy as np

from cluster.simulation.colours import Colour, blend, lighter, pick, tinted
from cluster.simulation.noise import Array, piece
from cluster.simulation.solids import Paint, Part, Solid

Rng = np.random.Generator


def teddy_bear(solid: Solid, rng: Rng) -> None:
    """Sitting: round ears, a muzzle, arms and legs with pads; brown, cream, white, grey or pink."""
    fur = pick(
        rng,
        (0.55, 0.36, 0.2),
        (0.42, 0.26, 0.14),
        (0.78, 0.62, 0.4),
        (0.85, 0.8, 0.72),
        (0.6, 0.58, 0.58),
        (0.8, 0.55, 0.58),
    )
    pale = lighter(fur, rng.uniform(0.35, 0.6))
    fuzz = rng.uniform(0.16, 0.34)
    stout = rng.uniform(0.92, 1.1)
    lift = rng.uniform(-0.5, 0.35, 2)
    tuft = piece(1.0, rng, shape=solid.alpha.shape)

    def furry(colour: Colour) -> Paint:
        def paint(part: Part) -> Array:
            strands = tuft[: part.nx.shape[0], : part.nx.shape[1]]
            return tinted(colour, 1 + 0.10 * strands)

        return paint

    def limb(
        centre: tuple[float, float],
        radii: tuple[float, float],
        turn: float = 0.0,
        colour: Colour = fur,
    ) -> None:
        solid.ellipsoid(
            centre, radii, paint=furry(colour), turn=turn, gloss=0.02, rough=fuzz, shade=0.32
        )

    for side, raised in ((-1, lift[0]), (1, lift[1])):
        limb((side * 0.33, -0.84), (0.17, 0.17))
        limb((side * 0.33, -0.825), (0.095, 0.095), colour=pale)
        limb((side * 0.50 * stout, 0.12 - raised * 0.3), (0.15, 0.34), turn=-side * (0.55 + raised))
    limb((0, 0.30), (0.46 * stout, 0.50))
    limb((0, 0.36), (0.29 * stout, 0.33), colour=pale)
    for side in (-1, 1):
        limb((side * 0.42 * stout, 0.68), (0.27, 0.23), turn=side * 0.25)
        limb((side * 0.50 * stout, 0.72), (0.155, 0.165), colour=pale)
    limb((0, -0.48), (0.46, 0.40))
    _face(solid, limb, pale, rng)
    if rng.random() < 0.6:
        _bow(
            solid,
            pick(rng, (0.75, 0.1, 0.12), (0.15, 0.3, 0.65), (0.2, 0.5, 0.3), (0.85, 0.7, 0.2)),
        )


def _face(solid: Solid, limb: Callable[..., None], pale: Colour, rng: Rng) -> None:
    limb((0, -0.36), (0.21, 0.165), colour=pale)
    dark = (0.05, 0.04, 0.04)
    apart = rng.uniform(0.15, 0.19)
    for side in (-1, 1):
        solid.ellipsoid((side * apart, -0.555), (0.052, 0.056), paint=dark, gloss=1.0, shade=0.15)
    solid.ellipsoid((0, -0.44), (0.075, 0.052), paint=dark, gloss=0.7, shade=0.15)
    solid.tube([(0, -0.40), (0, -0.33)], [0.012, 0.012], paint=dark, shade=0)
    smile = [(x, -0.33 + 0.05 * np.sin(abs(x) * 22)) for x in np.linspace(-0.09, 0.09, 7)]
    solid.tube(smile, [0.013] * 7, paint=dark, shade=0)


def _bow(solid: Solid, colour: Colour) -> None:
    for side in (-1, 1):
        solid.polygon(
            [(0, -0.10), (side * 0.24, -0.23), (side * 0.27, -0.10), (side * 0.24, 0.05)],
            paint=colour,
            bevel=0.07,
            gloss=0.3,
            shade=0.3,
        )
    solid.ellipsoid((0, -0.095), (0.065, 0.065), paint=colour, gloss=0.3)


def _icosahedron() -> Array:
    golden = (1 + 5**0.5) / 2
    signs = [(a, b) for a in (-1.0, 1.0) for b in (-1.0, 1.0)]
    corners = [(0.0, a, b * golden) for a, b in signs]
    corners += [(a, b * golden, 0.0) for a, b in signs]
    corners += [(b * golden, 0.0, a) for a, b in signs]
    points = np.array(corners, np.float32)
    return np.asarray(points / np.linalg.norm(points, axis=1, keepdims=True))


def _patches() -> tuple[Array, Array]:
    """Middles of the 12 pentagons and the 20 hexagons of a football."""
    pentagons = _icosahedron()
    near = pentagons @ pentagons.T > 0.4
    faces = [
        pentagons[i] + pentagons[j] + pentagons[k]
        for i in range(12)
        for j in range(i + 1, 12)
        for k in range(j + 1, 12)
        if near[i, j] and near[j, k] and near[i, k]
    ]
    hexagons = np.array(faces, np.float32)
    return pentagons, hexagons / np.linalg.norm(hexagons, axis=1, keepdims=True)


_PENTAGONS, _HEXAGONS = _patches()


def football(solid: Solid, rng: Rng) -> None:
    """Pentagons and hexagons with seams; mostly black on white, sometimes coloured, often muddy."""
    turn, _ = np.linalg.qr(rng.standard_normal((3, 3)))
    pentagons = (_PENTAGONS @ turn).astype(np.float32)
    hexagons = (_HEXAGONS @ turn).astype(np.float32)
    light = pick(rng, (0.92, 0.92, 0.9), (0.92, 0.92, 0.9), (0.9, 0.85, 0.4), (0.85, 0.88, 0.92))
    dark = pick(rng, (0.06, 0.06, 0.07), (0.06, 0.06, 0.07), (0.1, 0.15, 0.45), (0.6, 0.08, 0.1))
    mud = piece(2.2, rng, shape=solid.alpha.shape)
    dirt = rng.uniform(0, 0.6) if rng.random() < 0.5 else 0.0

    def skin(part: Part) -> Array:
        facing = np.stack([part.nx, part.ny, part.nz], axis=-1)
        # Pentagons lie a little farther out, so their caps are smaller by the ratio of the two.
        pentagon = (facing @ pentagons.T).max(axis=-1) - np.float32(0.0175)
        ranked = np.partition(facing @ hexagons.T, -2, axis=-1)
        hexagon, second = ranked[..., -1], ranked[..., -2]
        seam = np.minimum(
            np.abs(hexagon - pentagon), np.maximum(hexagon - second, pentagon - hexagon)
        )
        is_dark = np.clip((pentagon - hexagon) * 60 + 0.5, 0, 1)
        colour = tinted(blend(light, dark, is_dark), 1 - 0.45 * np.clip(1 - seam * 55, 0, 1))
        brown = np.clip(mud[: seam.shape[0], : seam.shape[1]] - 0.3, 0, 1) * dirt
        return blend(colour, (0.4, 0.3, 0.18), brown)

    solid.ellipsoid((0, 0), (0.97, 0.97), paint=skin, gloss=rng.uniform(0.1, 0.5), shade=0)
