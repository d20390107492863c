"""Parts a subset into files of bounded size, the same way every time."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from hub.exports.source import Source
from hub.rules.manifests import Picture
from hub.rules.splits import SPLITS

_MOST_PICTURES = 10_000
"""Bounds the memory that a shard's rows take where pictures are tiny."""


@dataclass(frozen=True)
class Shard:
    """Neighbours by image_id that go into one file. `number` counts from 0 in its split."""

    split: str
    number: int
    of: int
    pictures: list[Picture]


def shards(source: Source, *, most_bytes: int) -> Iterator[Shard]:
    """Yield a subset split by split; a shard holds at most so many bytes, or one picture."""
    numbers = _count(source, most_bytes)
    for split in SPLITS:
        if numbers[split]:
            runs = _runs(source, split, most_bytes)
            for number, pictures in enumerate(runs):
                yield Shard(split, number, numbers[split], pictures)


class _Filling:
    """Tells, picture after picture, which of them no longer fits into the file before."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = self._pictures = 0

    def begins_next(self, picture: Picture) -> bool:
        self._bytes += picture.size_bytes
        self._pictures += 1
        fits = self._bytes <= self._most_bytes and self._pictures <= _MOST_PICTURES
        if fits and self._pictures > 1:
            return False
        is_first = self._pictures == 1
        self._bytes, self._pictures = picture.size_bytes, 1
        return not is_first


def _count(source: Source, most_bytes: int) -> Counter[str]:
    numbers: Counter[str] = Counter()
    filling = {split: _Filling(most_bytes) for split in SPLITS}
    for one in source.pictures():
        if filling[one.split].begins_next(one) or not numbers[one.split]:
            numbers[one.split] += 1
    return numbers


def _runs(source: Source, split: str, most_bytes: int) -> Iterator[list[Picture]]:
    run: list[Picture] = []
    filling = _Filling(most_bytes)
    for one in source.pictures():
        if one.split == split:
            if filling.begins_next(one):
                yield run
                run = []
            run.append(one)
    if run:
        yield run
