"""Pictures derived from a train picture: turned, moved, sheared, zoomed and mirrored a little."""

import io
import math
from hashlib import sha512
from itertools import product

import numpy as np
import numpy.typing as npt
from PIL import Image

from hub.rules.pixels import decode_scaled
from hub.rules.publishing import strip

RECIPE = "affine-2"
"""Raise it with any change that gives other pictures: it is part of every picture's seed."""

SIDE_PX = 299
"""Longest side, the aspect kept: what the original hub augmented at."""

# The ranges of the original's Keras ImageDataGenerator: degrees; shares of a side; radians, of
# which Keras 2 takes degrees (its 0.2 is not to be seen); shares of 1, each axis by itself.
_ROTATION, _SHIFT, _SHEAR, _ZOOM = 25.0, 0.1, 0.2, 0.2
_QUALITY = 90

_Floats = npt.NDArray[np.float64]


def augment(content: bytes, *, image_id: str, number: int) -> bytes:
    """Return the JPEG of derived picture `number` (from 0) of a good picture's bytes.

    It depends on (image_id, recipe, number) and the pixels alone. What the picture leaves open
    at its edges is filled with the nearest pixel.
    """
    picture = decode_scaled(strip(content)).convert("RGB")
    picture.thumbnail((SIDE_PX, SIDE_PX), Image.Resampling.BILINEAR)
    derived = _warp(picture, _draws(image_id, number))
    encoded = io.BytesIO()
    derived.save(encoded, "JPEG", quality=_QUALITY)
    return encoded.getvalue()


def coefficients(image_id: str, number: int, size: tuple[int, int]) -> tuple[float, ...]:
    """Return the row of `transforms` by which TensorFlow's ImageProjectiveTransformV3 derives
    picture `number` of a picture of that width and height in pixels.

    With interpolation BILINEAR and fill_mode NEAREST it gives what `augment` draws, before that is
    made smaller or encoded, to within 2 of 255 levels.
    """
    linear, offset = _affine(_draws(image_id, number), size)
    # Pixels of TensorFlow lie at whole numbers; those of Pillow have their middles at halves.
    moved = offset + linear @ _HALVES - _HALVES
    return (*linear[0].tolist(), float(moved[0]), *linear[1].tolist(), float(moved[1]), 0.0, 0.0)


_HALVES = np.array([0.5, 0.5])


def _draws(image_id: str, number: int) -> list[float]:
    """Eight numbers in [-1, 1) from the picture's seed, the same on every machine."""
    seed = sha512(f"{RECIPE}/{image_id}/{number}".encode()).digest()
    words = (int.from_bytes(seed[start : start + 8], "big") for start in range(0, 64, 8))
    return [word / 2**63 - 1.0 for word in words]


def _warp(picture: Image.Image, draws: list[float]) -> Image.Image:
    linear, offset = _affine(draws, picture.size)
    padded, before = _padded(picture, linear=linear, offset=offset)
    offset = offset + before
    coefficients = (*linear[0], offset[0], *linear[1], offset[1])
    return padded.transform(
        picture.size, Image.Transform.AFFINE, coefficients, Image.Resampling.BILINEAR
    )


def _affine(draws: list[float], size: tuple[int, int]) -> tuple[_Floats, _Floats]:
    """Return where each place of the result comes from: about the middle, then moved."""
    sides = np.array(size)
    linear = _linear(draws)
    return linear, sides / 2 + sides * _SHIFT * np.array(draws[1:3]) - linear @ (sides / 2)


def _padded(
    picture: Image.Image, *, linear: _Floats, offset: _Floats
) -> tuple[Image.Image, npt.NDArray[np.int64]]:
    """Return the picture with its edges drawn out as far as the result's corners reach, and by how
    much to the left and above: Pillow has no nearest fill."""
    sides = np.array(picture.size)
    corners = np.array(list(product(*((0, side) for side in picture.size))))
    reached = corners @ linear.T + offset
    # One pixel more, which the interpolation looks at.
    before = np.maximum(0, np.ceil(-reached.min(axis=0))).astype(int) + 1
    after = np.maximum(0, np.ceil(reached.max(axis=0) - sides)).astype(int) + 1
    (left, above), (right, below) = before, after
    rows_first = ((above, below), (left, right), (0, 0))
    return Image.fromarray(np.pad(np.asarray(picture), rows_first, mode="edge")), before


def _linear(draws: list[float]) -> _Floats:
    turn, shear = math.radians(_ROTATION * draws[0]), _SHEAR * draws[3]
    rotation = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    sheared = np.array([[1.0, -math.sin(shear)], [0.0, math.cos(shear)]])
    mirror = -1.0 if draws[6] < 0 else 1.0
    zoomed = np.diag([mirror * (1 + _ZOOM * draws[4]), 1 + _ZOOM * draws[5]])
    return np.asarray(rotation @ sheared @ zoomed)
