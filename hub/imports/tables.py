"""The tables that lie beside the pictures of a hub's own export: labels, boxes, credit."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hub.imports.found import BoxSaid, Said
from hub.imports.texts import plain, read_header, read_table
from hub.rules.boxes import Place

_LABEL = ("image_id", "label", "mid", "label_key")
_LABELS = (*_LABEL, "state")
_BOXES = (*_LABEL, "x_min", "x_max", "y_min", "y_max", "is_group_of", "source")
_CREDIT = ("image_id", "author", "licence", "source")


@dataclass
class Known:
    """What the tables say of one picture."""

    labels: list[Said] = field(default_factory=list)
    negatives: list[Said] = field(default_factory=list)
    boxes: list[BoxSaid] = field(default_factory=list)


def read_known(root: str) -> dict[str, Known] | None:
    """Return what labels.csv and boxes.csv say, by image_id, or None where a hub wrote none.

    Raises FormatError.
    """
    labels, boxes = os.path.join(root, "labels.csv"), os.path.join(root, "boxes.csv")
    if not _has(labels, _LABELS):
        return None
    known: dict[str, Known] = {}
    for _, row in read_table(labels, required=_LABELS):
        one = known.setdefault(row["image_id"], Known())
        (one.negatives if row["state"] == "negative" else one.labels).append(_said(row))
    if _has(boxes, _BOXES):
        for _, row in read_table(boxes, required=_BOXES):
            known.setdefault(row["image_id"], Known()).boxes.append(_box(row))
    return known


def read_credit(root: str) -> Mapping[str, Mapping[str, str]]:
    """Return author, licence and source by image_id from ATTRIBUTION.csv; empty without one.

    Raises FormatError.
    """
    path = os.path.join(root, "ATTRIBUTION.csv")
    if not _has(path, _CREDIT):
        return {}
    return {
        row["image_id"]: {
            "author": plain(row["author"]),
            "licence": plain(row["licence"]),
            "source_url": plain(row["source"]),
        }
        for _, row in read_table(path, required=_CREDIT)
    }


def image_id_of(name: str) -> str:
    """Return what a file is called without its ending, which is an export's id of its picture."""
    return os.path.splitext(os.path.basename(name))[0]


def _has(path: str, columns: tuple[str, ...]) -> bool:
    return os.path.isfile(path) and not os.path.islink(path) and {*columns} <= {*read_header(path)}


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


def size_of(about: Mapping[str, Any]) -> tuple[int, int] | None:
    """Return the width and height that an object states in pixels, or None."""
    width, height = about.get("width"), about.get("height")
    if type(width) is not int or type(height) is not int or width <= 0 or height <= 0:
        return None
    return width, height
