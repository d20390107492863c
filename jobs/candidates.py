"""Which pairs of pictures are compared: those that may be alike, of a crowd a bounded number."""

from collections.abc import Collection, Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hub.rules.bursts import moment_of
from hub.rules.searching import Integers
from hub.rules.shortlist import FIRST, SHOTS, is_first_or_closest, is_nearest_in_time
from jobs.alike import MATCH, NO_DISTANCE, NO_PICTURE, BatchIndex
from jobs.comparing import PAIR
from jobs.known import KnownPictures

_Lines = Integers
"""(lines, 3): numbers of a newer picture and of another, bits apart."""


class Candidates:
    """Pairs of a batch's pictures with each other and with those of earlier batches.

    A picture of an earlier batch that came again is known by the file that it was kept with, and
    pairs with nothing: it makes no difference in how many batches the receipts are taken.
    """

    def __init__(
        self,
        index: BatchIndex,
        known: KnownPictures,
        *,
        matches: pa.Table,
        neighbours: Iterable[tuple[int, int]],
    ) -> None:
        """`matches` are rows of kept pictures, `alike.MATCH` beside, that `known` takes up;
        `neighbours` those of the batch's pictures that may be of one burst, either first.
        """
        others = np.array(known.take_up(matches.drop_columns(MATCH.names)), dtype=np.int64)
        newer, distance = (matches[name].combine_chunks() for name in MATCH.names)
        others = others[pc.list_parent_indices(newer).to_numpy()]
        met = _lines(newer.flatten().to_numpy(), others, distance.flatten().to_numpy())
        # What has the digest of one of the batch's stands beside none of them.
        met = met[met[:, 0] != NO_PICTURE]
        pairs = np.sort(np.array([*neighbours], dtype=np.int64).reshape(-1, 2))
        beside = _lines(pairs[:, 1], pairs[:, 0], NO_DISTANCE)
        self._index = index
        self._came_again = np.array(known.came_again(), dtype=bool)
        self._met = met[~self._came_again[met[:, 0]]]
        self._neighbours = beside[~self._came_again[beside[:, :2]].any(axis=1)]
        self._places = np.array(known.places(), dtype=np.int64)
        self._moments = np.array([moment_of(at) if at else 0 for at in known.times()], np.int64)

    def pairs(self, *, repeats: Collection[int], closest: int) -> tuple[pa.Table, bool]:
        """Return the pairs to compare, as `PAIR`, and whether they are all that there are.

        Each is there once. `repeats`, pictures of the batch by number, are not kept: nothing is
        compared with them. `closest` is as in the rule of the shortlist.
        """
        is_out = self._came_again.copy()
        is_out[[*repeats]] = True
        found = self._index.find_own(is_out[: len(self._index)])
        own = _lines(found[:, 1], found[:, 0], found[:, 2])
        lines = np.concatenate([self._met, own[~self._came_again[own[:, 0]]]])
        is_near = lines[:, 2] < NO_DISTANCE
        near, shots = lines[is_near], lines[~is_near]
        # What stands at a bound may have been cut there before.
        is_whole = _most(near) <= FIRST and _most(shots) < SHOTS
        places = self._places[near[:, 1]]
        near = near[is_first_or_closest(near[:, 0], places, near[:, 2], closest=closest)]
        return _paired(near, np.concatenate([self._nearest(shots), self._neighbours])), is_whole

    def _nearest(self, shots: _Lines) -> _Lines:
        apart = np.abs(self._moments[shots[:, 0]] - self._moments[shots[:, 1]])
        nearest: _Lines = shots[is_nearest_in_time(shots[:, 0], self._places[shots[:, 1]], apart)]
        return nearest


def _lines(newer: Integers, other: Integers, distance: Integers | int) -> _Lines:
    return np.stack(np.broadcast_arrays(newer, other, distance), axis=1).astype(np.int64)


def _most(lines: _Lines) -> int:
    """Return how many lines the picture has that has most."""
    return int(np.bincount(lines[:, 0]).max(initial=0))


def _paired(near: _Lines, bursts: _Lines) -> pa.Table:
    """Return each pair once, as `PAIR`."""
    keys = [lines[:, 0] << 32 | lines[:, 1] for lines in (near, bursts)]
    pairs = np.union1d(*keys)
    may_be = [np.isin(pairs, some) for some in keys]
    return pa.table([pairs >> 32, pairs & (1 << 32) - 1, *may_be], schema=PAIR)
