"""Which pictures may be shots of one scene: told by who took them, of what, and when."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

SPAN = timedelta(seconds=120)
NEIGHBOURS = 16
"""Where no time is known, a picture is compared with so many files before it in the receipt."""

_NONE = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Shot:
    supplier_id: int
    label_key: str
    taken_at: datetime | None
    receipt_no: int
    path: str


class Bursts:
    """The pictures of a batch by supplier, label and time."""

    def __init__(self, shots: Iterable[Shot]) -> None:
        timed: defaultdict[tuple[int, str], list[tuple[datetime, int]]] = defaultdict(list)
        for number, shot in enumerate(shots):
            if shot.taken_at is not None:
                timed[shot.supplier_id, shot.label_key].append((shot.taken_at, number))
        self._moments = {key: [moment for moment, _ in sorted(all_)] for key, all_ in timed.items()}
        self._numbers = {
            key: np.array([number for _, number in sorted(all_)], dtype=np.int64)
            for key, all_ in timed.items()
        }

    def around(
        self, supplier_id: int, label_key: str, *, taken_at: datetime
    ) -> npt.NDArray[np.int64]:
        """Return the numbers of the batch's shots of that label within 120 s of that moment.

        They may be very many, where a camera or a list gives one time to all: no copy is made.
        """
        moments = self._moments.get((supplier_id, label_key), [])
        first = bisect_left(moments, taken_at - SPAN)
        last = bisect_right(moments, taken_at + SPAN)
        return self._numbers.get((supplier_id, label_key), _NONE)[first:last]


def untimed_neighbours(shots: Iterable[Shot]) -> Iterator[tuple[int, int]]:
    """Yield pairs (later, earlier) of shots of unknown time that follow each other by path.

    Only of one receipt and label, and only a few apart: cameras number their files.
    """
    runs: defaultdict[tuple[int, str], list[tuple[str, int]]] = defaultdict(list)
    for number, shot in enumerate(shots):
        if shot.taken_at is None:
            runs[shot.receipt_no, shot.label_key].append((shot.path, number))
    for run in runs.values():
        numbers = [number for _, number in sorted(run)]
        for place, later in enumerate(numbers):
            for earlier in numbers[max(0, place - NEIGHBOURS) : place]:
                yield later, earlier
