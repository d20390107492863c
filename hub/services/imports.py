"""Receives what readers of formats find: files with their labels, verified claims and boxes."""

import os
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from hub.errors import StorageError
from hub.guarded import Bounds
from hub.imports.found import BoxSaid, Found, Note, Notes, Unusable
from hub.imports.headers import Headers, read_headers
from hub.imports.placing import needs_header, place_boxes
from hub.rules.boxes import BadBox, Place
from hub.rules.landing import landing_key
from hub.rules.submissions import LONGEST_NAME, Defaults, refusal
from hub.rules.turning import ORIENTATIONS, turned
from hub.services.import_sorting import Labels, Wanted, refused_one, sort_out
from hub.services.known_labels import KnownLabels
from hub.services.landing import Landed, Unread, land_files, read_file
from hub.services.receipts import LandedRow, ReceiptTaken, Taken, register
from hub.services.saying import Box, Saying
from hub.services.submissions import Intake

Fetch: TypeAlias = Callable[[Sequence[str]], Mapping[str, Landed | Unread]]
"""Makes land what lies at some addresses; returns what came of each."""

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
        labels = Labels(KnownLabels.load(db))
    taken: dict[str, Taken] = defaultdict(Taken)
    wanted: list[Wanted] = []
    for one in found:
        if isinstance(one, Unusable):
            taken[defaults.supplier].refused.append(refused_one(one, defaults))
        else:
            some, refused = sort_out(one, labels, defaults=defaults, notes=notes)
            taken[defaults.supplier].refused += refused
            wanted += some
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


def _without_repeats(wanted: Iterable[Wanted], taken: Taken) -> Iterator[Wanted]:
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


def _take(one: Wanted, file: Landed | Unread, taken: Taken, placer: "_Placer") -> None:
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
    labels: Labels
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


def _land(intake: Intake, wanted: Sequence[Wanted], notes: Notes) -> dict[str, Landed | Unread]:
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
