"""Says of files what would become of them if they were submitted, and leaves no trace of them."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

from hub.catalogue import receipts, users
from hub.config import Settings
from hub.db import Connection
from hub.errors import SubmitError
from hub.judging import UploadJudge, judge_uploads
from hub.limits import bounds_of, limits_of
from hub.rules.checking import Checked
from hub.rules.labels import fold_name
from hub.rules.remedies import REMEDIES
from hub.rules.submissions import Defaults, Refusal, Row, refusal, refuse_repeats
from hub.services.folders import find_files
from hub.services.foresight import OUTCOMES, UNSAID, FilePreview, Seen, foresee, named
from hub.services.known_labels import KnownLabels
from hub.services.landing import Unread, read_file
from hub.services.submissions import read_csv

Track: TypeAlias = Callable[[Sequence[str]], Iterable[str]]
"""Is handed the paths of the files, hands them on one by one and shows how far it is."""


@dataclass(frozen=True)
class Preview:
    """What would become of files: the counts add up to `checked`."""

    checked: int
    outcomes: Mapping[str, int]
    """Each of OUTCOMES."""
    files: Sequence[FilePreview]


def preview_paths(
    db: Connection,
    settings: Settings,
    paths: Sequence[str],
    *,
    labels: Sequence[str] = (),
    defaults: Defaults,
    track: Track = iter,
) -> Preview:
    """Check files and folders as `submit_paths` and the next job would take them.

    A file needs no label here. What was received and is not yet published is not known.
    Raises SubmitError if there are no files, and what reading the lake raises.
    """
    known = KnownLabels.load(db, are_folders=not labels)
    rows = _find_rows(paths, labels, defaults=defaults)
    return _preview(db, settings, rows, known=known, folder="", track=track)


def preview_csv(
    db: Connection,
    settings: Settings,
    csv_path: str | Path,
    *,
    defaults: Defaults,
    track: Track = iter,
) -> Preview:
    """Check the files that a CSV lists as `submit_csv` and the next job would take them.

    Raises as `preview_paths` does, and SubmitError if the CSV cannot be read or has no header.
    """
    rows = read_csv(csv_path, defaults=defaults)
    folder = os.path.dirname(csv_path)
    return _preview(db, settings, rows, known=KnownLabels.load(db), folder=folder, track=track)


def _preview(
    db: Connection,
    settings: Settings,
    rows: Iterable[Row | Refusal],
    *,
    known: KnownLabels,
    folder: str,
    track: Track,
) -> Preview:
    """Preview rows whose paths are relative to `folder`."""
    rows = (_refused(row, known) for row in rows)
    sorted_out = list(refuse_repeats(rows, {**known.ids, fold_name(UNSAID): 0}))
    if not sorted_out:
        raise SubmitError("Nothing was checked: no files were found or listed.")
    places = [os.path.join(folder, row.path) for row in sorted_out if isinstance(row, Row)]
    with judge_uploads(limits_of(settings), bounds=bounds_of(settings)) as judge:
        once = track(list(dict.fromkeys(places)))
        checks = {
            place: check_file(place, judge, max_bytes=settings.max_file_bytes) for place in once
        }
    looked_at = [
        row if isinstance(row, Refusal) else _look_at(row, folder, checks) for row in sorted_out
    ]
    files = decide(db, settings, looked_at, known=known)
    counts = {name: sum(file.outcome == name for file in files) for name in OUTCOMES}
    return Preview(len(files), counts, files)


def decide(
    db: Connection, settings: Settings, looked_at: Sequence[Seen | Refusal], *, known: KnownLabels
) -> list[FilePreview]:
    """Say what would become of files that were looked at, in their order, if all were submitted.

    Raises what reading the lake raises.
    """
    seen = [one for one in looked_at if isinstance(one, Seen)]
    already = _list_already(db, seen, known)
    good = [one for one in seen if one.checked.reason is None and _key(one, known) not in already]
    decided = foresee(db, settings, sorted(good, key=_order))
    return [decided.get(id(one)) or _undecided(one, known, already=already) for one in looked_at]


def _find_rows(
    paths: Iterable[str], labels: Sequence[str], *, defaults: Defaults
) -> Iterator[Row | Refusal]:
    for path in paths:
        own = labels if labels or os.path.isdir(path) else [UNSAID]
        yield from find_files([path], own, defaults=defaults)


def _refused(row: Row | Refusal, known: KnownLabels) -> Row | Refusal:
    return row if row.label == UNSAID else known.refuse_unknown(row)


def check_file(path: str, judge: UploadJudge, *, max_bytes: int) -> tuple[str, Checked] | Unread:
    """Return the sha256 of a file and what its check found, but for the thumbnails."""
    content = read_file(path, max_bytes=max_bytes)
    if isinstance(content, Unread):
        return content
    # A call may bring many: what only a pack would hold is not kept.
    checked = replace(judge.check(content), thumbnail_299=None, thumbnail_100=None)
    return sha256(content).hexdigest(), checked


def _look_at(
    row: Row, folder: str, checks: Mapping[str, tuple[str, Checked] | Unread]
) -> Seen | Refusal:
    place = os.path.join(folder, row.path)
    check = checks[place]
    if isinstance(check, Unread):
        return refusal(row, check.reason, check.message)
    return Seen(row, place, *check)


_Key = tuple[str, int, str]
"""Supplier, label and digest, which tell a file that was submitted before."""


def _key(one: Seen, known: KnownLabels) -> _Key:
    return (one.row.supplier, known.ids.get(fold_name(one.row.label), 0), one.sha256)


def _list_already(db: Connection, seen: Sequence[Seen], known: KnownLabels) -> dict[_Key, int]:
    """Return the submissions that have files already, by what tells those."""
    keys = {_key(one, known) for one in seen if one.row.label != UNSAID}
    found = {}
    for name in {supplier for supplier, _, _ in keys}:
        user = users.find_user(db, name)
        own = [(label_id, digest) for supplier, label_id, digest in keys if supplier == name]
        if user is None:
            continue
        for one in receipts.list_already(
            db,
            supplier_id=user.user_id,
            label_ids=sorted({label_id for label_id, _ in own}),
            sha256s=sorted({digest for _, digest in own}),
        ):
            found[name, one.label_id, one.sha256] = one.submission_id
    return found


def _order(one: Seen) -> tuple[str, str, str, str]:
    """Order of receipt, were all received at once: a receipt a supplier, by name."""
    return (one.row.supplier, one.sha256, one.row.label, one.row.path)


def _undecided(
    one: Seen | Refusal, known: KnownLabels, *, already: Mapping[_Key, int]
) -> FilePreview:
    """Preview what never comes to be compared."""
    if isinstance(one, Refusal):
        return FilePreview(*named(one), outcome="refused", reason=one.reason, message=one.message)
    if submission := already.get(_key(one, known)):
        return FilePreview(*named(one.row), outcome="already", submission=submission)
    reason = str(one.checked.reason)
    return FilePreview(*named(one.row), outcome="rejected", reason=reason, message=REMEDIES[reason])
