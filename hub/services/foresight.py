"""What is said beforehand of one file: what would become of it, and why."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from hub.config import Settings
from hub.db import Connection
from hub.limits import bounds_of
from hub.redecoding import redecode
from hub.rules import keeping
from hub.rules.checking import Checked
from hub.rules.keeping import File, Finding, Repeat
from hub.rules.quality import Measures, issues_of
from hub.rules.relations import in_words, rule_name
from hub.rules.submissions import Refusal, Row, storable
from hub.services.recognition import Stores, Upload, recognise

OUTCOMES = ("published", "duplicate", "rejected", "pending", "already", "refused")
"""The first four as `hub submission show` has them; the others as `hub submit` reports them."""

UNSAID = "no label is said"


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


@dataclass(frozen=True, slots=True)
class Seen:
    """A row whose file was read."""

    row: Row
    place: str
    """Where its file can be read again."""
    sha256: str
    checked: Checked


def foresee(db: Connection, settings: Settings, good: Sequence[Seen]) -> dict[int, FilePreview]:
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


def _duplicate(one: Seen, repeat: Repeat, *, source: str | None) -> FilePreview:
    return FilePreview(
        *named(one.row),
        outcome="duplicate",
        duplicate_of=repeat.image_id,
        duplicate_of_path=source,
        relation=repeat.relation,
        distance=repeat.distance,
        look_distance=repeat.look_distance,
        rule=rule_name(repeat.relation, repeat.rule_version),
        why=in_words(repeat.relation, distance=repeat.distance, look_distance=repeat.look_distance),
    )


def _kept(one: Seen, *, related: Sequence[Related], bits: int | None) -> FilePreview:
    measures = Measures(**{each.name: getattr(one.checked, each.name) for each in fields(Measures)})
    message = bits is not None and (
        f"the hub may have the picture ({bits} of 64 bits apart), and what it would be compared"
        " with is not at hand: only a job can tell"
    )
    return FilePreview(
        *named(one.row),
        outcome="pending" if message else "published",
        message=message or None,
        related=related,
        issues=issues_of(measures),
    )


def named(row: Row | Refusal) -> tuple[str, str | None]:
    """Return path and label of a row as they can be stored, None where no label is said."""
    return storable(row.path), None if row.label == UNSAID else storable(row.label)
