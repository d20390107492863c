"""Receives what readers of formats find: files with their labels, verified claims and boxes."""

import os
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from hub.errors import StorageError
from hub.guarded import Bounds
from hub.imports.found import BoxSaid, Found, Note, Notes, Said, Unusable
from hub.imports.headers import Headers, read_headers
from hub.imports.placing import needs_header, place_boxes
from hub.rules.boxes import BadBox, Place
from hub.rules.labels import explain_unknown, fold_name
from hub.rules.landing import landing_key
from hub.rules.open_images import ROOT_MID
from hub.rules.submissions import (
    LONGEST_NAME,
    Defaults,
    Malformed,
    Refusal,
    Row,
    make_row,
    refusal,
)
from hub.rules.turning import ORIENTATIONS, turned
from hub.services.known_labels import KnownLabels
from hub.services.landing import Landed, Unread, land_files, read_file
from hub.services.receipts import LandedRow, ReceiptTaken, Taken, register
from hub.services.saying import Box, Claim, Saying
from hub.services.submissions import Intake

Fetch: TypeAlias = Callable[[Sequence[str]], Mapping[str, Landed | Unread]]
"""Makes land what lies at some addresses; returns what came of each."""

_CONTRADICTED = "labels that are verified to be absent, though something else says otherwise"
_NOT_TURNED = (
    "pictures could not be told by EXIF to stand upright and come as they are stored: only a JPEG"
    " without an orientation of its own can"
)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import brought: receipts as of any submission, and what came with the files."""

    receipts: list[ReceiptTaken]
    notes: list[Note]
    """What was left out or passed over."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A picture to receive, with what is said of it by labels that the hub has."""

    found: Found
    rows: tuple[tuple[int, Row], ...]
    """By label."""
    claims: tuple[Claim, ...]


def import_found(
    intake: Intake,
    found: Iterable[Found | Unusable],
    *,
    defaults: Defaults,
    bounds: Bounds,
    notes: Notes,
    fetch: Fetch | None = None,
) -> Imported:
    """Receive pictures with all that is said of them, in one transaction.

    What cannot be received is refused in its place and the rest goes on, as `submit` does; run
    again it adds only what is new. `fetch` gets the files that lie nowhere yet.
    Raises what `found` raises, then nothing is received, and as `submit` does.
    """
    with intake.open_db() as db:
        labels = _Labels(KnownLabels.load(db))
    taken: dict[str, Taken] = defaultdict(Taken)
    wanted: list[_Wanted] = []
    for one in found:
        if isinstance(one, Unusable):
            taken[defaults.supplier].refused.append(_refused(one, defaults))
        else:
            sorted_out = _sort_out(one, labels, defaults, notes)
            taken[defaults.supplier].refused += sorted_out[1]
            wanted += sorted_out[0]
    landed = _land(intake, wanted, notes)
    if fetch is not None:
        landed |= fetch([one.found.path for one in wanted if not one.found.place])
    with read_headers(bounds) as headers:
        for each in _without_repeats(wanted, taken[defaults.supplier]):
            file = landed[each.found.place or each.found.path]
            _take(each, file, taken[defaults.supplier], _Placer(intake, headers, labels, notes))
    receipts = [
        register(intake.open_db, name, taken=taken[name], labels=labels.known)
        for name in sorted(taken)
    ]
    return Imported(receipts, notes.list())


class _Labels:
    """The hub's labels, as what a format says is looked up in them."""

    def __init__(self, known: KnownLabels) -> None:
        self.known = known
        self._explained: dict[str, str] = {}

    def find(self, said: Said) -> int | None:
        by_mid = self.known.ids.get(fold_name(said.mid)) if said.mid else None
        return self.known.ids.get(fold_name(said.name)) if by_mid is None else by_mid

    def explain(self, said: Said) -> str:
        # A list may name it a million times.
        if said.name not in self._explained:
            self._explained[said.name] = explain_unknown(said.name, self.known.printed)
        return self._explained[said.name]

    @property
    def root(self) -> int | None:
        return self.known.ids.get(fold_name(ROOT_MID))


def _refused(one: Unusable, defaults: Defaults) -> Refusal:
    return Refusal(one.path, one.label, defaults.supplier, one.reason, one.message)


def _sort_out(
    found: Found, labels: _Labels, defaults: Defaults, notes: Notes
) -> tuple[list[_Wanted], list[Refusal]]:
    """Return what to receive of a picture, if anything, and what is refused of it."""
    shown = (*found.labels, *(box.label for box in found.boxes))
    refused = [
        _refused(Unusable(found.path, said.name, "unknown_label", labels.explain(said)), defaults)
        for said in dict.fromkeys((*shown, *found.negatives))
        if labels.find(said) is None
    ]
    claims = _claims(found, labels, notes)
    label_ids = [claim.label_id for claim in claims if claim.value == "positive"]
    is_all_known = all(labels.find(said) is not None for said in shown)
    if not label_ids and is_all_known and claims and labels.root is not None:
        # It is known only by what it does not show: everything is under the root.
        label_ids = [labels.root]
    if not label_ids:
        if not refused:
            message = "nothing is said of what it shows, or does not show; give it a label"
            refused.append(_refused(Unusable(found.path, "", "no_label", message), defaults))
        return [], refused
    given = {name: text for name, text in found.given.items() if text}
    try:
        rows = tuple(
            (each, make_row(found.path, labels.known.shown[each], defaults=defaults, given=given))
            for each in label_ids
        )
    except Malformed as error:
        name = labels.known.shown[label_ids[0]]
        return [], [
            *refused,
            _refused(Unusable(found.path, name, error.reason, str(error)), defaults),
        ]
    said = tuple(claim for claim in claims if claim.is_verified)
    return [_Wanted(found, rows, said)], refused


def _claims(found: Found, labels: _Labels, notes: Notes) -> list[Claim]:
    """Return one claim a label, those that it shows first.

    What is verified goes before what is not, and a verified positive before a verified negative.
    """
    positives: dict[int, bool] = {}
    for said in (*found.labels, *(box.label for box in found.boxes)):
        if (label_id := labels.find(said)) is not None:
            positives[label_id] = said.is_verified or positives.get(label_id, False)
    negatives = {each for each in map(labels.find, found.negatives) if each is not None}
    for label_id in sorted(negatives & positives.keys()):
        notes.add(_CONTRADICTED, f"{labels.known.shown[label_id]} in {found.path}")
        if positives[label_id]:
            negatives.remove(label_id)
        else:
            del positives[label_id]
    return [
        *(Claim(label_id, "positive", is_sure) for label_id, is_sure in positives.items()),
        *(Claim(label_id, "negative", True) for label_id in sorted(negatives)),
    ]


def _without_repeats(wanted: Iterable[_Wanted], taken: Taken) -> Iterator[_Wanted]:
    """Yield pictures with the labels under which their path did not come before in the call."""
    seen: set[tuple[str, int]] = set()
    for one in wanted:
        fresh = []
        for label_id, row in one.rows:
            if (row.path, label_id) in seen:
                message = "this path and label came before in the same call"
                taken.refused.append(refusal(row, "repeated", message))
            else:
                seen.add((row.path, label_id))
                fresh.append((label_id, row))
        if fresh:
            yield replace(one, rows=tuple(fresh))


def _take(one: _Wanted, file: Landed | Unread, taken: Taken, placer: "_Placer") -> None:
    if isinstance(file, Unread):
        taken.refused += (refusal(row, file.reason, file.message) for _, row in one.rows)
        return
    boxes = placer.boxes(one.found, file)
    carrier = one.rows[0][0]
    for label_id, row in one.rows:
        saying = Saying(
            # What it does not show is said once, by the first of its rows.
            claims=tuple(
                claim
                for claim in one.claims
                if claim.label_id == label_id or (claim.value == "negative" and label_id == carrier)
            ),
            boxes=tuple(box for box in boxes if box.label_id == label_id),
        )
        taken.files.append(LandedRow(row, label_id, file, saying))


@dataclass(frozen=True, slots=True)
class _Placer:
    """Places boxes in the upright pictures that landed."""

    intake: Intake
    headers: Headers
    labels: _Labels
    notes: Notes

    def boxes(self, found: Found, file: Landed) -> list[Box]:
        header = None
        if needs_header(found):
            header = self.headers.read(self.intake.objects.get(landing_key(file.sha256)))
        placed = place_boxes(found, header)
        return [*dict.fromkeys(self._kept(found, placed))]

    def _kept(
        self, found: Found, placed: Iterable[tuple[BoxSaid, Place | BadBox]]
    ) -> Iterator[Box]:
        for box, place in placed:
            label_id = self.labels.find(box.label)
            if isinstance(place, BadBox):
                self.notes.add(f"boxes were left out: {place}", f"{box.label.name} in {found.path}")
            elif label_id is not None:
                yield Box(label_id, place, _clean_source(box.source), box.is_group_of)


def _clean_source(source: str) -> str:
    """Return one short line: it is text of whoever wrote the file."""
    return "".join(c if c.isprintable() else " " for c in source[:LONGEST_NAME]).strip()


def _land(intake: Intake, wanted: Sequence[_Wanted], notes: Notes) -> dict[str, Landed | Unread]:
    """Land each file once; one that stands otherwise than the format says gets an orientation."""
    places = {one.found.place: one.found.turn_degrees for one in wanted if one.found.place}
    intake.objects.remove_stale()
    with tempfile.TemporaryDirectory(prefix="hub-import-") as scratch:
        copies = (_upright(place, places[place], scratch, intake, notes) for place in places)
        landing = land_files(copies, intake.objects, max_bytes=intake.max_bytes)
        landed = dict(zip(places, intake.track(landing, len(places)), strict=True))
    if any(isinstance(file, Landed) for file in landed.values()):
        # The bytes are on disk before a receipt promises that they are.
        intake.objects.sync()
    return landed


def _upright(place: str, degrees: int, scratch: str, intake: Intake, notes: Notes) -> str:
    """Return where the file lies, or a copy of it that says by EXIF how it stands upright."""
    content = read_file(place, max_bytes=intake.max_bytes) if degrees else None
    if not isinstance(content, bytes):
        return place
    copy = turned(content, orientation=ORIENTATIONS[degrees])
    if copy is None:
        notes.add(_NOT_TURNED, place)
        return place
    try:
        descriptor, path = tempfile.mkstemp(dir=scratch)
        with os.fdopen(descriptor, "wb") as file:
            file.write(copy)
    except OSError as error:
        raise StorageError(
            f"The folder for temporary files does not take a copy ({error.strerror}); nothing is"
            " registered. Make room, or name another folder by TMPDIR, and run it again."
        ) from error
    return path
