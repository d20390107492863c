"""One picture: a subject drawn into a scene and taken by an imperfect camera."""

from dataclasses import dataclass
from zlib import crc32

import numpy as np
from PIL import Image

from cluster.simulation import scenery
from cluster.simulation.camera import Move, expose, soften
from cluster.simulation.light import Light, shade
from cluster.simulation.noise import Array
from cluster.simulation.objects import BY_LABEL
from cluster.simulation.placing import choose_places, nudge
from cluster.simulation.scenery import Scene
from cluster.simulation.shadows import cast_shadow, paste
from cluster.simulation.solids import Solid

Rng = np.random.Generator

_SOFTNESS = 0.75
# Things put elsewhere have moved so many times as far as between two shots of a burst.
_REARRANGED = 5.0


@dataclass(frozen=True)
class View:
    """What a picture shows: the numbers of the pictures whose scene, places, objects it has.

    Shots of one burst differ in `own_number` alone, look-alikes in one number more.
    """

    own_number: int
    """Of the camera's noise, and of how camera and objects have moved."""
    scene: int
    """Of background, surface, light and exposure."""
    places: int
    """Of where things stand: if it is not the scene's own, they were put elsewhere in it."""
    objects: int
    moves: bool = False
    """One of a burst: camera and objects move a little from shot to shot."""

    @classmethod
    def own(cls, number: int) -> "View":
        """A picture that shares nothing with any other."""
        return cls(number, number, number, number)


@dataclass(frozen=True)
class _Streams:
    """The randomness of one picture, a stream for each of its parts."""

    scene: Rng
    places: Rng
    objects: Rng
    lens: Rng
    noise: Rng
    moves: Rng

    @classmethod
    def of(cls, view: View, *, label: str, seed: int) -> "_Streams":
        """They depend on nothing but these three."""

        def stream(number: int, part: str) -> Rng:
            return np.random.default_rng([seed, number, crc32(f"{label} {part}".encode())])

        return cls(
            scene=stream(view.scene, "scene"),
            places=stream(view.places, "places"),
            objects=stream(view.objects, "objects"),
            lens=stream(view.scene, "lens"),
            noise=stream(view.own_number, "noise"),
            moves=stream(view.own_number, "moves"),
        )


def render(view: View, *, label: str, seed: int, size: tuple[int, int]) -> Image.Image:
    """Draw a view of a label; the same arguments give the same pixels."""
    subject = BY_LABEL[label]
    rng = _Streams.of(view, label=label, seed=seed)
    # All is drawn smaller than the picture: a lens is softer than its sensor is fine.
    drawn = (round(size[0] * _SOFTNESS), round(size[1] * _SOFTNESS))
    kind = subject.scenes[int(rng.scene.integers(len(subject.scenes)))]
    scene = scenery.choose(kind, rng.scene, size=drawn, from_above=subject.from_above)
    light = Light.throw(rng.scene)
    pixels = _lit(scene, light, rng.scene)
    places = choose_places(subject, scene, rng.scene, size=drawn)
    if view.places != view.scene:
        places = [nudge(place, rng.places, much=_REARRANGED) for place in places]
    if view.moves:
        places = [nudge(place, rng.moves) for place in places]
    for place in places:
        solid = Solid(place.radius_px, angle=place.angle, mirrored=place.mirrored)
        subject.draw(solid, rng.objects)
        cast_shadow(pixels, solid, place, scene=scene, light=light, subject=subject)
        colours = shade(solid, light, rng.objects)
        paste(pixels, colours, solid.alpha, middle=(place.x, place.y))
    move = Move.shake(rng.moves) if view.moves else None
    return expose(pixels, rng.lens, size=size, noise=rng.noise, move=move)


def _lit(scene: Scene, light: Light, rng: Rng) -> Array:
    """The scene in that light, sometimes out of focus."""
    pixels = scene.pixels
    if scene.stance != "water" and rng.random() < 0.4:
        pixels = soften(pixels, pixels.shape[0] / 480 * rng.uniform(0.4, 2.0))
    bright = np.float32(light.ambient + light.strength * 0.62)
    return np.asarray(pixels * (bright * np.asarray(light.colour, np.float32)), np.float32)
