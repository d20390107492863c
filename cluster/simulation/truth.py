"""The truth of a simulation: what each file shows, and what should become of it, as CSV."""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from cluster.simulation.broken import REASONS, SHOWS_NOTHING
from cluster.simulation.objects import BY_LABEL
from cluster.simulation.shots import Shot
from hub.rules.labels import label_key
from hub.rules.submission_csv import OPTIONAL, REQUIRED

SUBMIT_CSV = "submit.csv"
TRUTH_CSV = "truth.csv"


@dataclass(frozen=True)
class TruthRow:
    """One file. Times are ISO 8601 UTC; what the hub cannot know is empty."""

    path: str
    label: str
    """Under which it is submitted."""
    true_label: str
    """What it shows; empty: nothing."""
    supplier: str
    kind: str
    """How the file was made."""
    form: str
    """Of what sort of its kind it is."""
    of: str
    """The path of the file that it was made of, or is related to."""
    parameters: str
    severity: str
    """Of an edit: 1 (hardly seen) to 3 (seen at once)."""
    burst: str
    """The path of the first shot of its burst."""
    expected: str
    """published | duplicate | related (published, and the hub knows that of `of`) | rejected."""
    reason: str
    kept: str
    """Of a duplicate: the path of the file that the hub keeps instead."""
    lon: str
    lat: str
    taken_at: str
    """As the file or the CSV tells it."""
    number: int
    sha256: str

    @property
    def outcome(self) -> str:
        """What `hub submission show` says of it: published | duplicate | rejected."""
        return "published" if self.expected == "related" else self.expected


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
    kept: dict[int, Shot] = {}
    for shot in sorted(shots, key=lambda shot: _order(shot, sha256s)):
        kept.setdefault(_picture(shot), shot)
    by_number = {shot.number: shot for shot in shots}
    in_order = sorted(shots, key=lambda shot: (shot.supplier.name, shot.number))
    return [
        _row(shot, kept[_picture(shot)], by_number=by_number, sha256=sha256s[shot.number])
        for shot in in_order
    ]


def _picture(shot: Shot) -> int:
    """The number of the first drawn of all files that are one picture."""
    is_same = shot.of is not None and shot.kind.endswith("_duplicate")
    return shot.of if is_same and shot.of is not None else shot.number


def _order(shot: Shot, sha256s: Mapping[int, str]) -> tuple[str, str, str, str]:
    key = label_key(shot.submitted_label, BY_LABEL[shot.submitted_label].mid)
    return shot.supplier.name, sha256s[shot.number], key, shot.path


def _row(shot: Shot, kept: Shot, *, by_number: Mapping[int, Shot], sha256: str) -> TruthRow:
    tells_place = shot.csv_place or (shot.exif_place and shot.kind != "broken")
    tells_time = shot.csv_time or (shot.exif_time and shot.kind != "broken")
    edit = shot.edit
    return TruthRow(
        path=shot.path,
        label=shot.submitted_label,
        true_label="" if shot.form in SHOWS_NOTHING else shot.true_label,
        supplier=shot.supplier.name,
        kind=shot.kind,
        form=edit.form if edit else shot.form,
        of="" if shot.of is None else by_number[shot.of].path,
        parameters=str(edit) if edit else "",
        severity=str(edit.severity) if edit else "",
        burst="" if shot.burst is None else by_number[shot.burst].path,
        expected=_expected(shot, kept),
        reason=REASONS[shot.form].value if shot.kind == "broken" else "",
        kept="" if shot is kept else kept.path,
        lon=f"{shot.lon:.6f}" if tells_place else "",
        lat=f"{shot.lat:.6f}" if tells_place else "",
        taken_at=shot.taken_at.isoformat() if tells_time else "",
        number=shot.number,
        sha256=sha256,
    )


def _expected(shot: Shot, kept: Shot) -> str:
    if shot is not kept:
        return "duplicate"
    return {"broken": "rejected", "related": "related", "burst": "related"}.get(
        shot.kind, "published"
    )


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
        "taken_at": shot.taken_at.isoformat() if shot.csv_time else "",
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
