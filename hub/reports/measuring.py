"""Quality of the good files of a batch: histograms and the plainest cases, in constant memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hub.lake.checked import stream_good
from hub.reports.facts import Histogram
from hub.rules.quality import QUALITY_KINDS, THRESHOLDS

Numbers = npt.NDArray[np.float64]

_STORED = ("brightness_p5", "brightness_p99", "information", "sharpness")
_COLUMNS = ("file_id", "width_px", "height_px", *_STORED, "is_grey")
_UNIT = np.linspace(0, 1, 41)
_PIXELS = 2 ** np.arange(4, 17.25, 0.25)
"""Four steps each time a side doubles, from 16 pixels to beyond the longest of a JPEG (65,535)."""
_EDGES = dict.fromkeys((*_STORED, "aspect_ratio"), _UNIT) | dict.fromkeys(
    ("shorter_side_px", "size_px"), _PIXELS
)


@dataclass
class Tally:
    """What has been counted so far."""

    most: int
    """Cases of each kind to remember."""
    usual_size_px: tuple[float, float] | None
    """As `Quality` has it."""
    files: int = 0
    counts: dict[str, npt.NDArray[np.int64]] = field(
        default_factory=lambda: {
            name: np.zeros(len(edges) - 1, dtype=np.int64) for name, edges in _EDGES.items()
        }
    )
    issues: dict[str, int] = field(default_factory=lambda: dict.fromkeys(QUALITY_KINDS, 0))
    worst: dict[str, list[tuple[float, int]]] = field(default_factory=dict)
    """By kind, (how far from an issue, file_id), smallest first."""

    def add(self, batch: pa.RecordBatch) -> None:
        """Count good files; those that an earlier release checked have no measures to count."""
        batch = batch.filter(pc.is_valid(batch["sharpness"]))
        values = _values(batch)
        self.files += batch.num_rows
        for name, edges in _EDGES.items():
            inside = np.clip(values[name], edges[0], edges[-1])
            self.counts[name] += np.histogram(inside, edges)[0]
        file_ids = batch["file_id"].to_numpy()
        for kind, (measure, value, is_issue_below) in THRESHOLDS.items():
            sign = 1 if is_issue_below else -1
            self._note(kind, file_ids, sign * (values[measure] - value))
        if self.usual_size_px:
            least, largest = self.usual_size_px
            sizes = values["size_px"]
            self._note("odd_size", file_ids, np.minimum(sizes - least, largest - sizes))
        is_grey = batch["is_grey"].to_numpy(zero_copy_only=False).astype(bool)
        self._note("greyscale", file_ids, np.where(is_grey, -1.0, 1.0))

    def _note(self, kind: str, file_ids: npt.NDArray[np.int64], margins: Numbers) -> None:
        is_issue = margins < 0
        self.issues[kind] += int(is_issue.sum())
        found = zip(margins[is_issue].tolist(), file_ids[is_issue].tolist(), strict=True)
        self.worst[kind] = nsmallest(self.most, [*self.worst.get(kind, []), *found])

    def histograms(self) -> Mapping[str, Histogram]:
        return {
            name: Histogram(tuple(_EDGES[name].tolist()), tuple(counts.tolist()))
            for name, counts in self.counts.items()
        }

    def cases(self, kind: str) -> Sequence[int]:
        """Return files that show a kind, the plainest first."""
        return [file_id for _, file_id in self.worst.get(kind, [])]


def tally_batch(
    lake_root: str, batch_no: int, *, most: int, usual_size_px: tuple[float, float] | None
) -> Tally:
    """Count what the checks measured of a batch; remember `most` files of each kind of issue."""
    tally = Tally(most, usual_size_px)
    for batch in stream_good(lake_root, batch_no, _COLUMNS):
        tally.add(batch)
    return tally


def _values(batch: pa.RecordBatch) -> dict[str, Numbers]:
    width, height = (batch[name].to_numpy().astype(float) for name in ("width_px", "height_px"))
    shorter, longer = np.minimum(width, height), np.maximum(width, height)
    return {name: batch[name].to_numpy() for name in _STORED} | {
        "aspect_ratio": shorter / longer,
        "shorter_side_px": shorter,
        "size_px": np.sqrt(width * height),
    }
