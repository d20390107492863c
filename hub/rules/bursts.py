"""Which pictures may be shots of one scene: told by who took them, of what, and when."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from hub.rules.searching import Integers
from hub.rules.shortlist import SHOTS

SPAN = timedelta(seconds=120)

_MICROSECOND = timedelta(microseconds=1)
_SPAN = SPAN // _MICROSECOND
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NONE = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Shot:
    supplier_id: int
    label_key: str
    taken_at: datetime | None

    @property
    def key(self) -> tuple[int, str]:
        """What shots of one scene have in common, besides the time."""
        return self.supplier_id, self.label_key

    @property
    def moment(self) -> int:
        """Microseconds since 1970, of a known time."""
        assert self.taken_at
        return moment_of(self.taken_at)


class Bursts:
    """Shots of known times, by supplier, label and time."""

    def __init__(self, shots: Iterable[tuple[int, Shot]]) -> None:
        """`shots` are numbered in order of receipt."""
        timed: defaultdict[tuple[int, str], list[tuple[int, int]]] = defaultdict(list)
        for number, shot in shots:
            if shot.taken_at is not None:
                timed[shot.key].append((shot.moment, number))
        self._timed = {key: np.array(sorted(all_), dtype=np.int64).T for key, all_ in timed.items()}

    def around(self, shot: Shot, *, before: int | None = None) -> Integers:
        """Return the numbers of the shots nearest in time, at most SHOTS, within 120 s of a shot.

        Of equally near ones the first; `before` leaves out that number and those after it.
        """
        if shot.taken_at is None or shot.key not in self._timed:
            return _NONE
        timed = self._timed[shot.key]
        ends = np.searchsorted(timed[0], (shot.moment - _SPAN, shot.moment + _SPAN + 1))
        timed = timed[:, slice(*ends)]
        if before is not None:
            timed = timed[:, timed[1] < before]
        # One number to order by: a time apart takes 27 bits.
        nearest: Integers = np.abs(timed[0] - shot.moment) << 32 | timed[1]
        if len(nearest) > SHOTS:
            nearest = np.partition(nearest, SHOTS)[:SHOTS]
        return nearest & (1 << 32) - 1


def moment_of(taken_at: datetime) -> int:
    """Return the microseconds from the beginning of 1970."""
    return (taken_at - _EPOCH) // _MICROSECOND


def untimed_neighbours(files: Iterable[tuple[Shot, int, str]]) -> Iterator[tuple[int, int]]:
    """Yield pairs (later, earlier) of shots of unknown time that follow each other by path.

    `files` are shots with receipt_no and path. Only those of one receipt and label pair, and only
    SHOTS apart: cameras number their files.
    """
    runs: defaultdict[tuple[int, str], list[tuple[str, int]]] = defaultdict(list)
    for number, (shot, receipt_no, path) in enumerate(files):
        if shot.taken_at is None:
            runs[receipt_no, shot.label_key].append((path, number))
    for run in runs.values():
        numbers = [number for _, number in sorted(run)]
        for place, later in enumerate(numbers):
            for earlier in numbers[max(0, place - SHOTS) : place]:
                yield later, earlier
