"""Light: where it comes from, its colour, and how a solid looks in it."""

from dataclasses import dataclass

import numpy as np

from cluster.simulation.colours import Colour
from cluster.simulation.noise import Array, piece
from cluster.simulation.solids import Solid


@dataclass(frozen=True)
class Light:
    """A lamp or the sun (direction towards it: x right, y down, z to the viewer) and a soft sky."""

    direction: tuple[float, float, float]
    colour: Colour
    strength: float
    ambient: float

    @classmethod
    def throw(cls, rng: np.random.Generator) -> "Light":
        """Some light: mostly from above, from hard to soft, from warm to cool."""
        side = rng.uniform(-0.8, 0.8)
        direction = np.array([side, -rng.uniform(0.45, 1.0), rng.uniform(0.5, 1.1)])
        direction /= np.linalg.norm(direction)
        warmth = rng.normal(0, 0.06)
        ambient = rng.uniform(0.32, 0.6)
        return cls(
            direction=(float(direction[0]), float(direction[1]), float(direction[2])),
            colour=(1 + warmth, 1.0, 1 - warmth),
            strength=float(1.12 - ambient * 0.9),
            ambient=float(ambient),
        )


def shade(solid: Solid, light: Light, rng: np.random.Generator) -> Array:
    """Colours of the solid in that light, (rows, columns, 3), not yet multiplied by its alpha."""
    nx, ny = _to_screen(solid)
    if solid.rough.any():
        nx = nx + solid.rough * piece(1.0, rng, shape=nx.shape)
        ny = ny + solid.rough * piece(1.0, rng, shape=ny.shape)
    nz = np.sqrt(np.maximum(1 - nx * nx - ny * ny, 0.02))
    lx, ly, lz = (np.float32(part) for part in light.direction)
    facing = nx * lx + ny * ly + nz * lz
    diffuse = np.clip(facing * np.float32(0.88) + np.float32(0.12), 0, 1.2)
    # The sky lights what looks up more than what looks down.
    sky = np.float32(light.ambient) * (1 - np.float32(0.32) * ny) * (0.72 + 0.28 * nz)
    lit = diffuse[..., None] * (np.float32(light.strength) * np.asarray(light.colour, np.float32))
    lit += sky[..., None]
    shaded: Array = solid.colour * lit
    # Blinn's half vector with the viewer straight ahead.
    half = np.array([lx, ly, lz + 1], np.float32)
    half /= np.linalg.norm(half)
    mirror = np.clip(nx * half[0] + ny * half[1] + nz * half[2], 0, 1) ** 2
    mirror *= mirror
    mirror *= mirror
    mirror *= mirror
    mirror *= mirror
    shaded += (solid.gloss * mirror * np.float32(0.4 + light.strength))[..., None]
    return shaded


def _to_screen(solid: Solid) -> tuple[Array, Array]:
    cos, sin = np.float32(np.cos(solid.angle)), np.float32(np.sin(solid.angle))
    nx = -solid.nx if solid.mirrored else solid.nx
    return cos * nx - sin * solid.ny, sin * nx + cos * solid.ny
