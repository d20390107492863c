"""What a subset says of its pictures, as every format sees it: classes, states and boxes."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hub.exports.naming import one_line
from hub.rules.manifests import Box, LabelRef, Picture


@dataclass(frozen=True)
class Classes:
    """Every label that a subset speaks of, by key: its place in this list is its class number."""

    labels: tuple[LabelRef, ...]
    names: tuple[str, ...]
    """Each once and on one line."""
    number: Mapping[str, int]
    """By key, from 0."""

    def name(self, key: str) -> str:
        return self.names[self.number[key]]

    def label(self, key: str) -> LabelRef:
        return self.labels[self.number[key]]

    def names_of(self, labels: Iterable[LabelRef]) -> list[str]:
        return [self.name(label.key) for label in labels]

    def numbers_of(self, labels: Iterable[LabelRef]) -> list[int]:
        return [self.number[label.key] for label in labels]


@dataclass(frozen=True)
class Survey:
    """What a format must know of a subset before it writes the first line."""

    classes: Classes
    """Positive or verified negative of any picture."""
    licences: list[str]
    splits: list[str]
    has_boxes: bool


def survey(pictures: Iterable[Picture]) -> Survey:
    """Walk a subset once."""
    found: dict[str, LabelRef] = {}
    licences, splits, has_boxes = set(), set(), False
    for one in pictures:
        licences.add(one.licence)
        splits.add(one.split)
        has_boxes = has_boxes or bool(one.boxes)
        for label in (*one.labels, *one.picked, *one.negatives):
            found[label.key] = label
    return Survey(_classes(found), sorted(licences), sorted(splits), has_boxes)


def list_classes(pictures: Iterable[Picture]) -> Classes:
    """Return the classes of a subset alone."""
    return survey(pictures).classes


def _classes(found: Mapping[str, LabelRef]) -> Classes:
    labels = tuple(found[key] for key in sorted(found))
    numbers = {label.key: number for number, label in enumerate(labels)}
    return Classes(labels, _unique_names(labels), numbers)


def _unique_names(labels: Sequence[LabelRef]) -> tuple[str, ...]:
    names = [one_line(label.name) for label in labels]
    counts = Counter(names)
    return tuple(
        name if counts[name] == 1 else f"{name} ({one_line(label.key)})"
        for name, label in zip(names, labels, strict=True)
    )


def positives(picture: Picture) -> list[LabelRef]:
    """Return what a picture shows, by key: what is claimed of it, and what follows for the pick."""
    return sorted({*picture.labels, *picture.picked}, key=lambda label: label.key)


def record(picture: Picture, classes: Classes) -> dict[str, Any]:
    """Return all that is known of a picture as plain values; text that is not known is empty."""
    return {
        "image_id": picture.image_id,
        "split": picture.split,
        "width": picture.width_px,
        "height": picture.height_px,
        "labels": classes.names_of(positives(picture)),
        "picked": classes.names_of(picture.picked),
        "negatives": classes.names_of(picture.negatives),
        "boxes": [_box_record(box, classes) for box in picture.boxes],
        "licence": one_line(picture.licence),
        "author": one_line(picture.author),
        "source": one_line(picture.source),
        "taken_at": picture.taken_at or "",
        "country": one_line(picture.country or ""),
        "city": one_line(picture.city or ""),
        "neighbourhood": one_line(picture.neighbourhood or ""),
        "group_id": picture.group_id,
    }


def numbered_record(picture: Picture, classes: Classes) -> dict[str, Any]:
    """Return the same with numbers of classes for their names."""
    said = record(picture, classes)
    for told, box in zip(said["boxes"], picture.boxes, strict=True):
        told["label"] = classes.number[box.label_key]
    return {
        **said,
        "labels": classes.numbers_of(positives(picture)),
        "picked": classes.numbers_of(picture.picked),
        "negatives": classes.numbers_of(picture.negatives),
    }


def _box_record(box: Box, classes: Classes) -> dict[str, Any]:
    return {
        "label": classes.name(box.label_key),
        "x_min": box.x_min,
        "x_max": box.x_max,
        "y_min": box.y_min,
        "y_max": box.y_max,
        "source": one_line(box.source),
        "is_group_of": box.is_group_of,
    }


def pixel_box(box: Box, picture: Picture) -> tuple[float, float, float, float]:
    """Return left, top, width and height in pixels of the upright picture.

    To 1/100,000: so the shares of the sides, of six decimals, can be had again.
    """
    width, height = picture.width_px, picture.height_px
    left, top = box.x_min * width, box.y_min * height
    sides = (box.x_max * width - left, box.y_max * height - top)
    one, two, three, four = (round(value, 5) for value in (left, top, *sides))
    return one, two, three, four


def whole_pixel_box(box: Box, picture: Picture) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom: the pixels that the box touches, right and bottom out."""
    width, height = picture.width_px, picture.height_px
    # Rounded first: sides come to six decimals, and a hair below 29 must not become 28.
    sides = (box.x_min * width, box.y_min * height, box.x_max * width, box.y_max * height)
    left, top, right, bottom = (round(side, 2) for side in sides)
    left, top = min(math.floor(left), width - 1), min(math.floor(top), height - 1)
    return left, top, max(math.ceil(right), left + 1), max(math.ceil(bottom), top + 1)
