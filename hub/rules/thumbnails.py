"""Thumbnails: small upright JPEGs of a picture, a cache that can be made again from its bytes."""

import io
from dataclasses import dataclass

from PIL import Image

from hub.rules.hashing import on_white

_QUALITY = 80
# What is much larger than a thumbnail is first averaged over boxes, which nobody can see.
_REDUCING_GAP = 2.0


@dataclass(frozen=True)
class Thumbnails:
    """Baseline JPEGs without metadata, named by the pixels of their longest side."""

    px_299: bytes
    px_100: bytes


def thumbnails_of(picture: Image.Image) -> Thumbnails:
    """Return the thumbnails of an upright picture (RGB or RGBA, as `decode_scaled` gives it).

    The aspect is kept, nothing is enlarged, and what lets light through becomes white.
    """
    larger = _fitted(picture, side_px=299)
    # A third of 299 pixels, rounded up, is 100: plain averages, at a fifth of a resampling's cost.
    smaller = larger.reduce(3) if max(larger.size) == 299 else _fitted(larger, side_px=100)
    return Thumbnails(px_299=_encoded(larger), px_100=_encoded(smaller))


def _fitted(picture: Image.Image, *, side_px: int) -> Image.Image:
    longest_px = max(picture.size)
    if longest_px <= side_px:
        return on_white(picture)
    width_px, height_px = (max(1, round(side * side_px / longest_px)) for side in picture.size)
    bilinear = Image.Resampling.BILINEAR
    return on_white(picture.resize((width_px, height_px), bilinear, reducing_gap=_REDUCING_GAP))


def _encoded(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()
