"""Draws a football of pentagons and hexagons."""

import numpy as np

from cluster.simulation.colours import blend, pick, tinted
from cluster.simulation.noise import Array, piece
from cluster.simulation.patches import Part
from cluster.simulation.solids import Solid

Rng = np.random.Generator


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
    mud = piece(2.0, rng, shape=solid.alpha.shape)
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
