"""Exports `annotations-csv` and `annotations-json`: pictures and labels as IBM's Cloud Annotations.

Source of the formats: the two files that Cloud Annotations keeps at the root of a bucket.
"""

import json
from collections.abc import Iterator
from itertools import chain
from typing import Any

from hub.exports import beside
from hub.exports.source import Source
from hub.exports.states import Classes, Survey, list_classes, positives, survey
from hub.exports.tables import image_path
from hub.exports.target import Target
from hub.rules.manifests import Box, Picture

_BESIDE = """
- `images/`: the pictures. One without an entry is unlabelled: nothing is known that it shows.
- `negatives.csv`: what pictures are verified not to show; `splits.csv`: the split of each.
"""
ABOUT_CSV = f"""
- `_annotations.csv`: a line a picture and label, without a header.
{_BESIDE.strip()}
- `boxes.csv`: boxes, in shares of the upright picture's sides.
"""
ABOUT_JSON = f"""
- `_annotations.json`: what each picture shows. Its type is `classification`, or `localization`
  where the subset has boxes; then a label that a picture has no box of is an entry without sides.
{_BESIDE.strip()}
"""


def write_csv(source: Source, target: Target) -> None:
    """Write pictures and `_annotations.csv`."""
    rows = ((image_path(one), label.name) for one in source.pictures() for label in positives(one))
    target.put_pictures(source, image_path)
    target.put("_annotations.csv", beside.csv_lines((), rows))
    beside.put_boxes(source, target, list_classes(source.pictures()))
    _put_beside(source, target, ABOUT_CSV)


def write_json(source: Source, target: Target) -> None:
    """Write pictures and `_annotations.json`."""
    target.put_pictures(source, image_path)
    target.put("_annotations.json", _document(source, survey(source.pictures())))
    _put_beside(source, target, ABOUT_JSON)


def _put_beside(source: Source, target: Target, about: str) -> None:
    beside.put_negatives(source, target)
    beside.put_splits(source, target, image_path)
    beside.put_beside(source, target, about=about, file_of=image_path)


def _document(source: Source, known: Survey) -> Iterator[bytes]:
    kind, classes = "localization" if known.has_boxes else "classification", known.classes
    yield f'{{"version":"1.0","type":"{kind}","labels":{json.dumps(classes.names)},'.encode()
    yield b'"annotations":{\n'
    separator = ""
    for one in source.pictures():
        if entries := list(_entries(one, classes)):
            yield f"{separator}{json.dumps(image_path(one))}:{json.dumps(entries)}".encode()
            separator = ",\n"
    yield b"}}\n"


def _entries(one: Picture, classes: Classes) -> Iterator[dict[str, Any]]:
    boxed = {box.label_key for box in one.boxes}
    unboxed = ({"label": classes.name(it.key)} for it in positives(one) if it.key not in boxed)
    return chain((_box(box, classes) for box in one.boxes), unboxed)


def _box(box: Box, classes: Classes) -> dict[str, Any]:
    sides = {"x": box.x_min, "x2": box.x_max, "y": box.y_min, "y2": box.y_max}
    return {**sides, "label": classes.name(box.label_key)}
