"""Whether two pictures whose hashes met are one picture, related ones, or neither."""

from dataclasses import dataclass
from math import log, sqrt
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hub.rules.alignment import Fit, align, axis_between, lay_over, shared_area
from hub.rules.hashing import PROBES, RADIUS_BITS, STORED, Hashes, turn
from hub.rules.looks import COLOUR_SIDE, GREY_SIDE, Look, Pixels, decode_look

RULE_VERSION = 2

# A look distance (0..1) is one less the correlation of the fine structure where both show the
# same. docs/near-duplicates.md has the plateau on which each of these stands.
NEAR_DISTANCE = 0.25
ALIKE_DISTANCE = 0.35
# Less in common than this share of the area is a crop, no longer the same picture.
NEAR_AREA = 0.80
# A near duplicate keeps its shape (natural logarithm of width by height) and its colour (mean
# difference of Cb and Cr, in levels); another one is alike.
NEAR_SHAPE = 0.10
NEAR_COLOUR = 25.0
# Shots of one scene may differ by this in their coarse greys and colours, in levels.
BURST_LEVELS = 15.0

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


def scene_of(look: bytes) -> Pixels:
    """Return what tells shots of one scene: (2, 192), the means of 8 x 8 cells of Y, Cb and Cr.

    First as they lie, then those of each plane in order of size, which does not mind what moved
    or was turned.
    """
    cells = _coarse(decode_look(look))
    return np.stack([cells, np.sort(cells)]).reshape(2, -1)


def burst_levels(first: Pixels, second: Pixels) -> Pixels:
    """Return how far scenes are apart, in levels: (..., 2, 192) both, one number a pair.

    Shots that one supplier took of one label within two minutes are of one scene up to
    BURST_LEVELS. The mean of two roots of mean squares: of cells as they lie, and by size.
    """
    levels: Pixels = np.sqrt(np.mean((first - second) ** 2, axis=-1)).mean(axis=-1)
    return levels


# Structure fainter than four grey levels is partly noise.
_NOISE = 4.0**2
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
    fit, distance = _laid_over(turn(newer_look.grey, variant), kept_look.grey, _start(meeting))
    is_one = distance <= NEAR_DISTANCE and _has_one_colour(newer_look, kept_look, variant)
    if variant:
        relation: Relation = "mirrored" if variant.bit_count() % 2 else "turned"
        return Finding(relation, meeting.distance, distance) if is_one else None
    if not is_one or not _has_one_shape(newer, kept, fit):
        return None if distance > ALIKE_DISTANCE else Finding("alike", meeting.distance, distance)
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
    """Return the look distance: one less the correlation of two fine structures under a fit."""
    overlap = lay_over(newer, kept, fit)
    if overlap is None:
        return 1.0
    first, second = overlap.newer.reshape(-1), overlap.kept.reshape(-1)
    strength = sqrt(float(first @ first) * float(second @ second))
    return 1 - max(0.0, min(1.0, float(first @ second) / max(1.0, strength)))


def _fine(grey: Pixels) -> Pixels:
    """Return the fine structure: the grey less its mean nearby, evened by its strength nearby.

    Evened, a mark, a frame or one strong edge counts no more than a faint pattern of its size.
    """
    fine = grey - _DETAIL @ grey @ _DETAIL.T
    strength = _NEARBY @ (fine * fine) @ _NEARBY.T
    evened: Pixels = np.divide(fine, np.sqrt(strength + _NOISE), dtype=np.float32)
    return evened


def _mean_over(side_px: int) -> Pixels:
    """Return the matrix that replaces each pixel of a side by the mean of those around it."""
    place = np.arange(GREY_SIDE)
    near = np.abs(place[:, None] - place) <= side_px // 2
    mean: Pixels = (near / near.sum(axis=1, keepdims=True)).astype(np.float32)
    return mean


_DETAIL, _NEARBY = _mean_over(5), _mean_over(9)


def _has_one_shape(newer: Seen, kept: Seen, fit: Fit) -> bool:
    """Tell whether what both show has the same width by height in both."""
    newer_shape = newer.width_px * fit.columns.scale / (newer.height_px * fit.rows.scale)
    difference = log(newer_shape * kept.height_px / kept.width_px)
    return abs(difference) <= NEAR_SHAPE


def _has_one_colour(newer: Look, kept: Look, variant: int) -> bool:
    inner = slice(_COLOUR_EDGE, COLOUR_SIDE - _COLOUR_EDGE)
    shown = np.stack([turn(plane, variant) for plane in newer.colour])
    difference = shown[:, inner, inner] - kept.colour[:, inner, inner]
    return bool(np.abs(difference).mean() <= NEAR_COLOUR)


def _coarse(look: Look) -> Pixels:
    """Return the mean of each of 8 x 8 cells: 3 x 64, Y, Cb and Cr."""
    cell = GREY_SIDE // _COARSE_SIDE
    grey = look.grey.reshape(_COARSE_SIDE, cell, _COARSE_SIDE, cell).mean(axis=(1, 3))
    cell = COLOUR_SIDE // _COARSE_SIDE
    colour = look.colour.reshape(2, _COARSE_SIDE, cell, _COARSE_SIDE, cell).mean(axis=(2, 4))
    return np.concatenate([grey[None], colour]).reshape(3, -1)
