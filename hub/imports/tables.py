"""The tables that lie beside the pictures of a hub's own export: labels, boxes, credit."""

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from hub.imports.found import BoxSaid, Said
from hub.imports.texts import read_header, read_table
from hub.rules.boxes import Place
from hub.rules.spreadsheets import plain

_LABEL = ("image_id", "label", "mid", "label_key")
_LABELS = (*_LABEL, "state")
_BOXES = (*_LABEL, "x_min", "x_max", "y_min", "y_max", "is_group_of", "source")
_CREDIT = ("author", "licence", "source")


@dataclass
class Known:
    """What the tables say of one picture."""

    labels: list[Said] = field(default_factory=list)
    negatives: list[Said] = field(default_factory=list)
    boxes: list[BoxSaid] = field(default_factory=list)


def read_known(root: str) -> dict[str, Known]:
    """Return what labels.csv, negatives.csv and boxes.csv say, by image_id; empty where a hub wrote
    none of them. What only follows from a narrower label is left out. Raises FormatError."""
    known: dict[str, Known] = defaultdict(Known)
    for row in _rows(root, "labels.csv", _LABELS):
        one = known[row["image_id"]]
        if row["state"] == "negative":
            one.negatives.append(_said(row))
        elif row.get("implied", "false") == "false":
            one.labels.append(_said(row))
    for row in _rows(root, "negatives.csv", _LABEL):
        known[row["image_id"]].negatives.append(_said(row))
    for row in _rows(root, "boxes.csv", _BOXES):
        known[row["image_id"]].boxes.append(_box(row))
    return dict(known)


@dataclass(frozen=True)
class Credit:
    """Whom to credit for one picture, and where its file lies."""

    file: str
    given: Mapping[str, str]


def read_credit(root: str) -> Mapping[str, Credit]:
    """Return what ATTRIBUTION.csv says, by image_id; empty without one. Raises FormatError."""
    credit = {}
    for row in _rows(root, "ATTRIBUTION.csv", _CREDIT):
        # An export calls it `file`, the folder of a pull `path`.
        file = plain(row.get("file") or row.get("path") or "")
        said = {"author": "author", "licence": "licence", "source_url": "source"}
        given = {name: plain(row[column]) for name, column in said.items()}
        credit[image_id_of(file)] = Credit(file, given)
    return credit


NO_CREDIT = Credit("", {})


def is_own(root: str) -> bool:
    """Tell whether a folder is a hub's own export, which does not say which labels are verified,
    though its format has no way to leave that open."""
    return os.path.isfile(os.path.join(root, "subset.lock"))


def image_id_of(name: str) -> str:
    """Return what a file is called without its ending, which is an export's id of its picture."""
    return os.path.splitext(os.path.basename(name))[0]


def _rows(root: str, name: str, columns: tuple[str, ...]) -> Iterator[Mapping[str, str]]:
    """Yield the rows of a table that a hub wrote; none of another of the same name."""
    path = os.path.join(root, name)
    is_file = os.path.isfile(path) and not os.path.islink(path)
    if is_file and {*columns} <= {*read_header(path)}:
        for _, row in read_table(path, required=columns):
            yield row


def _said(row: Mapping[str, str]) -> Said:
    return Said(plain(row["label"]), plain(row["mid"]))


def _box(row: Mapping[str, str]) -> BoxSaid:
    place = Place(*(number(row[side]) for side in ("x_min", "x_max", "y_min", "y_max")))
    return BoxSaid(_said(row), place, plain(row["source"]), row["is_group_of"] == "true")


def number(text: object) -> float:
    """Return a number, or not-a-number, which is no side of a box, for anything else."""
    try:
        return float(text) if isinstance(text, str | int | float) else float("nan")
    except (ValueError, OverflowError):
        return float("nan")


def pixel_place(sides: object) -> Place:
    """Return the place of a list of left, top, width and height; of anything else not-a-number."""
    known = sides if isinstance(sides, list) and len(sides) == 4 else [None] * 4
    left, top, width, height = map(number, known)
    return Place(left, left + width, top, top + height)


_LONGEST_SIDE = 2**31 - 1
"""No picture has one; whole numbers beyond what a fraction holds could not be divided by."""


def size_of(about: Mapping[str, Any]) -> tuple[int, int] | None:
    """Return the width and height that an object states in pixels, at most 2**31 - 1, or None."""
    width, height = about.get("width"), about.get("height")
    if type(width) is not int or type(height) is not int or width <= 0 or height <= 0:
        return None
    return min(width, _LONGEST_SIDE), min(height, _LONGEST_SIDE)
