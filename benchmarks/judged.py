"""Scores pairs of photographs that a contender holds for duplicates by what judges said of them."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

Pair = tuple[str, str]


class _Groups:
    """Paths that belong together through pairs."""

    def __init__(self, pairs: Iterable[Pair]) -> None:
        self._above: dict[str, str] = {}
        for one, other in pairs:
            first, second = self.root(one), self.root(other)
            if first != second:
                self._above[first] = second

    def root(self, path: str) -> str:
        while path in self._above:
            path = self._above[path]
        return path

    def has(self, one: str, other: str) -> bool:
        return self.root(one) == self.root(other)


@dataclass(frozen=True)
class Score:
    duplicates: int
    """Pairs that the judges call duplicates, of which `found` were found."""
    found: int
    look_alikes: int
    """Pairs that the judges call look-alikes, of which `merged` were taken for duplicates."""
    merged: int
    right: int
    """Pairs found that are one picture by the judges, directly or through others."""
    wrong: int
    """Pairs found that the judges neither call one picture nor leave open."""

    @property
    def recall(self) -> float:
        return self.found / self.duplicates

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0


class Judged:
    """The photographs' folder: `duplicates.csv` (path_a, path_b, expected) and `labels.csv`."""

    def __init__(self, folder: Path) -> None:
        rows = list(_rows(folder / "duplicates.csv"))
        listed = {
            kind: [(row["path_a"], row["path_b"]) for row in rows if row["expected"] == kind]
            for kind in ("duplicate", "not_duplicate", "either")
        }
        self._duplicates, self._look_alikes = listed["duplicate"], listed["not_duplicate"]
        self._one = _Groups(self._duplicates)
        self._open = _Groups(self._duplicates + listed["either"])
        self._taken = {
            row["path"]: (row["label"], row["contributor"]) for row in _rows(folder / "labels.csv")
        }

    def score(self, pairs: Iterable[Pair]) -> Score:
        """Score pairs of paths, in either order."""
        found = {(min(pair), max(pair)) for pair in pairs}
        right = [pair for pair in found if self._one.has(*pair)]
        wrong = [pair for pair in found if not self._may_be_one(*pair)]
        return Score(
            duplicates=len(self._duplicates),
            found=sum((min(pair), max(pair)) in found for pair in self._duplicates),
            look_alikes=len(self._look_alikes),
            merged=sum((min(pair), max(pair)) in found for pair in self._look_alikes),
            right=len(right),
            wrong=len(wrong),
        )

    def _may_be_one(self, one: str, other: str) -> bool:
        """Tell whether the judges say so, or leave it open: two garments of one contributor, two
        shots of the phone, the orientations of one photograph."""
        if self._open.has(one, other):
            return True
        if one.startswith("orientation/") and other.startswith("orientation/"):
            return True
        label, contributor = self._taken.get(one, ("", ""))
        other_label, other_contributor = self._taken.get(other, ("", ""))
        are_phone = "phone_" in one and "phone_" in other
        return label == other_label and (
            are_phone or (bool(contributor) and contributor == other_contributor)
        )


def _rows(path: Path) -> Iterator[Mapping[str, str]]:
    with path.open(newline="", encoding="utf-8") as lines:
        yield from csv.DictReader(lines)
