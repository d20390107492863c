"""Perceptual hashes: what a picture is stored and looked up by, in an upload and a batch alike."""

from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

# Two pictures are candidates where a probe of the newer one differs from a stored hash of the kept
# one in at most this many bits. Half of a hash's bits are set, so two hashes differ in an even
# number of bits, ties apart.
RADIUS_BITS = 5

# A picture is too plain where half of its low frequencies are waves of less than this many grey
# levels: what a codec leaves of nothing then decides the bits, and flat colours, ramps and stripes
# would all meet. The plainest of 1,230 photographs has 0.62.
PLAIN_LEVELS = 0.25

MIRRORED, FLIPPED, TRANSPOSED = 1, 2, 4
VARIANTS = (
    "upright",
    "mirrored",
    "flipped",
    "turned_180",
    "transposed",
    "turned_right",
    "turned_left",
    "transversed",
)

Floats = NDArray[np.float64]


class Box(NamedTuple):
    """A part of a picture, in shares of its height and width."""

    top: float
    bottom: float
    left: float
    right: float


class Probe(NamedTuple):
    """What one probe is the hash of: the part `box` of the picture after it became `variant`."""

    variant: int
    box: Box


@dataclass(frozen=True, slots=True)
class Hashes:
    """A picture's stored hashes (None: too plain) and those that it is looked up by (`PROBES`)."""

    phash: int | None = None
    phash_crop5: int | None = None
    phash_crop10: int | None = None
    probes: tuple[int, ...] = ()


def phash(picture: Image.Image) -> int:
    """Return the 64-bit DCT hash of an upright picture (RGB or RGBA), as a signed number.

    Source: C. Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions", 2010,
    3.2.1, in the form of Python's imagehash: 32 x 32 grey, the 8 x 8 lowest frequencies of its
    DCT, a bit for each that exceeds their median. Transparent pixels count as white.
    """
    return int(_bits(_whole(on_white(picture).convert("L")))[0])


def hash_picture(reduced: Image.Image) -> Hashes:
    """Return the hashes of a reduced copy; all of them from two greys and three matrix products.

    The probes of a mirrored or turned picture come from the same frequencies: mirroring changes
    the sign of the odd ones, transposing the picture transposes them.
    """
    grey = on_white(reduced).convert("L")
    whole = _whole(grey)
    if _is_plain(whole):
        return Hashes()
    low = np.concatenate([whole[None], _parts(grey)])
    whole_hash, crop5, crop10 = _bits(low[_FEW]).tolist()
    seen = low.reshape(-1)[_SEEN_AT] * _SEEN_SIGN
    return Hashes(whole_hash, crop5, crop10, tuple(_bits(seen).tolist()))


def turn(pixels: NDArray[np.float32], variant: int) -> NDArray[np.float32]:
    """Return rows x columns of pixels as the variant shows them."""
    upright = pixels.T if variant & TRANSPOSED else pixels
    columns = slice(None, None, -1 if variant & MIRRORED else 1)
    rows = slice(None, None, -1 if variant & FLIPPED else 1)
    return upright[rows, columns]


def on_white(picture: Image.Image) -> Image.Image:
    """Return the picture with white behind its transparent pixels."""
    if picture.mode != "RGBA":
        return picture
    white = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(white, picture).convert("RGB")


_GREY_SIDE = 32
_PARTS_SIDE = 48
_HASH_SIDE = 8
_SCALE = 1 << 15
# Crops are looked for at this share of each side, at so many places along it.
_PART = 0.9
_PLACES = 5


def _whole(grey: Image.Image) -> Floats:
    small = grey.resize((_GREY_SIDE,) * 2, Image.Resampling.LANCZOS)
    low: Floats = _COSINES @ np.asarray(small, dtype=np.float64) @ _COSINES.T
    return low


def _parts(grey: Image.Image) -> Floats:
    """Return the low frequencies of every box but the whole: boxes x 8 x 8."""
    small = np.asarray(grey.resize((_PARTS_SIDE,) * 2, Image.Resampling.BOX), dtype=np.float64)
    low = (_WAVES @ small @ _WAVES.T).reshape((len(_RANGES), _HASH_SIDE) * 2)
    parts: Floats = low[_ROW_RANGE, :, _COLUMN_RANGE, :]
    return parts


def _is_plain(low: Floats) -> bool:
    levels = np.abs(low).reshape(-1)[1:] * (2 / _GREY_SIDE**2 / _SCALE**2)
    # The median of 63, as numpy's own is ten times slower.
    return bool(np.partition(levels, 31)[31] < PLAIN_LEVELS)


def _turned(low: Floats, variant: int) -> Floats:
    turned = low.transpose(0, 2, 1) if variant & TRANSPOSED else low
    if variant & MIRRORED:
        turned = turned * _ALTERNATING
    if variant & FLIPPED:
        turned = turned * _ALTERNATING[:, None]
    return turned


def _bits(low: Floats) -> NDArray[np.int64]:
    """Return the hash of each 8 x 8 of frequencies, with the lowest frequency in the sign."""
    flat = low.reshape(-1, _HASH_SIDE**2)
    # The lower of the two middle values parts them as their mean, the median, would.
    middle = np.partition(flat, 31, axis=1)[:, 31:32]
    # Signed, because neither Spark nor Postgres has an unsigned 64-bit integer.
    return np.packbits(flat > middle, axis=1).view(">i8")[:, 0].astype(np.int64)


def _cosines(first: float, last: float, side: int) -> Floats:
    """Return the rows of the DCT matrix over the part [first, last] of a side, in whole numbers.

    A wave is integrated over the share of each pixel that lies in the part. Whole numbers make the
    hash the same on any machine: no product or sum leaves the 53 bits that a float holds exactly,
    in whatever order a library adds. In a flat picture every frequency but one would be rounding
    noise, which would decide the bits.
    """
    edges = np.clip(np.arange(side + 1) / side, first, last)
    angle = np.pi * (edges - first) / (last - first)
    frequency = np.arange(1, _HASH_SIDE)[:, None]
    summed = np.concatenate([angle[None], np.sin(frequency * angle) / frequency])
    waves: Floats = np.rint(np.diff(summed, axis=1) * (side / np.pi * _SCALE))
    return waves


def _sampled_cosines() -> Floats:
    angle = np.pi * np.arange(_HASH_SIDE)[:, None] * (2 * np.arange(_GREY_SIDE) + 1)
    waves: Floats = np.rint(np.cos(angle / (2 * _GREY_SIDE)) * _SCALE)
    return waves


def _centre(cut: float) -> Box:
    return Box(cut, 1 - cut, cut, 1 - cut)


def _places() -> list[Box]:
    starts = [round(float(start), 6) for start in np.linspace(0, 1 - _PART, _PLACES)]
    spans = [(start, round(start + _PART, 6)) for start in starts]
    return [Box(*rows, *columns) for rows, columns in product(spans, spans)]


STORED = (_centre(0), _centre(0.05), _centre(0.1))
_BOXES = [_centre(0), _centre(0.1), _centre(0.025), _centre(0.075), *_places()]
_RANGES = sorted({(box.top, box.bottom) for box in _BOXES[1:]})
_ROW_RANGE = np.array([_RANGES.index((box.top, box.bottom)) for box in _BOXES[1:]])
_COLUMN_RANGE = np.array([_RANGES.index((box.left, box.right)) for box in _BOXES[1:]])
_COSINES = _sampled_cosines()
_WAVES = np.concatenate([_cosines(first, last, _PARTS_SIDE) for first, last in _RANGES])
_ALTERNATING = (-1.0) ** np.arange(_HASH_SIDE)

# Every box is looked up of the upright and the mirrored picture, the stored kinds of the others.
_ALL = list(range(len(_BOXES)))
_FEW = [_BOXES.index(box) for box in STORED]
_USED = [(variant, _ALL if variant <= MIRRORED else _FEW) for variant in range(len(VARIANTS))]


def _seen() -> tuple[NDArray[np.intp], Floats]:
    """Return where in the frequencies of all boxes each probe's are, and with which sign."""
    numbered = np.arange(1.0, len(_BOXES) * _HASH_SIDE**2 + 1).reshape(-1, _HASH_SIDE, _HASH_SIDE)
    seen = np.concatenate([_turned(numbered[used], variant) for variant, used in _USED])
    return np.abs(seen).astype(np.intp) - 1, np.sign(seen)


_SEEN_AT, _SEEN_SIGN = _seen()


def _probe(variant: int, box: Box) -> Probe:
    top, bottom, left, right = box
    if variant & TRANSPOSED:
        top, bottom, left, right = left, right, top, bottom
    if variant & MIRRORED:
        left, right = 1 - right, 1 - left
    if variant & FLIPPED:
        top, bottom = 1 - bottom, 1 - top
    return Probe(variant, Box(top, bottom, left, right))


PROBES = tuple(_probe(variant, _BOXES[place]) for variant, used in _USED for place in used)
