"""Which pictures may be shots of one scene: told by who took them, of what, and when."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

SPAN = timedelta(seconds=120)
NEIGHBOURS = 16
"""Where no time is known, a picture is compared with so many files before it in the receipt."""


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
        self._timed = {key: sorted(moments) for key, moments in timed.items()}

    def around(self, supplier_id: int, label_key: str, *, taken_at: datetime) -> Iterator[int]:
        """Yield the numbers of the batch's shots of that label within 120 s of that moment."""
        moments = self._timed.get((supplier_id, label_key), [])
        first = bisect_left(moments, taken_at - SPAN, key=_moment)
        last = bisect_right(moments, taken_at + SPAN, key=_moment)
        for _, number in moments[first:last]:
            yield number


def _moment(timed: tuple[datetime, int]) -> datetime:
    return timed[0]


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
