"""With which of many kept pictures that it may be like a newer one is compared.

The hashes of thousands may meet: copies of one picture, a series of a fixed camera, plain scans.
To compare each with each would grow with the square of their number. So a picture is compared with
the first few that it meets, among which is what a crowd of copies repeats, and with the closest.
Both are told of kept pictures alone, in order of receipt, and so are the same in however many
batches these came.
"""

import numpy as np

from hub.rules.searching import Integers

FIRST = 16
"""Of the pictures whose hashes it meets, a picture is compared with so many in order of receipt,"""
CLOSEST = 64
"""and with so many that are apart by the fewest bits, of equally close ones with the first."""
SHOTS = 16
"""Of the shots around it in time, a picture is compared with so many that are nearest to it."""


def is_first_or_closest(
    newer: Integers, order: Integers, distance: Integers, *, closest: int
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Tell which pairs are compared: each is there once, `order` is that of the kept picture.

    `closest` is CLOSEST, or 0 for the first ones alone.
    """
    listed = _places(newer, order) < FIRST
    if closest:
        listed |= _places(newer, distance, order) < closest
    return listed


def is_nearest_in_time(
    newer: Integers, order: Integers, apart: Integers
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Tell which pairs of shots, `apart` in time, are compared: each is there once."""
    return _places(newer, apart, order) < SHOTS


def _places(groups: Integers, *keys: Integers) -> Integers:
    """Return the place of each line among those of its group (0 or more), ordered by the keys."""
    ordered = np.lexsort((*reversed(keys), groups))
    starts = np.flatnonzero(np.diff(groups[ordered], prepend=-1))
    lengths = np.diff(starts, append=len(ordered))
    places = np.empty(len(ordered), dtype=np.int64)
    places[ordered] = np.arange(len(ordered)) - np.repeat(starts, lengths)
    return places
