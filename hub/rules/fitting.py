"""The picture that a network sees: a square of upright pixels, in training and in prediction."""

from PIL import Image

from hub.rules.hashing import on_white
from hub.rules.pixels import decode_least
from hub.rules.publishing import strip

CHANNELS = 3

# What is much larger than the square is first averaged over boxes, which nobody can see.
_REDUCING_GAP = 2.0


def fit(content: bytes, side: int) -> bytes:
    """Return the pixels of a published picture in a square: side x side x 3 bytes, rows of red,
    green and blue.

    The whole picture, upright and squashed, not cropped; what lets light through becomes white.
    Bilinear, also where it grows. The same bytes give the same pixels with one version of Pillow.
    Raises what Pillow raises on broken data, which may be any exception: decode what comes from
    outside by `hub.redecoding`.
    """
    picture = decode_least(strip(content), side_px=side)
    bilinear = Image.Resampling.BILINEAR
    return on_white(picture.resize((side, side), bilinear, reducing_gap=_REDUCING_GAP)).tobytes()
