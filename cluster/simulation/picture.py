"""One picture: a subject drawn into a scene and taken by an imperfect camera."""

from dataclasses import dataclass
from zlib import crc32

import numpy as np
from PIL import Image, ImageFilter, ImageOps

from cluster.simulation import scenery
from cluster.simulation.camera import expose, soften
from cluster.simulation.light import Light, shade
from cluster.simulation.noise import Array
from cluster.simulation.objects import BY_LABEL, Subject
from cluster.simulation.scenery import Scene
from cluster.simulation.solids import Solid, Window

Rng = np.random.Generator

_SOFTNESS = 0.75


@dataclass(frozen=True)
class Place:
    """Where an object stands: its middle in pixels, its radius, and its turn."""

    x: float
    y: float
    radius_px: float
    angle: float
    mirrored: bool


def picture_rng(number: int, *, label: str, seed: int) -> Rng:
    """The picture's own randomness: it depends on nothing but these three."""
    return np.random.default_rng([seed, number, crc32(label.encode())])


def render(number: int, *, label: str, seed: int, size: tuple[int, int]) -> Image.Image:
    """Draw picture `number` of a label; the same arguments give the same pixels."""
    subject = BY_LABEL[label]
    rng = picture_rng(number, label=label, seed=seed)
    kind = subject.scenes[int(rng.integers(len(subject.scenes)))]
    # All below is drawn smaller than the picture: a lens is softer than its sensor is fine.
    drawn = (round(size[0] * _SOFTNESS), round(size[1] * _SOFTNESS))
    scene = scenery.choose(kind, rng, size=drawn, from_above=0.8 if subject.lies else 0.35)
    light = Light.throw(rng)
    pixels = scene.pixels
    if scene.stance != "water" and rng.random() < 0.4:
        pixels = soften(pixels, drawn[1] / 480 * rng.uniform(0.4, 2.0))
    pixels = np.array(pixels, np.float32) * np.float32(light.ambient + light.strength * 0.62)
    pixels *= np.asarray(light.colour, np.float32)
    for place in _places(subject, scene, rng, size=drawn):
        solid = Solid(place.radius_px, angle=place.angle, mirrored=place.mirrored)
        subject.draw(solid, rng)
        _cast_shadow(pixels, solid, place, scene=scene, light=light, subject=subject)
        _paste(pixels, shade(solid, light, rng), solid.alpha, middle=(place.x, place.y))
    return expose(pixels, rng, size=size)


def _places(subject: Subject, scene: Scene, rng: Rng, *, size: tuple[int, int]) -> list[Place]:
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


def _middle(
    subject: Subject, scene: Scene, rng: Rng, *, size: tuple[int, int], radius: float
) -> float:
    height = size[1]
    if scene.stance != "ground":
        return float(height * rng.uniform(0.36, 0.64))
    # It stands on the ground: its foot below the horizon, and mostly inside the picture.
    foot = max(scene.horizon * height + 0.12 * height, radius * (subject.foot + 0.92))
    lowest = max(height * 0.97 - radius * 0.1, foot + 1)
    return float(rng.uniform(foot, lowest) - radius * subject.foot)


def _overlap(
    shape: tuple[int, ...], patch: Array, *, middle: tuple[float, float]
) -> tuple[Window, Window]:
    """The windows of the picture and of a patch with its middle at (x, y) that overlap."""
    top, left = round(middle[1]) - patch.shape[0] // 2, round(middle[0]) - patch.shape[1] // 2
    rows = _clip(top, top + patch.shape[0], shape[0])
    columns = _clip(left, left + patch.shape[1], shape[1])
    inner = (
        slice(rows.start - top, rows.stop - top),
        slice(columns.start - left, columns.stop - left),
    )
    return (rows, columns), inner


def _clip(start: int, stop: int, length: int) -> slice:
    first = min(max(start, 0), length)
    return slice(first, max(min(stop, length), first))


def _paste(pixels: Array, colours: Array, alpha: Array, *, middle: tuple[float, float]) -> None:
    outer, inner = _overlap(pixels.shape, alpha, middle=middle)
    pixels[outer] += (colours[inner] - pixels[outer]) * alpha[inner][..., None]


def _cast_shadow(
    pixels: Array, solid: Solid, place: Place, *, scene: Scene, light: Light, subject: Subject
) -> None:
    """Darken what is behind or below, softly, on the side away from the light."""
    if scene.stance in ("water", "air"):
        return
    silhouette = Image.fromarray((solid.alpha * 255).astype(np.uint8))
    if scene.stance == "ground" and not subject.lies:
        sheet = _laid_down(silhouette, place, light, foot=subject.foot)
        middle, softness = (place.x, place.y), 0.07
    else:
        spread = round(place.radius_px * 0.5)
        sheet = ImageOps.expand(silhouette, spread)
        away = np.asarray(light.direction[:2]) * place.radius_px * 0.22
        middle, softness = (place.x - away[0], place.y - away[1]), 0.09
    blurred = sheet.filter(ImageFilter.GaussianBlur(max(softness * place.radius_px, 1)))
    dark = np.asarray(blurred, np.float32) / 255
    strength = np.float32(0.75 * light.strength / (light.strength + light.ambient) + 0.25)
    outer, inner = _overlap(pixels.shape, dark, middle=middle)
    pixels[outer] *= (1 - strength * dark[inner])[..., None]


def _laid_down(silhouette: Image.Image, place: Place, light: Light, *, foot: float) -> Image.Image:
    """The silhouette laid down about its foot: squashed to a third, sheared by the light."""
    squash, lean = 0.34, light.direction[0] * 0.9
    side = silhouette.width
    base = side // 2 + foot * place.radius_px
    spread = round(place.radius_px * 0.9)
    backwards = (1.0, -lean, lean * base - spread, 0.0, 1 / squash, base - base / squash)
    return silhouette.transform(
        (side + 2 * spread, side), Image.Transform.AFFINE, backwards, Image.Resampling.BILINEAR
    )
