"""What stands in a scene: pasted into it, with the shadow it casts."""

import numpy as np
from PIL import Image, ImageFilter, ImageOps

from cluster.simulation.light import Light
from cluster.simulation.noise import Array
from cluster.simulation.objects import Subject
from cluster.simulation.patches import Window
from cluster.simulation.placing import Place
from cluster.simulation.scenery import Scene
from cluster.simulation.solids import Solid

_QUARTERED_FROM_PX = 6.0


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


def paste(pixels: Array, colours: Array, alpha: Array, *, middle: tuple[float, float]) -> None:
    outer, inner = _overlap(pixels.shape, alpha, middle=middle)
    pixels[outer] += (colours[inner] - pixels[outer]) * alpha[inner][..., None]


def cast_shadow(
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
    dark = np.asarray(_blurred(sheet, softness * place.radius_px)) * np.float32(1 / 255)
    strength = np.float32(0.75 * light.strength / (light.strength + light.ambient) + 0.25)
    outer, inner = _overlap(pixels.shape, dark, middle=middle)
    pixels[outer] *= (1 - strength * dark[inner])[..., None]


def _blurred(sheet: Image.Image, radius_px: float) -> Image.Image:
    """Blurred; on a quarter of the size where that cannot be told."""
    if radius_px < _QUARTERED_FROM_PX:
        return sheet.filter(ImageFilter.GaussianBlur(max(radius_px, 1)))
    small = sheet.reduce(4).filter(ImageFilter.GaussianBlur(radius_px / 4))
    return small.resize(sheet.size, Image.Resampling.BILINEAR)


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
