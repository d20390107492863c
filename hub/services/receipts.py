"""Registers a supplier's receipt: its number, submissions and files in one transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from hub.catalogue import receipts, users
from hub.catalogue.receipts import NewFile
from hub.db import Connection, OpenDb
from hub.rules.submissions import Refusal, Row, storable
from hub.services.known_labels import KnownLabels
from hub.services.landing import Landed
from hub.services.saying import NOTHING, Saying, find_news, keep

_LOOKED_UP_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Refused:
    path: str
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Already:
    path: str
    submission: int


@dataclass(slots=True)
class SubmissionTaken:
    """One label of a receipt; no `id` where nothing new came under it."""

    id: int | None
    label: str
    received: int = 0
    already: list[Already] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ReceiptTaken:
    """What one call brought from one supplier; no `receipt` where nothing new came."""

    receipt: int | None
    supplier: str
    submissions: list[SubmissionTaken]


@dataclass(frozen=True, slots=True)
class LandedRow:
    """A row whose label is known and whose bytes have landed."""

    row: Row
    label_id: int
    landed: Landed
    saying: Saying = NOTHING
    """What an import says of the file beside the label."""


@dataclass(slots=True)
class Taken:
    """What a call brings from one supplier."""

    files: list[LandedRow] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


@dataclass(slots=True)
class _Registered:
    receipt_no: int | None = None
    submission_ids: dict[int, int] = field(default_factory=dict)
    new: list[LandedRow] = field(default_factory=list)
    already: list[tuple[LandedRow, int]] = field(default_factory=list)


def register(open_db: OpenDb, supplier: str, *, taken: Taken, labels: KnownLabels) -> ReceiptTaken:
    """Give what is new of a supplier's files a receipt, and say what became of each of them."""
    registered = _Registered()
    if taken.files:
        with open_db() as db:
            registered = _register(db, supplier, taken.files)
    return ReceiptTaken(
        receipt=registered.receipt_no,
        supplier=storable(supplier),
        submissions=_submissions(registered, taken.refused, labels),
    )


def _register(db: Connection, supplier: str, files: Sequence[LandedRow]) -> _Registered:
    # Held to the end: of two calls with the same files, the second finds those of the first.
    receipts.lock_receipts(db)
    supplier_id = users.put_supplier(db, supplier).user_id
    known = _find_already(db, supplier_id, files)
    news = find_news(db, supplier_id, [(file.landed.sha256, file.saying) for file in files])
    result = _Registered()
    for file, says_more in zip(files, news, strict=True):
        submission_id = known.get((file.label_id, file.landed.sha256))
        # What is said anew comes as a file again: it repeats the picture, and its word counts.
        if submission_id is None or says_more:
            result.new.append(file)
        else:
            result.already.append((file, submission_id))
    if result.new:
        result.receipt_no = receipts.add_receipt(
            db, supplier_id=supplier_id, file_count=len(result.new)
        )
        for label_id in dict.fromkeys(file.label_id for file in result.new):
            result.submission_ids[label_id] = receipts.add_submission(
                db, result.receipt_no, label_id=label_id
            )
        receipts.add_files(db, _new_files(result))
        keep(db, _sayings(result))
    return result


def _find_already(
    db: Connection, supplier_id: int, files: Sequence[LandedRow]
) -> dict[tuple[int, str], int]:
    label_ids = sorted({file.label_id for file in files})
    sha256s = sorted({file.landed.sha256 for file in files})
    return {
        (found.label_id, found.sha256): found.submission_id
        for start in range(0, len(sha256s), _LOOKED_UP_AT_ONCE)
        for found in receipts.list_already(
            db,
            supplier_id=supplier_id,
            label_ids=label_ids,
            sha256s=sha256s[start : start + _LOOKED_UP_AT_ONCE],
        )
    }


def _new_files(registered: _Registered) -> Iterator[NewFile]:
    for file in registered.new:
        row = file.row
        yield NewFile(
            submission_id=registered.submission_ids[file.label_id],
            path=storable(row.path),
            sha256=file.landed.sha256,
            size_bytes=file.landed.size_bytes,
            licence=row.licence,
            author=row.author,
            source=row.source,
            lon=row.lon,
            lat=row.lat,
            taken_at=row.taken_at,
        )


def _sayings(registered: _Registered) -> Iterator[tuple[int, str, Saying]]:
    for file in registered.new:
        if file.saying != NOTHING:
            submission_id = registered.submission_ids[file.label_id]
            yield submission_id, storable(file.row.path), file.saying


def _submissions(
    registered: _Registered, refused: Sequence[Refusal], labels: KnownLabels
) -> list[SubmissionTaken]:
    """Bring what became of the files together by label, in the order of the names."""
    by_label: dict[str, SubmissionTaken] = {}

    def of(label: str) -> SubmissionTaken:
        return by_label.setdefault(label, SubmissionTaken(None, label))

    for label_id, submission_id in registered.submission_ids.items():
        of(labels.shown[label_id]).id = submission_id
    for file in registered.new:
        of(labels.shown[file.label_id]).received += 1
    for file, submission_id in registered.already:
        already = Already(storable(file.row.path), submission_id)
        of(labels.shown[file.label_id]).already.append(already)
    for refusal in refused:
        refused_file = Refused(storable(refusal.path), refusal.reason, refusal.message)
        of(labels.show(refusal.label)).refused.append(refused_file)
    return [by_label[label] for label in sorted(by_label)]
