"""Which files of a batch are kept as pictures, in order of receipt, and which repeat one."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from hub.rules.splits import split_of

EXACT_RULE_VERSION = 1

Order = tuple[int, str, str, str]
"""Order of receipt: (receipt_no, sha256, label_key, path)."""


@dataclass(frozen=True, slots=True)
class File:
    """A good file of the batch."""

    file_id: int
    receipt_no: int
    sha256: str
    label_key: str
    path: str
    image_id: str
    is_apart: bool = False
    """Set apart by an undone verdict: it repeats a picture only by equal published bytes."""

    @property
    def order(self) -> Order:
        return (self.receipt_no, self.sha256, self.label_key, self.path)


@dataclass(frozen=True, slots=True)
class Finding:
    """What comparing a newer picture with an earlier one has shown."""

    image_id: str
    """Of the newer one."""
    other: str
    """The image_id of the earlier one."""
    relation: str
    """`pixels` and `near` make a duplicate; any other relation makes related pictures."""
    distance: int | None
    """Bits between the hashes that met, if any did."""
    look_distance: float
    """0 to 1, as `hub.rules.likeness` says."""
    rule_version: int


@dataclass(frozen=True, slots=True)
class Repeat:
    """A file that is not kept, and the picture it repeats."""

    file: File
    image_id: str
    relation: str
    """`bytes`, `pixels` or `near`."""
    distance: int | None
    look_distance: float
    rule_version: int


@dataclass(frozen=True)
class Decisions:
    repeats: list[Repeat] = field(default_factory=list)
    related: list[Finding] = field(default_factory=list)
    """Between kept pictures alone, each pair once."""
    kept: set[str] = field(default_factory=set)
    """The image_id of every picture that is kept, of earlier batches or of this one."""


def decide(
    files: Iterable[File], findings: Iterable[Finding], *, kept_before: Mapping[str, str]
) -> Decisions:
    """Decide file by file in order of receipt, against the pictures that are kept by then.

    `findings` name each pair once, in any direction: which of two is earlier shows here.
    `kept_before` maps the image_id of pictures of earlier batches that any file or finding names
    to the sha256 of their files. A file of a picture that is kept, or of one that has the pixels
    or the looks of a kept one, repeats the closest; every other file is kept. A path under
    several labels is one file: it does not repeat itself.
    """
    found = _by_picture(findings)
    kept = dict(kept_before)
    brought_by: dict[str, tuple[int, str, str]] = {}
    decisions = Decisions(kept={*kept_before})
    for file in sorted(files, key=lambda file: file.order):
        one_file = (file.receipt_no, file.sha256, file.path)
        if file.image_id in kept:
            if brought_by.get(file.image_id) != one_file:
                decisions.repeats.append(_exact(file, kept[file.image_id]))
            continue
        others = [one for one in found[file.image_id] if one.other in kept]
        closest = None if file.is_apart else _closest(others)
        if closest:
            decisions.repeats.append(_repeat(file, closest))
            continue
        decisions.related.extend(others)
        kept[file.image_id] = file.sha256
        decisions.kept.add(file.image_id)
        brought_by[file.image_id] = one_file
    return decisions


def _by_picture(findings: Iterable[Finding]) -> defaultdict[str, list[Finding]]:
    found: defaultdict[str, list[Finding]] = defaultdict(list)
    for one in findings:
        found[one.image_id].append(one)
        found[one.other].append(replace(one, image_id=one.other, other=one.image_id))
    return found


def _closest(others: Sequence[Finding]) -> Finding | None:
    """Return the nearest duplicate; of equally near ones that with the smallest id."""
    return min(
        (one for one in others if one.relation in ("pixels", "near")),
        key=lambda one: (one.relation == "near", one.look_distance, one.distance or 0, one.other),
        default=None,
    )


def _exact(file: File, kept_sha256: str) -> Repeat:
    relation = "bytes" if file.sha256 == kept_sha256 else "pixels"
    return Repeat(file, file.image_id, relation, 0, 0.0, EXACT_RULE_VERSION)


def _repeat(file: File, closest: Finding) -> Repeat:
    if closest.relation == "pixels":
        return Repeat(file, closest.other, "pixels", 0, 0.0, EXACT_RULE_VERSION)
    seen = (closest.distance, closest.look_distance, closest.rule_version)
    return Repeat(file, closest.other, "near", *seen)


def assign_groups(
    pictures: Iterable[str], related: Iterable[tuple[str, str]], *, groups: Mapping[str, str]
) -> Iterator[tuple[str, str, str]]:
    """Yield (image_id, group_id, split) of newly kept pictures, given in order of receipt.

    `related` are pairs (later, earlier), those of one picture in order of receipt; `groups` gives
    the group of earlier ones that belong to earlier batches. A picture joins the group of the
    first of its related ones, else starts its own. Groups never merge: a picture that is related
    to groups of two splits falls into none of them.
    """
    earlier: defaultdict[str, list[str]] = defaultdict(list)
    for later, other in related:
        earlier[later].append(other)
    joined = dict(groups)
    for image_id in pictures:
        near = [joined[other] for other in earlier[image_id]] or [image_id]
        joined[image_id] = near[0]
        splits = {split_of(group_id) for group_id in near}
        yield image_id, near[0], splits.pop() if len(splits) == 1 else "none"
