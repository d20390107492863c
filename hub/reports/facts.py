"""What a report says: counts over everything, and a few files and pairs of each kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.catalogue.batches import StageReport
from hub.catalogue.reports import BatchRow, OutcomeCount, PartRow, SplitCount
from hub.services.stratification import LabelSplits


@dataclass(frozen=True, slots=True)
class File:
    """A file as a person knows it; what only the checks know is None where they do not say."""

    file_id: int
    path: str
    label: str
    supplier: str
    receipt: int
    submission: int
    batch_no: int | None
    split: str | None
    """Of the picture published from it."""
    image_id: str | None
    """Of its published form, whether it was published or not."""
    format: str | None
    width_px: int | None
    height_px: int | None
    size_bytes: int | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two files whose pictures are the same or alike: `later` was received after `earlier`."""

    relation: str
    later: File
    earlier: File
    distance: int | None
    """Bits between the two hashes that met."""
    look_distance: float | None
    """Between the two pictures as they look, 0 to 1."""
    rule: str
    why: str
    """In words."""
    undone: bool


@dataclass(frozen=True, slots=True)
class Pairs:
    """Those of one relation."""

    relation: str
    total: int
    shown: Sequence[Pair]


@dataclass(frozen=True, slots=True)
class Rejected:
    """The files refused for one reason."""

    reason: str
    found: str
    """What was found, in one sentence."""
    remedy: str
    total: int
    shown: Sequence[File]


@dataclass(frozen=True, slots=True)
class Parts:
    """What became of the files by supplier, by receipt or by label, the largest first."""

    total: int
    shown: Sequence[PartRow]


@dataclass(frozen=True, slots=True)
class Histogram:
    edges: Sequence[float]
    """One more than there are counts, rising."""
    counts: Sequence[int]
    """What lies outside of the edges is in the first or the last."""


@dataclass(frozen=True, slots=True)
class Issue:
    """The good files that show a kind of `quality.QUALITY_KINDS`; refused for it they are not
    good, and not here."""

    kind: str
    total: int
    shown: Sequence[File]
    """The plainest cases first."""


@dataclass(frozen=True, slots=True)
class Quality:
    """Of the good files of a batch: every one that could be decoded and was not refused."""

    files: int
    grey: int
    histograms: Mapping[str, Histogram]
    """By measure, as in docs/quality.md; and of the `shorter_side_px` and the `size_px`."""
    issues: Sequence[Issue]
    min_side_px: int
    usual_size_px: tuple[float, float] | None
    """Between these the size of a picture is not odd; None while the hub has no pictures."""


@dataclass(frozen=True, slots=True)
class LabelPart:
    """The files of a batch under a label, and how the label's pictures in the whole hub fall."""

    files: PartRow
    splits: LabelSplits | None


@dataclass(frozen=True, slots=True)
class Labels:
    total: int
    shown: Sequence[LabelPart]
    hub: LabelSplits
    """All pictures of the hub."""


@dataclass(frozen=True, slots=True)
class Derived:
    """A train picture, and the numbers of the pictures derived from it."""

    original: File
    recipe: str
    numbers: Sequence[int]


@dataclass(frozen=True, slots=True)
class BatchReport:
    made_at: datetime
    batch: BatchRow
    stages: Sequence[StageReport]
    outcomes: Sequence[OutcomeCount]
    suppliers: Parts
    receipts: Parts
    rejected: Sequence[Rejected]
    duplicates: Sequence[Pairs]
    related: Sequence[Pairs]
    splits: Sequence[SplitCount]
    """Of the pictures that the batch published."""
    labels: Labels
    quality: Quality
    derived: Sequence[Derived]


@dataclass(frozen=True, slots=True)
class DuplicateSheet:
    made_at: datetime
    asked: Mapping[str, str]
    """The filters that were given, by name."""
    total: int
    shown: Sequence[Pair]
