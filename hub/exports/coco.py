"""Export `coco`: one JSON a split, as pycocotools reads it.

Source of the format: https://cocodataset.org/#format-data; of the lists of category ids that a
picture has: LVIS, https://www.lvisdataset.org/dataset.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from hub.exports import beside
from hub.exports.naming import one_line
from hub.exports.source import Source
from hub.exports.states import Classes, Survey, pixel_box, positives, survey
from hub.exports.target import Target
from hub.rules.licences import licence_url
from hub.rules.manifests import Picture

ABOUT = """
- `<split>/`: the pictures; `annotations/instances_<split>.json`: their categories and boxes.
- Of every picture the file says by `pos_category_ids` what it shows and, as LVIS does, by
  `neg_category_ids` what it is verified not to show, and by `not_exhaustive_category_ids` what it
  shows without any box. A category in none of them is not known of it.
- A box of a group of things has `iscrowd` 1. Category ids count from 1, by label key.
"""


def write(source: Source, target: Target) -> None:
    """Write pictures by split, and what is said of each split."""
    target.put_pictures(source, _path)
    known = survey(source.pictures())
    for split in known.splits:
        target.put(f"annotations/instances_{split}.json", _document(source, split, known))
    beside.put_beside(source, target, about=ABOUT, file_of=_path)


def _path(picture: Picture) -> str:
    return f"{picture.split}/{picture.file_name}"


def _document(source: Source, split: str, known: Survey) -> Iterator[bytes]:
    """Yield the JSON of a split, in constant memory; ids are unique over all splits."""
    classes, licences = known.classes, known.licences
    info = {"description": f"Subset {source.lock.root}, split {split}", "version": "1.0"}
    yield b'{"info":' + _json(info) + b',\n"licenses":[\n'
    yield from _items(
        {"id": number, "name": licence, "url": licence_url(licence)}
        for number, licence in enumerate(licences, 1)
    )
    yield b'],\n"categories":[\n'
    yield from _items(
        {"id": number, "name": name, "supercategory": "", "key": label.key, "mid": label.mid or ""}
        for number, (name, label) in enumerate(zip(classes.names, classes.labels, strict=True), 1)
    )
    yield b'],\n"images":[\n'
    numbered = enumerate(source.pictures(), 1)
    yield from _items(
        _image(one, number, classes, licences) for number, one in numbered if one.split == split
    )
    yield b'],\n"annotations":[\n'
    yield from _items(_annotations(source, split, classes))
    yield b"]}\n"


def _image(one: Picture, number: int, classes: Classes, licences: list[str]) -> dict[str, Any]:
    boxed = {box.label_key for box in one.boxes}
    shown = positives(one)
    return {
        "id": number,
        "file_name": one.file_name,
        "width": one.width_px,
        "height": one.height_px,
        "license": licences.index(one.licence) + 1,
        "date_captured": one.taken_at or "",
        "image_id": one.image_id,
        "author": one_line(one.author),
        "source": one_line(one.source),
        "pos_category_ids": _ids(classes.numbers_of(shown)),
        "neg_category_ids": _ids(classes.numbers_of(one.negatives)),
        "not_exhaustive_category_ids": _ids(
            classes.numbers_of(label for label in shown if label.key not in boxed)
        ),
    }


def _ids(numbers: list[int]) -> list[int]:
    return [number + 1 for number in numbers]


def _annotations(source: Source, split: str, classes: Classes) -> Iterator[dict[str, Any]]:
    number = 0
    for image_number, one in enumerate(source.pictures(), 1):
        for box in one.boxes:
            number += 1
            if one.split == split:
                left, top, width, height = pixel_box(box, one)
                yield {
                    "id": number,
                    "image_id": image_number,
                    "category_id": classes.number[box.label_key] + 1,
                    "bbox": [left, top, width, height],
                    "area": round(width * height, 3),
                    "iscrowd": int(box.is_group_of),
                    "segmentation": [],
                    "source": one_line(box.source),
                }


def _items(values: Iterable[Any]) -> Iterator[bytes]:
    separator = b""
    for value in values:
        yield separator + _json(value)
        separator = b",\n"


def _json(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
