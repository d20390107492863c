"""Whether two pictures whose hashes met are one picture, related ones, or neither."""

from dataclasses import dataclass
from math import log
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hub.rules.alignment import Fit, align, axis_between, lay_over, shared_area
from hub.rules.hashing import PROBES, RADIUS_BITS, STORED, Hashes, turn
from hub.rules.looks import COLOUR_SIDE, GREY_SIDE, Look, Pixels, decode_look

RULE_VERSION = 2

# A look distance (0..1) is one less the correlation of the fine structure where both show the
# same. docs/near-duplicates.md has the plateau on which each of these stands.
NEAR_DISTANCE = 0.20
ALIKE_DISTANCE = 0.30
# Less in common than this share of the area is a crop, no longer the same picture.
NEAR_AREA = 0.80
# A near duplicate keeps its shape (natural logarithm of width by height) and its colour (mean
# difference of Cb and Cr, in levels); another one is alike.
NEAR_SHAPE = 0.10
NEAR_COLOUR = 25.0
# Shots of one scene may differ by this in their coarse greys and colours, in levels.
BURST_LEVELS = 25.0

Relation = Literal["near", "mirrored", "turned", "cropped", "alike"]


@dataclass(frozen=True, slots=True)
class Seen:
    """What the rule knows of a picture: upright sides, hashes (of a kept one without the probes)
    and look."""

    width_px: int
    height_px: int
    hashes: Hashes
    look: bytes


@dataclass(frozen=True, slots=True)
class Finding:
    """How two pictures are related, by how many bits the hashes that met and by how much (0..1)
    the looks differ."""

    relation: Relation
    distance: int
    look_distance: float


class _Meeting(NamedTuple):
    probe: int
    stored: int
    distance: int


def judge(newer: Seen, kept: Seen) -> Finding | None:
    """Return how a newer picture is related to a kept one, or None if it is not.

    The pictures are laid over each other from where their hashes met and compared there. Pictures
    of which no hashes meet are not related, nor are those too plain to have any.
    """
    meetings = _meetings(newer.hashes, kept.hashes)
    if not meetings:
        return None
    looks = decode_look(newer.look), decode_look(kept.look)
    found = [_compare(newer, kept, *looks, meeting=meeting) for meeting in meetings]
    return min((one for one in found if one), key=lambda one: one.look_distance, default=None)


def is_burst(first: bytes, second: bytes) -> bool:
    """Tell whether two looks may be shots of one scene, given that one supplier took both, of one
    label, within two minutes."""
    return burst_levels(first, second) <= BURST_LEVELS


def burst_levels(first: bytes, second: bytes) -> float:
    """Return the root of the mean squared difference of both coarse copies (grey and colour)."""
    difference = _coarse(decode_look(first)) - _coarse(decode_look(second))
    return float(np.sqrt(np.mean(difference**2)))


_BLOCKS = 4
# Added to a block's variance: what is fainter than two grey levels is noise, not structure.
_NOISE = 2.0**2
_BLUR_PX = 5
_COARSE_SIDE = 8
_COLOUR_EDGE = 2
# Looks that agree this well where their hashes met need no alignment.
_ALIGNED = 0.02

_VARIANTS = np.array([probe.variant for probe in PROBES])


def _meetings(newer: Hashes, kept: Hashes) -> list[_Meeting]:
    """Return the closest meeting for each variant of the newer picture that meets the kept one."""
    stored = (kept.phash, kept.phash_crop5, kept.phash_crop10)
    if None in stored or not newer.probes:
        return []
    bits = np.bitwise_xor.outer(
        np.array(newer.probes, dtype=np.int64), np.array(stored, dtype=np.int64)
    )
    distances = np.bitwise_count(bits.view(np.uint64))
    near = np.unique(_VARIANTS[np.any(distances <= RADIUS_BITS, axis=1)])
    return [_closest(distances, int(variant)) for variant in near]


def _closest(distances: NDArray[np.uint8], variant: int) -> _Meeting:
    probes = np.flatnonzero(variant == _VARIANTS)
    probe, stored = divmod(int(distances[probes].argmin()), distances.shape[1])
    return _Meeting(int(probes[probe]), stored, int(distances[probes[probe], stored]))


def _compare(
    newer: Seen, kept: Seen, newer_look: Look, kept_look: Look, *, meeting: _Meeting
) -> Finding | None:
    variant = PROBES[meeting.probe].variant
    grey = turn(newer_look.grey, variant)
    fit, distance = _laid_over(grey, kept_look.grey, _start(meeting))
    if distance > (NEAR_DISTANCE if variant else ALIKE_DISTANCE):
        return None
    if variant:
        relation: Relation = "mirrored" if variant.bit_count() % 2 else "turned"
    elif not (
        distance <= NEAR_DISTANCE
        and _has_one_shape(newer, kept, fit)
        and _colour_distance(newer_look, kept_look) <= NEAR_COLOUR
    ):
        relation = "alike"
    else:
        relation = "near" if shared_area(fit) >= NEAR_AREA else "cropped"
    return Finding(relation, meeting.distance, distance)


def _start(meeting: _Meeting) -> Fit:
    part, stored = PROBES[meeting.probe].box, STORED[meeting.stored]
    return Fit(
        axis_between((part.top, part.bottom), (stored.top, stored.bottom)),
        axis_between((part.left, part.right), (stored.left, stored.right)),
    )


def _laid_over(newer: Pixels, kept: Pixels, start: Fit) -> tuple[Fit, float]:
    fine = _fine(newer), _fine(kept)
    distance = _distance(*fine, fit=start)
    if distance <= _ALIGNED:
        return start, distance
    fit = align(newer, kept, start=start)
    aligned = _distance(*fine, fit=fit)
    return (fit, aligned) if aligned < distance else (start, distance)


def _distance(newer: Pixels, kept: Pixels, *, fit: Fit) -> float:
    """Return the look distance of two fine structures under a fit.

    The better of two correlations: over the whole overlap, and the median of its 4 x 4 blocks,
    which a mark or a frame on a few of them does not change.
    """
    overlap = lay_over(newer, kept, fit)
    if overlap is None:
        return 1.0
    first, second = overlap.newer, overlap.kept
    products = np.stack([first * second, first * first, second * second])
    for axis, length in ((1, first.shape[0]), (2, first.shape[1])):
        products = np.add.reduceat(products, np.arange(_BLOCKS) * length // _BLOCKS, axis=axis)
    both, one, other = products.sum(axis=(1, 2)).tolist()
    whole = float(both / max(1.0, (one * other) ** 0.5))
    noise = _NOISE * first.size / _BLOCKS**2
    blocks = products[0] / np.sqrt((products[1] + noise) * (products[2] + noise))
    return min(1.0, max(0.0, 1 - max(whole, float(np.median(blocks)))))


def _fine(grey: Pixels) -> Pixels:
    """Return the fine structure: the grey less its mean over 5 x 5 pixels."""
    return grey - (_BLUR @ grey @ _BLUR.T).astype(np.float32, copy=False)


def _blur() -> Pixels:
    place = np.arange(GREY_SIDE)
    near = np.abs(place[:, None] - place) <= _BLUR_PX // 2
    blur: Pixels = (near / near.sum(axis=1, keepdims=True)).astype(np.float32)
    return blur


_BLUR = _blur()


def _has_one_shape(newer: Seen, kept: Seen, fit: Fit) -> bool:
    """Tell whether what both show has the same width by height in both."""
    newer_shape = newer.width_px * fit.columns.scale / (newer.height_px * fit.rows.scale)
    difference = log(newer_shape * kept.height_px / kept.width_px)
    return abs(difference) <= NEAR_SHAPE


def _colour_distance(first: Look, second: Look) -> float:
    inner = slice(_COLOUR_EDGE, COLOUR_SIDE - _COLOUR_EDGE)
    difference = first.colour[:, inner, inner] - second.colour[:, inner, inner]
    return float(np.abs(difference).mean())


def _coarse(look: Look) -> Pixels:
    grey = look.grey.reshape(_COARSE_SIDE, GREY_SIDE // _COARSE_SIDE, _COARSE_SIDE, -1)
    cell = COLOUR_SIDE // _COARSE_SIDE
    colour = look.colour.reshape(2, _COARSE_SIDE, cell, _COARSE_SIDE, cell)
    return np.concatenate([grey.mean(axis=(1, 3))[None], colour.mean(axis=(2, 4))])
