"""Which pictures stay where a label may have only so many."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Protocol, TypeVar


class Ranked(Protocol):
    """A picture of a pick, by the ids of the labels that it is there for."""

    @property
    def picked(self) -> Collection[int]: ...


Picture = TypeVar("Picture", bound=Ranked)


def cap_of(counts: Mapping[int, int], *, max_per_label: int, balance: bool) -> int:
    """Return how many pictures a label may have; `counts` are those of every label of the pick.

    Balanced, no label has more than the rarest.
    """
    limits = [max_per_label] if max_per_label else []
    if balance:
        limits.append(min(counts.values()))
    return min(limits)


def keep_capped(ranked: Iterable[Picture], cap: int) -> Iterator[Picture]:
    """Yield, in their order, the pictures that stay: each while none of its labels is full.

    So no label ends with more than `cap`, and no picture could be added that is missing. A picture
    that is there for none, as a verified negative, stays.
    """
    taken: dict[int, int] = {}
    for picture in ranked:
        if all(taken.get(label_id, 0) < cap for label_id in picture.picked):
            for label_id in picture.picked:
                taken[label_id] = taken.get(label_id, 0) + 1
            yield picture
