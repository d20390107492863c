"""The epoch plan: which rows of which training files make up each step, for any number of ranks.

Rows lie in files, files are dealt to lanes, and position p of an epoch is row p // lanes of lane
p % lanes. A step takes the next `batch` positions. All of that follows from the files' rows, the
seed and the epoch; ranks only share the lanes out. So every picture comes once an epoch, whatever
the number of ranks, and a run may go on with another number of them in the middle of an epoch.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

import numpy as np
import numpy.typing as npt

MOST_LANES = 48
"""Divided by 1, 2, 3, 4, 6, 8, 12, 16 and 24 ranks without a rest: then their shares of a step
differ by one row at the most."""

_Numbers = npt.NDArray[np.int64]


def file_rows(images: int, *, rows_a_file: int) -> list[int]:
    """Return how many rows each training file has: all as many, or one fewer.

    Every lane has as many files, and none has more than `rows_a_file` (at least 2) rows.
    """
    if not images:
        return []
    lanes = min(MOST_LANES, images)
    files = lanes * -(-images // (lanes * rows_a_file))
    least, more = divmod(images, files)
    return [least + 1] * more + [least] * (files - more)


def shuffled(count: int, *words: object) -> _Numbers:
    """Return 0 to count - 1 in an order that depends on the words alone.

    The same with every version of numpy: of its generators only the raw bits stay the same.
    """
    seed = int.from_bytes(sha256("/".join(map(str, words)).encode()).digest())
    drawn: npt.NDArray[np.uint64] = np.random.PCG64(seed).random_raw(count)
    return np.argsort(drawn, kind="stable")


@dataclass(frozen=True)
class Read:
    """A file to be read by a rank."""

    file: int
    lane: int
    order: _Numbers
    """Its rows that are still to come, in order."""


@dataclass(frozen=True)
class EpochPlan:
    """One pass over training files of so many `rows`; `batch` is of a step of all ranks."""

    rows: Sequence[int]
    batch: int
    seed: int
    epoch: int
    is_shuffled: bool = True

    @cached_property
    def images(self) -> int:
        return sum(self.rows)

    @property
    def steps(self) -> int:
        """Of every rank; the last one may have fewer rows than `batch`."""
        return -(-self.images // self.batch)

    @property
    def lanes(self) -> int:
        return min(MOST_LANES, self.images)

    def weight(self, step: int) -> int:
        """Return how many rows a step has, of all ranks together."""
        return min(self.batch, self.images - step * self.batch)

    def lanes_of(self, step: int, *, rank: int, ranks: int) -> _Numbers:
        """Return the lane of each row that a rank has in a step, in order."""
        first = step * self.batch
        lanes: _Numbers = np.arange(first, first + self.weight(step)) % self.lanes
        mine: _Numbers = lanes[lanes % ranks == rank]
        return mine

    def reads(self, *, rank: int, ranks: int, first_step: int = 0) -> Iterator[Read]:
        """Yield the files of a rank in the order in which its lanes need them.

        What came before `first_step` is left out, also in the middle of a file.
        """
        lanes = range(rank, self.lanes, ranks)
        done = first_step * self.batch
        # Of lane l, the positions l, l + lanes, ... below `done` are gone.
        gone = {lane: max(0, -(-(done - lane) // self.lanes)) for lane in lanes}
        for turn in range(self._files.shape[1]):
            for lane in lanes:
                file = int(self._files[lane, turn])
                skipped = min(gone[lane], self.rows[file])
                gone[lane] -= skipped
                if skipped < self.rows[file]:
                    yield Read(file, lane, self._order(file)[skipped:])

    def _order(self, file: int) -> _Numbers:
        if not self.is_shuffled:
            return np.arange(self.rows[file])
        return shuffled(self.rows[file], "rows", self.seed, self.epoch, file)

    @cached_property
    def _files(self) -> _Numbers:
        """The files of each lane (row), in their order."""
        turns = len(self.rows) // self.lanes
        rows = np.asarray(self.rows)
        files = np.arange(rows.size)
        if self.is_shuffled:
            files = shuffled(rows.size, "files", self.seed, self.epoch)
        full = files[rows[files] == rows.max()]
        short = files[rows[files] < rows.max()]
        # A lane's rows: one more for the first ones, so that positions have no gaps.
        lane_rows = [-(-(self.images - lane) // self.lanes) for lane in range(self.lanes)]
        shorts = np.array([turns * int(rows.max()) - count for count in lane_rows])
        ends, short_ends = np.cumsum(turns - shorts), np.cumsum(shorts)
        dealt = [
            np.concatenate([full[end - turns + few : end], short[short_end - few : short_end]])
            for few, end, short_end in zip(shorts, ends, short_ends, strict=True)
        ]
        orders = [
            shuffled(turns, "lane", self.seed, self.epoch, lane)
            if self.is_shuffled
            else slice(None)
            for lane in range(self.lanes)
        ]
        return np.stack([lane[order] for lane, order in zip(dealt, orders, strict=True)])
