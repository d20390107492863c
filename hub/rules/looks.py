"""The look of a picture: a small descriptor of fixed length by which two pictures are compared."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from hub.rules.hashing import on_white

GREY_SIDE = 48
COLOUR_SIDE = 16
LOOK_BYTES = GREY_SIDE**2 + 2 * COLOUR_SIDE**2

Pixels = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Look:
    """A grey copy (48 x 48, rows first, 0..255) and its colour (2 x 16 x 16: Cb, Cr, 0..255).

    Both are squeezed to squares; the picture's own sides say what shape it has.
    """

    grey: Pixels
    colour: Pixels


def look_of(picture: Image.Image) -> bytes:
    """Return the look of a reduced copy (RGB or RGBA): 2,816 bytes, clear pixels count as white.

    The grey copy row by row, then both colour planes: Y, Cb and Cr of JFIF (ITU-T T.871), each
    pixel the mean of what it covers.
    """
    small = on_white(picture).resize((GREY_SIDE,) * 2, Image.Resampling.BOX).convert("YCbCr")
    planes = np.asarray(small)
    cell = GREY_SIDE // COLOUR_SIDE
    cells = planes[..., 1:].reshape(COLOUR_SIDE, cell, COLOUR_SIDE, cell, 2)
    colour = (cells.sum(axis=(1, 3), dtype=np.uint32) // cell**2).astype(np.uint8)
    return bytes(planes[..., 0].tobytes() + colour.transpose(2, 0, 1).tobytes())


def decode_look(look: bytes) -> Look:
    """Return the arrays of a look; raises ValueError if it has another length."""
    if len(look) != LOOK_BYTES:
        raise ValueError(f"a look has {LOOK_BYTES} bytes, not {len(look)}")
    values = np.frombuffer(look, dtype=np.uint8).astype(np.float32)
    grey, colour = values[: GREY_SIDE**2], values[GREY_SIDE**2 :]
    return Look(grey.reshape(GREY_SIDE, GREY_SIDE), colour.reshape(2, COLOUR_SIDE, COLOUR_SIDE))
