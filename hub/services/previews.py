"""Says of files what would become of them if they were submitted, and leaves no trace of them."""

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

from hub.catalogue import receipts, users
from hub.config import Settings
from hub.db import Connection
from hub.errors import SubmitError
from hub.judging import UploadJudge, judge_uploads
from hub.limits import bounds_of, limits_of
from hub.redecoding import redecode
from hub.rules import keeping
from hub.rules.checking import Checked
from hub.rules.keeping import File, Finding, Repeat
from hub.rules.labels import fold_name
from hub.rules.quality import Measures, issues_of
from hub.rules.relations import in_words, rule_name
from hub.rules.remedies import REMEDIES
from hub.rules.submissions import Defaults, Refusal, Row, refusal, refuse_repeats, storable
from hub.services.folders import find_files
from hub.services.known_labels import KnownLabels
from hub.services.landing import Unread, read_file
from hub.services.recognition import Stores, Upload, recognise
from hub.services.submissions import read_csv

OUTCOMES = ("published", "duplicate", "rejected", "pending", "already", "refused")
"""The first four as `hub submission show` has them; the others as `hub submit` reports them."""

Track: TypeAlias = Callable[[Sequence[str]], Iterable[str]]
"""Is handed the paths of the files, hands them on one by one and shows how far it is."""

_UNSAID = "no label is said"


@dataclass(frozen=True, slots=True)
class Related:
    """A picture that is like a file's, and yet another one."""

    related_to: str
    related_path: str | None
    """Of the file, of this call or of an earlier one, that brought it."""
    relation: str
    why: str


@dataclass(frozen=True, slots=True)
class FilePreview:
    """What would become of one file; the names are those of `submission show`."""

    path: str
    label: str | None
    outcome: str
    """One of OUTCOMES; pending: only a job could tell."""
    reason: str | None = None
    message: str | None = None
    """What to do about a reason, or what is not decided."""
    submission: int | None = None
    """That has the file already."""
    duplicate_of: str | None = None
    duplicate_of_path: str | None = None
    """Of a duplicate: the path of the file, of this call or an earlier one, that it repeats."""
    relation: str | None = None
    distance: int | None = None
    look_distance: float | None = None
    rule: str | None = None
    why: str | None = None
    related: Sequence[Related] = ()
    issues: Sequence[str] = ()


@dataclass(frozen=True)
class Preview:
    """What would become of files: the counts add up to `checked`."""

    checked: int
    outcomes: Mapping[str, int]
    """Each of OUTCOMES."""
    files: Sequence[FilePreview]


@dataclass(frozen=True, slots=True)
class _Seen:
    """A row whose file was read."""

    row: Row
    place: str
    """Where its file can be read again."""
    sha256: str
    checked: Checked


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
    sorted_out = list(refuse_repeats(rows, {**known.ids, fold_name(_UNSAID): 0}))
    if not sorted_out:
        raise SubmitError("Nothing was checked: no files were found or listed.")
    places = [os.path.join(folder, row.path) for row in sorted_out if isinstance(row, Row)]
    with judge_uploads(limits_of(settings), bounds=bounds_of(settings)) as judge:
        once = track(list(dict.fromkeys(places)))
        checks = {place: _check(place, judge, settings.max_file_bytes) for place in once}
    looked_at = [
        row if isinstance(row, Refusal) else _look_at(row, folder, checks) for row in sorted_out
    ]
    seen = [one for one in looked_at if isinstance(one, _Seen)]
    already = _list_already(db, seen, known)
    good = [one for one in seen if one.checked.reason is None and _key(one, known) not in already]
    decided = _decide(db, settings, sorted(good, key=_order))
    files = [decided.get(id(one)) or _undecided(one, known, already=already) for one in looked_at]
    counts = {name: sum(file.outcome == name for file in files) for name in OUTCOMES}
    return Preview(len(files), counts, files)


def _find_rows(
    paths: Iterable[str], labels: Sequence[str], *, defaults: Defaults
) -> Iterator[Row | Refusal]:
    for path in paths:
        own = labels if labels or os.path.isdir(path) else [_UNSAID]
        yield from find_files([path], own, defaults=defaults)


def _refused(row: Row | Refusal, known: KnownLabels) -> Row | Refusal:
    return row if row.label == _UNSAID else known.refuse_unknown(row)


def _check(path: str, judge: UploadJudge, max_bytes: int) -> tuple[str, Checked] | Unread:
    content = read_file(path, max_bytes=max_bytes)
    if isinstance(content, Unread):
        return content
    # A call may bring many: what only a pack would hold is not kept.
    checked = replace(judge.check(content), thumbnail_299=None, thumbnail_100=None)
    return sha256(content).hexdigest(), checked


def _look_at(
    row: Row, folder: str, checks: Mapping[str, tuple[str, Checked] | Unread]
) -> _Seen | Refusal:
    place = os.path.join(folder, row.path)
    check = checks[place]
    if isinstance(check, Unread):
        return refusal(row, check.reason, check.message)
    return _Seen(row, place, *check)


_Key = tuple[str, int, str]
"""Supplier, label and digest, which tell a file that was submitted before."""


def _key(one: _Seen, known: KnownLabels) -> _Key:
    return (one.row.supplier, known.ids.get(fold_name(one.row.label), 0), one.sha256)


def _list_already(db: Connection, seen: Sequence[_Seen], known: KnownLabels) -> dict[_Key, int]:
    """Return the submissions that have files already, by what tells those."""
    keys = {_key(one, known) for one in seen if one.row.label != _UNSAID}
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


def _order(one: _Seen) -> tuple[str, str, str, str]:
    """Order of receipt, were all received at once: a receipt a supplier, by name."""
    return (one.row.supplier, one.sha256, one.row.label, one.row.path)


def _decide(db: Connection, settings: Settings, good: Sequence[_Seen]) -> dict[int, FilePreview]:
    """Preview good files, given in order of receipt, as if all came in one call; by `id`."""
    if not good:
        return {}
    uploads = [Upload(one.place, one.checked) for one in good]
    receipts_of = {name: no for no, name in enumerate(sorted({one.row.supplier for one in good}))}
    stores = Stores(db, settings.lake_root, settings.objects_root)
    with redecode(bounds_of(settings)) as decoder:
        known = recognise(stores, uploads, decoder)
    files = [
        File(
            number,
            receipts_of[one.row.supplier],
            one.sha256,
            one.row.label,
            one.row.path,
            upload.image_id,
        )
        for number, (one, upload) in enumerate(zip(good, uploads, strict=True))
    ]
    kept_before = {image_id: one.sha256 for image_id, one in known.brought.items()}
    decisions = keeping.decide(files, known.findings, kept_before=kept_before)
    repeats = {repeat.file.file_id: repeat for repeat in decisions.repeats}
    related = defaultdict(list)
    for found in decisions.related:
        related[found.image_id].append(found)
    sources = {image_id: one.path for image_id, one in known.brought.items()}
    previews = {}
    for file, one in zip(files, good, strict=True):
        if repeat := repeats.get(file.file_id):
            previews[id(one)] = _duplicate(one, repeat, source=sources.get(repeat.image_id))
            continue
        sources.setdefault(file.image_id, storable(one.row.path))
        bits = known.undecided.get(file.image_id)
        like = [_related(found, sources) for found in related[file.image_id]]
        previews[id(one)] = _kept(one, related=like, bits=bits)
    return previews


def _related(found: Finding, sources: Mapping[str, str]) -> Related:
    why = in_words(found.relation, distance=found.distance, look_distance=found.look_distance)
    return Related(found.other, sources.get(found.other), found.relation, why)


def _duplicate(one: _Seen, repeat: Repeat, *, source: str | None) -> FilePreview:
    return FilePreview(
        *_named(one.row),
        outcome="duplicate",
        duplicate_of=repeat.image_id,
        duplicate_of_path=source,
        relation=repeat.relation,
        distance=repeat.distance,
        look_distance=repeat.look_distance,
        rule=rule_name(repeat.relation, repeat.rule_version),
        why=in_words(repeat.relation, distance=repeat.distance, look_distance=repeat.look_distance),
    )


def _kept(one: _Seen, *, related: Sequence[Related], bits: int | None) -> FilePreview:
    measures = Measures(**{each.name: getattr(one.checked, each.name) for each in fields(Measures)})
    message = bits is not None and (
        f"the hub may have the picture ({bits} of 64 bits apart), and what it would be compared"
        " with is not at hand: only a job can tell"
    )
    return FilePreview(
        *_named(one.row),
        outcome="pending" if message else "published",
        message=message or None,
        related=related,
        issues=issues_of(measures),
    )


def _undecided(
    one: _Seen | Refusal, known: KnownLabels, *, already: Mapping[_Key, int]
) -> FilePreview:
    """Preview what never comes to be compared."""
    if isinstance(one, Refusal):
        return FilePreview(*_named(one), outcome="refused", reason=one.reason, message=one.message)
    if submission := already.get(_key(one, known)):
        return FilePreview(*_named(one.row), outcome="already", submission=submission)
    reason = str(one.checked.reason)
    return FilePreview(
        *_named(one.row), outcome="rejected", reason=reason, message=REMEDIES[reason]
    )


def _named(row: Row | Refusal) -> tuple[str, str | None]:
    return storable(row.path), None if row.label == _UNSAID else storable(row.label)
