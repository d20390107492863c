"""What is made of a picture where the hub is not asked: a hash and two thumbnails, done plainly.

The limit and the peers without such operations of their own use these. They are no part of the hub
and stay as they are when it changes, so that results of different days can be compared.
"""

import io

import numpy as np
from PIL import Image

LARGER_PX, SMALLER_PX = 299, 100
_QUALITY = 80
_GREY_SIDE, _HASH_SIDE = 32, 8
_WAVES = np.cos(
    np.pi
    * np.arange(_HASH_SIDE)[:, None]
    * (2 * np.arange(_GREY_SIDE)[None, :] + 1)
    / (2 * _GREY_SIDE)
)


def hash_of(picture: Image.Image) -> int:
    """Return the 64-bit DCT hash: a bit for each of the 8 x 8 lowest frequencies over the median.

    C. Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions", 2010, 3.2.1.
    """
    grey = picture.convert("L").resize((_GREY_SIDE,) * 2, Image.Resampling.LANCZOS)
    low = _WAVES @ np.asarray(grey, dtype=np.float64) @ _WAVES.T
    bits = np.packbits(low.ravel() > np.median(low))
    return int(bits.view(">i8")[0])


def thumbnails_of(picture: Image.Image) -> tuple[bytes, bytes]:
    """Return JPEGs of at most 299 and 100 pixels."""
    larger = picture.copy()
    larger.thumbnail((LARGER_PX,) * 2, Image.Resampling.BILINEAR)
    smaller = larger.copy()
    smaller.thumbnail((SMALLER_PX,) * 2, Image.Resampling.BILINEAR)
    return encoded(larger), encoded(smaller)


def encoded(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()
