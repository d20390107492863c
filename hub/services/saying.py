"""What an import says of a file beside its label: compared with what it said, and kept."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from hub.catalogue import imports
from hub.catalogue.imports import NewBox, NewClaim
from hub.db import Connection
from hub.rules.boxes import Place

_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Claim:
    label_id: int
    value: str
    """`positive` or `negative`."""
    is_verified: bool


@dataclass(frozen=True, slots=True)
class Box:
    label_id: int
    place: Place
    source: str
    is_group_of: bool


@dataclass(frozen=True, slots=True)
class Saying:
    claims: tuple[Claim, ...] = ()
    boxes: tuple[Box, ...] = ()


NOTHING = Saying()


def find_news(db: Connection, supplier_id: int, said: Sequence[tuple[str, Saying]]) -> list[bool]:
    """Tell of each (sha256, saying) whether it says what this supplier's imports never said."""
    digests = sorted({digest for digest, saying in said if saying != NOTHING})
    before: set[tuple[object, ...]] = set()
    for start in range(0, len(digests), _AT_ONCE):
        some = digests[start : start + _AT_ONCE]
        for claim in imports.list_said_claims(db, supplier_id=supplier_id, sha256s=some):
            before.add((claim.sha256, claim.label_id, claim.value, claim.is_verified))
        for box in imports.list_said_boxes(db, supplier_id=supplier_id, sha256s=some):
            place = Place(box.x_min, box.x_max, box.y_min, box.y_max)
            before.add((box.sha256, box.label_id, place, box.is_group_of))
    return [not before.issuperset(_keys(digest, saying)) for digest, saying in said]


def _keys(digest: str, saying: Saying) -> Iterator[tuple[object, ...]]:
    for claim in saying.claims:
        yield digest, claim.label_id, claim.value, claim.is_verified
    for box in saying.boxes:
        # Not by its source: the same place in another format says nothing new.
        yield digest, box.label_id, box.place, box.is_group_of


def keep(db: Connection, said: Iterable[tuple[int, str, Saying]]) -> None:
    """Keep what is said of files that were just received: (submission_id, path, saying)."""
    claims: list[NewClaim] = []
    boxes: list[NewBox] = []
    for submission_id, path, saying in said:
        claims += (_claim(submission_id, path, claim) for claim in saying.claims)
        boxes += (
            _box(submission_id, path, number, box) for number, box in enumerate(saying.boxes, 1)
        )
    for start in range(0, len(claims), _AT_ONCE):
        imports.add_file_claims(db, claims[start : start + _AT_ONCE])
    for start in range(0, len(boxes), _AT_ONCE):
        imports.add_file_boxes(db, boxes[start : start + _AT_ONCE])


def _claim(submission_id: int, path: str, claim: Claim) -> NewClaim:
    return NewClaim(submission_id, path, claim.label_id, claim.value, claim.is_verified)


def _box(submission_id: int, path: str, number: int, box: Box) -> NewBox:
    return NewBox(
        submission_id=submission_id,
        path=path,
        label_id=box.label_id,
        box_no=number,
        x_min=box.place.x_min,
        x_max=box.place.x_max,
        y_min=box.place.y_min,
        y_max=box.place.y_max,
        source=box.source,
        is_group_of=box.is_group_of,
    )
