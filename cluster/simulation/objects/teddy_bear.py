"""Draws a teddy bear."""

from collections.abc import Callable

import numpy as np

from cluster.simulation.colours import Colour, lighter, pick, tinted
from cluster.simulation.noise import Array, piece
from cluster.simulation.patches import Paint, Part
from cluster.simulation.solids import Solid

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
