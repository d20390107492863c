"""Perceptual hashes: one rule, used by a single upload and by a batch alike."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_GREY_SIDE = 32
_HASH_SIDE = 8
_SCALE = 1 << 15


def phash(picture: Image.Image) -> int:
    """Return the 64-bit DCT hash of an upright picture (RGB or RGBA), as a signed number.

    Source: C. Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions", 2010,
    3.2.1, in the form of Python's imagehash: 32 x 32 grey, the 8 x 8 lowest frequencies of its
    DCT, a bit for each that exceeds their median. Transparent pixels count as white.
    """
    grey = _on_white(picture).convert("L").resize((_GREY_SIDE,) * 2, Image.Resampling.LANCZOS)
    low = _COSINES @ np.asarray(grey, dtype=np.int64) @ _COSINES.T
    # Signed, because neither Spark nor Postgres has an unsigned 64-bit integer.
    return int(np.packbits(low > np.median(low)).view(">i8")[0])


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    white = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(white, picture).convert("RGB")


def _cosines() -> NDArray[np.int64]:
    """Return the rows of the DCT matrix that are used, in whole numbers.

    Whole numbers make the hash the same on any machine: in a flat picture every frequency but one
    is rounding noise, which would decide the bits.
    """
    frequency = np.arange(_HASH_SIDE)[:, None]
    place = np.arange(_GREY_SIDE)[None, :]
    angle = np.pi * frequency * (2 * place + 1) / (2 * _GREY_SIDE)
    whole: NDArray[np.int64] = np.rint(np.cos(angle) * _SCALE).astype(np.int64)
    return whole


_COSINES = _cosines()
