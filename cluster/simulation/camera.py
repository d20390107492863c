"""The camera: vignette, colour cast, blur, exposure and the sensor's noise."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from cluster.simulation.noise import WHOLE_UNIT, Array, Size, grid, piece, whole_bank

# Light from 0 to this fits the sensor; a gentle shoulder bends highlights instead of clipping them.
_BRIGHTEST = 1.5
_SHOULDER = [
    round(min(255 * light * (1.08 - 0.18 * light), 255))
    for light in (level / 255 * _BRIGHTEST for level in range(256))
]
_HALVED_FROM_PX = 2.5
# Standard deviation of the sensor's noise, of full scale.
_GRAIN = (0.010, 0.030)


@dataclass(frozen=True)
class Move:
    """How far a hand has moved the camera: shares of the picture's sides, radians, magnification.

    The magnification is enough for nothing beyond the scene's edge to come into the picture.
    """

    across: float
    down: float
    turn: float
    zoom: float

    @classmethod
    def shake(cls, rng: np.random.Generator) -> "Move":
        """As between two shots of one burst."""
        across, down = (float(np.clip(rng.normal(0, 0.025), -0.05, 0.05)) for _ in range(2))
        turn = float(np.clip(rng.normal(0, 0.012), -0.025, 0.025))
        return cls(across, down, turn, float(rng.uniform(1.15, 1.2)))


def expose(
    pixels: Array,
    rng: np.random.Generator,
    *,
    size: Size,
    noise: np.random.Generator,
    move: Move | None = None,
) -> Image.Image:
    """Turn light (rows, columns, 3; about 0..1) into an RGB picture as a phone takes it."""
    height, width = pixels.shape[:2]
    x, y = grid((width, height))
    falloff = 1 - np.float32(rng.uniform(0, 0.3)) * (x * x + (y - np.float32(0.5)) ** 2)
    cast = 1 + rng.normal(0, 0.04, 3)
    gain = np.exp(rng.normal(0.16, 0.13)) * cast * (255 / _BRIGHTEST)
    exposed = pixels * gain.astype(np.float32)
    exposed *= falloff[..., None]
    np.clip(exposed, 0, 255, out=exposed)
    picture = Image.fromarray(exposed.astype(np.uint8))
    blur = rng.gamma(1.2, 0.35) * min(height, width) / 480 if rng.random() < 0.6 else 0.0
    if blur > 0.3:
        picture = picture.filter(ImageFilter.GaussianBlur(min(blur, 2.2)))
    enlarged = _enlarge(picture.point(_SHOULDER * 3), size=size, move=move)
    return _add_noise(enlarged, noise, grain=rng.uniform(*_GRAIN))


def _enlarge(picture: Image.Image, *, size: Size, move: Move | None) -> Image.Image:
    if move is None:
        return picture.resize(size, Image.Resampling.BICUBIC)
    # From a place in the new picture to one in the old, both from their middles.
    scale = picture.width / size[0] / move.zoom
    cos, sin = scale * np.cos(move.turn), scale * np.sin(move.turn)
    middle_x = picture.width * (0.5 + move.across)
    middle_y = picture.height * (0.5 + move.down)
    half_x, half_y = size[0] / 2, size[1] / 2
    backwards = (
        cos, sin, middle_x - cos * half_x - sin * half_y,
        -sin, cos, middle_y + sin * half_x - cos * half_y,
    )  # fmt: skip
    return picture.transform(size, Image.Transform.AFFINE, backwards, Image.Resampling.BICUBIC)


def _add_noise(picture: Image.Image, rng: np.random.Generator, *, grain: float) -> Image.Image:
    """Grain in all channels alike, and a coarser one between red and blue."""
    shape = (picture.height, picture.width)
    luma = _grain(0.0, rng, shape=shape, levels=255 * grain)
    chroma = _grain(0.5, rng, shape=shape, levels=255 * grain * 0.4)
    noisy = np.asarray(picture).astype(np.int16)
    noisy[..., 0] += luma + chroma
    noisy[..., 1] += luma
    noisy[..., 2] += luma - chroma
    return Image.fromarray(np.clip(noisy, 0, 255, out=noisy).astype(np.uint8))


def _grain(
    slope: float, rng: np.random.Generator, *, shape: tuple[int, int], levels: float
) -> Array:
    """Noise of that many levels (0..255, standard deviation) in whole numbers."""
    cut = piece(slope, rng, shape=shape, of=whole_bank)
    return np.asarray((cut * np.int16(round(levels * 256 / WHOLE_UNIT))) >> 8)


def soften(pixels: Array, radius_px: float) -> Array:
    """Blur colours; cheap, on eight bits, and on half the size where that cannot be told."""
    sheet = Image.fromarray((np.clip(pixels, 0, 1) * 255).astype(np.uint8))
    size, halves = sheet.size, radius_px >= _HALVED_FROM_PX and min(sheet.size) > 1
    if halves:
        sheet, radius_px = sheet.reduce(2), radius_px / 2
    blurred = sheet.filter(ImageFilter.BoxBlur(radius_px)).filter(ImageFilter.BoxBlur(radius_px))
    if halves:
        blurred = blurred.resize(size, Image.Resampling.BILINEAR)
    return np.asarray(np.asarray(blurred) * np.float32(1 / 255))
