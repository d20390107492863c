"""The truth of a simulation: what each file shows, and what should become of it, as CSV."""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from cluster.simulation.broken import REASONS, SHOWS_NOTHING
from cluster.simulation.crowd import Shot
from cluster.simulation.objects import BY_LABEL
from hub.rules.labels import label_key
from hub.rules.submission_csv import OPTIONAL, REQUIRED

SUBMIT_CSV = "submit.csv"
TRUTH_CSV = "truth.csv"


@dataclass(frozen=True)
class TruthRow:
    """One file. Times are ISO 8601 UTC; what the hub cannot know is empty."""

    path: str
    true_label: str
    submitted_label: str
    kind: str
    of: str
    """The path of the picture that this one repeats: the one the hub keeps."""
    expected_outcome: str
    expected_reason: str
    supplier: str
    lon: str
    lat: str
    taken_at: str
    number: int
    sha256: str


@dataclass(frozen=True)
class Truth:
    """All files of a simulation, by supplier and then number, and where they are."""

    folder: Path
    rows: tuple[TruthRow, ...]

    @property
    def submit_csv(self) -> Path:
        """What `hub submit --csv` takes."""
        return self.folder / SUBMIT_CSV

    @property
    def truth_csv(self) -> Path:
        return self.folder / TRUTH_CSV

    def count(self, column: str) -> dict[str, int]:
        """How many files have each value of a column."""
        return dict(sorted(Counter(str(getattr(row, column)) for row in self.rows).items()))


def tell(shots: Sequence[Shot], *, sha256s: Mapping[int, str]) -> list[TruthRow]:
    """Say what should become of each file, by the hub's rules.

    Of equal pictures the first in order of receipt is kept. Suppliers of one CSV get their receipts
    in the order of their names; within a receipt the order is (sha256, label key, path).
    """
    first_of: dict[int, Shot] = {}
    for shot in sorted(shots, key=lambda shot: _order(shot, sha256s)):
        first_of.setdefault(_picture(shot), shot)
    in_order = sorted(shots, key=lambda shot: (shot.supplier.name, shot.number))
    return [_row(shot, first_of[_picture(shot)], sha256=sha256s[shot.number]) for shot in in_order]


def _picture(shot: Shot) -> int:
    return shot.number if shot.of is None else shot.of


def _order(shot: Shot, sha256s: Mapping[int, str]) -> tuple[str, str, str, str]:
    key = label_key(shot.submitted_label, BY_LABEL[shot.submitted_label].mid)
    return shot.supplier.name, sha256s[shot.number], key, shot.path


def _row(shot: Shot, kept: Shot, *, sha256: str) -> TruthRow:
    outcome = "published" if shot is kept else "duplicate"
    if shot.kind == "broken":
        outcome = "rejected"
    tells_place = shot.csv_place or (shot.exif_place and not shot.broken_form)
    return TruthRow(
        path=shot.path,
        true_label="" if shot.broken_form in SHOWS_NOTHING else shot.true_label,
        submitted_label=shot.submitted_label,
        kind=_kind(shot, kept),
        of="" if shot is kept else kept.path,
        expected_outcome=outcome,
        expected_reason=REASONS[shot.broken_form].value if shot.broken_form else "",
        supplier=shot.supplier.name,
        lon=f"{shot.lon:.6f}" if tells_place else "",
        lat=f"{shot.lat:.6f}" if tells_place else "",
        taken_at=shot.taken_at.isoformat(),
        number=shot.number,
        sha256=sha256,
    )


def _kind(shot: Shot, kept: Shot) -> str:
    """Where a copy is received before the picture it was made from, the two change their roles."""
    if shot is kept:
        return "original" if shot.kind.endswith("_duplicate") else shot.kind
    return kept.kind if shot.kind == "original" else shot.kind


def write_truth(truth: Truth) -> None:
    """Write truth.csv."""
    _write(truth.truth_csv, [field.name for field in fields(TruthRow)], map(asdict, truth.rows))


def write_submission(folder: Path, shots: Iterable[Shot]) -> None:
    """Write submit.csv, of the columns that `hub submit --csv` knows, by supplier."""
    in_order = sorted(shots, key=lambda shot: (shot.supplier.name, shot.number))
    _write(folder / SUBMIT_CSV, (*REQUIRED, *OPTIONAL), map(_submitted, in_order))


def _submitted(shot: Shot) -> dict[str, object]:
    return {
        "path": shot.path,
        "label": shot.submitted_label,
        "supplier": shot.supplier.name,
        "lon": f"{shot.lon:.6f}" if shot.csv_place else "",
        "lat": f"{shot.lat:.6f}" if shot.csv_place else "",
        "licence": shot.supplier.licence,
        "author": shot.supplier.author,
        "source_url": f"https://photos.example/{shot.supplier.name}/{shot.number}",
        "taken_at": shot.taken_at.isoformat(),
    }


def _write(path: Path, header: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    with open(path, "w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def read_truth(folder: Path) -> Truth:
    """Read what `write_truth` wrote."""
    with open(folder / TRUTH_CSV, encoding="utf-8", newline="") as source:
        rows = [
            TruthRow(number=int(record.pop("number")), **record)
            for record in csv.DictReader(source)
        ]
    return Truth(folder, tuple(rows))
