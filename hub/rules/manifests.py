"""The canonical text of a subset's manifest: one line a picture, and the root that names it.

A manifest is JSON Lines in UTF-8: first its format and recipe, then the pictures by ascending
`image_id`; keys sorted, no spaces, no blank lines. Its root is the sha256 of exactly those bytes,
so equal picks have equal roots. Manifests of format 1 begin with the first picture.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, BinaryIO

from hub.errors import LockError
from hub.rules.recipes import Recipe, recipe_values

FORMAT = 2
"""Version of the manifests that are written."""

EXTENSIONS = {"jpeg": "jpg", "png": "png", "webp": "webp"}
"""Formats that the hub publishes, and the ending of a file of each."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class LabelRef:
    """A label as it was called when the manifest was made; `key` never changes."""

    key: str
    name: str
    mid: str | None


@dataclass(frozen=True, slots=True)
class Box:
    """Where a label is seen: shares of the upright picture's sides, 0 at the left and the top."""

    label_key: str
    """Of one of the picture's `labels`."""
    x_min: float
    x_max: float
    y_min: float
    y_max: float
    source: str
    is_group_of: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """A line of a manifest."""

    image_id: str
    """sha256 of the published bytes."""
    format: str
    size_bytes: int
    crc32: int
    width_px: int
    height_px: int
    split: str
    group_id: str
    label_key: str
    """Where its bytes lie in the lake, not what it shows."""
    labels: tuple[LabelRef, ...]
    """All that is claimed of it (positive claims), by key."""
    picked: tuple[LabelRef, ...]
    """The recipe's labels that it answers to, itself or by a narrower label, by key."""
    licence: str
    author: str
    source: str
    taken_at: str | None
    """ISO 8601 in UTC, to the second."""
    country: str | None
    city: str | None
    neighbourhood: str | None
    negatives: tuple[LabelRef, ...] = ()
    """What it is verified not to show, by key. Of any other label nothing is known."""
    verified: tuple[str, ...] = ()
    """Keys of those of `labels` that a review or a human-verified import confirmed, sorted."""
    boxes: tuple[Box, ...] = ()
    """By label, then as they came."""

    @property
    def file_name(self) -> str:
        """What its file is called in every download."""
        return f"{self.image_id}.{EXTENSIONS[self.format]}"


@dataclass(frozen=True, slots=True)
class Summary:
    """What a manifest holds; `per_label` counts pictures by the name of the picked label."""

    root: str
    images: int
    bytes: int
    per_label: Mapping[str, int]
    licences: Mapping[str, str]
    """Each licence of the pictures, with the first picture that has it."""


class Tally:
    """Adds up a summary while pictures go by."""

    def __init__(self) -> None:
        self._images = self._bytes = 0
        self._per_label: dict[str, int] = {}
        self._licences: dict[str, str] = {}

    def add(self, picture: Picture) -> None:
        self._images += 1
        self._bytes += picture.size_bytes
        for label in picture.picked:
            self._per_label[label.name] = self._per_label.get(label.name, 0) + 1
        self._licences.setdefault(picture.licence, picture.image_id)

    def summary(self, root: str) -> Summary:
        return Summary(
            root,
            self._images,
            self._bytes,
            dict(sorted(self._per_label.items())),
            dict(sorted(self._licences.items())),
        )


def is_sha256(text: object) -> bool:
    """Tell whether this is a root or an image id as the hub writes them."""
    return isinstance(text, str) and _SHA256.fullmatch(text) is not None


def picture_from(values: Mapping[str, Any]) -> Picture:
    """Make a picture of a mapping with exactly its fields; labels may come in any order.

    Raises ValueError, KeyError or TypeError if they are not those of a picture.
    """
    lists: dict[str, Any] = {name: _labels(values.get(name, ())) for name in _LABEL_LISTS}
    lists["boxes"] = tuple(Box(**box) for box in values.get("boxes", ()))
    lists["verified"] = tuple(sorted(values.get("verified", ())))
    picture = Picture(**{**values, **lists})
    if not is_sha256(picture.image_id) or picture.format not in EXTENSIONS:
        raise ValueError(f"{picture.image_id!r} of format {picture.format!r} is no picture")
    for name, types in _TYPES.items():
        if type(getattr(picture, name)) not in types:
            raise TypeError(f"{name} is {getattr(picture, name)!r}")
    return picture


_LABEL_LISTS = ("labels", "negatives", "picked")
_OPTIONAL = ("negatives", "verified", "boxes")
_TYPES = {
    field.name: {str: (str,), int: (int,), str | None: (str, type(None))}[field.type]  # type: ignore[index]
    for field in fields(Picture)
    if field.name not in (*_LABEL_LISTS, *_OPTIONAL)
}


def _labels(values: Iterable[Mapping[str, Any]]) -> tuple[LabelRef, ...]:
    return tuple(sorted((LabelRef(**value) for value in values), key=lambda label: label.key))


_ENCODER = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
)


def line_of(picture: Picture) -> bytes:
    """Return the canonical line of a picture, with its newline; empty lists may be left out."""
    values = {name: getattr(picture, name) for name in _TYPES}
    for name in _LABEL_LISTS:
        labels = getattr(picture, name)
        values[name] = [{"key": one.key, "name": one.name, "mid": one.mid} for one in labels]
    values["boxes"] = [asdict(box) for box in picture.boxes]
    values["verified"] = picture.verified
    for name in _OPTIONAL:
        # As manifests were before they could hold any; and most pictures have none.
        if not values[name]:
            del values[name]
    return _line(values)


def head_line(recipe: Recipe) -> bytes:
    """Return the first line of a manifest."""
    return _line({"format": FORMAT, "recipe": recipe_values(recipe)})


def _line(values: Mapping[str, Any]) -> bytes:
    return _ENCODER.encode(values).encode() + b"\n"


def write_manifest(pictures: Iterable[Picture], out: BinaryIO, *, recipe: Recipe) -> Summary:
    """Write pictures that come in ascending order of image_id; constant memory."""
    head = head_line(recipe)
    out.write(head)
    digest, tally, last = hashlib.sha256(head), Tally(), ""
    for picture in pictures:
        assert picture.image_id > last, "pictures come once each, by ascending image_id"
        last = picture.image_id
        line = line_of(picture)
        digest.update(line)
        out.write(line)
        tally.add(picture)
    return tally.summary(digest.hexdigest())


_HEAD_KEYS = {"format", "recipe"}


def read_manifest(lines: BinaryIO, *, root: str) -> Iterator[Picture]:
    """Yield the pictures of a manifest in constant memory, and check its root at the end.

    Trust nothing of it before the last picture has come. Raises LockError if the bytes are not
    those that `root` names.
    """
    digest = hashlib.sha256()
    for number, line in enumerate(lines, start=1):
        digest.update(line)
        try:
            values = json.loads(line)
            if number == 1 and values.keys() == _HEAD_KEYS:
                continue
            picture = picture_from(values)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise _changed(root, f"line {number} is not a picture") from error
        yield picture
    if digest.hexdigest() != root:
        raise _changed(root, f"its bytes hash to {digest.hexdigest()}")


def _changed(root: str, how: str) -> LockError:
    return LockError(
        f"Manifest {root} was changed or is damaged: {how}. Put back the object manifests/{root}"
        " from a backup, or make the subset again with `hub subset create`."
    )
