"""How the pictures of each label fall into the splits, and how far from what is meant."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from hub.catalogue import stratification as catalogue
from hub.catalogue.stratification import SplitRow
from hub.db import Connection
from hub.rules.splits import SHARES, deviation


@dataclass(frozen=True, slots=True)
class SplitPart:
    images: int
    share: float
    """Of the pictures that are in a split, 0..1."""
    groups: int
    deviation: float
    """From the share that is meant, in standard errors; groups, not pictures, are what is drawn."""


@dataclass(frozen=True, slots=True)
class LabelSplits:
    """The published pictures that carry a label itself."""

    label: str | None
    """None: pictures of whatever label."""
    images: int
    groups: int
    none: int
    """Pictures in no split, since they are near groups of two."""
    splits: Mapping[str, SplitPart]
    """By name; empty where no picture is in a split."""

    @property
    def worst(self) -> float:
        """The largest deviation of a split, whether above or below."""
        return max((abs(part.deviation) for part in self.splits.values()), default=0.0)


@dataclass(frozen=True, slots=True)
class Stratification:
    whole: LabelSplits
    labels: Sequence[LabelSplits]
    """By name; only labels that pictures carry themselves."""


def stratification(db: Connection) -> Stratification:
    """Return how all pictures, and those of each label, fall into the splits."""
    by_label = groupby(catalogue.list_label_splits(db), key=lambda row: row.label)
    return Stratification(
        whole=_of(None, catalogue.list_splits(db)),
        labels=[_of(label, rows) for label, rows in by_label],
    )


def _of(label: str | None, rows: Iterable[SplitRow]) -> LabelSplits:
    found = {row.split: row for row in rows}
    none = found.pop("none", None)
    return LabelSplits(
        label=label,
        images=sum(row.images for row in found.values()) + (none.images if none else 0),
        groups=sum(row.groups for row in found.values()),
        none=none.images if none else 0,
        splits=_parts(found) if found else {},
    )


def _parts(found: Mapping[str, SplitRow]) -> dict[str, SplitPart]:
    images = sum(row.images for row in found.values())
    squares = sum(row.squares for row in found.values())
    parts = {}
    for split in SHARES:
        row = found.get(split)
        here = row.images if row else 0
        parts[split] = SplitPart(
            images=here,
            share=here / images,
            groups=row.groups if row else 0,
            deviation=deviation(split, here / images, images=images, squares=squares),
        )
    return parts
