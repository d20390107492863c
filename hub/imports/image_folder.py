"""Import `imagefolder`: pictures as Hugging Face's `datasets` takes them, by folders or metadata.

https://huggingface.co/docs/datasets/image_dataset: `metadata.csv` or `metadata.jsonl` beside the
pictures names each by `file_name`; `label` says what it shows, `objects` has boxes as COCO's.
"""

import os
from collections.abc import Iterator, Mapping
from typing import Any

from hub.imports.folders import Folder
from hub.imports.found import BoxSaid, FormatError, Found, Order, Said, Unusable
from hub.imports.label_folders import note_split
from hub.imports.label_folders import read as read_folders
from hub.imports.tables import number, pixel_place, size_of
from hub.imports.texts import read_json_lines, read_table
from hub.rules.boxes import Place
from hub.rules.spreadsheets import plain
from hub.rules.submissions import Malformed

_NAMES = ("metadata.csv", "metadata.jsonl")


def read(order: Order) -> Iterator[Found | Unusable]:
    """Yield the pictures that metadata files name, or, where there is none, those of folders.

    Raises FormatError.
    """
    folder = Folder(order.path)
    tables = [path for path in folder.list_files(*_NAMES) if os.path.basename(path) in _NAMES]
    if not tables:
        _refuse_parquet(folder)
        yield from read_folders(order)
        return
    for path in tables:
        beside = os.path.relpath(os.path.dirname(path), folder.root)
        for where, row in _rows(path):
            name = row.get("file_name")
            if not isinstance(name, str) or not name:
                raise FormatError(
                    f"Line {where:,} of {path!a} has no file_name. Nothing was received; mend it."
                )
            yield _found(folder, os.path.normpath(beside), name, row, order)


def _refuse_parquet(folder: Folder) -> None:
    """Raise FormatError where all that is said lies in Parquet, whose readers are not for files of
    anybody."""
    found = folder.list_files("metadata.parquet")
    if found:
        raise FormatError(
            f"{found[0]!a} is Parquet, which is not read; write it as metadata.jsonl beside it."
        )


def _rows(path: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    if path.endswith(".jsonl"):
        yield from read_json_lines(path)
        return
    for line_no, row in read_table(path, required=("file_name",)):
        yield line_no, {name: plain(value) for name, value in row.items()}


def _found(
    folder: Folder, beside: str, name: str, row: Mapping[str, Any], order: Order
) -> Found | Unusable:
    inside = name if beside == "." else f"{beside}/{name}"
    try:
        place = folder.find(inside)
    except Malformed as error:
        return Unusable(inside, "", error.reason, str(error))
    note_split(order, inside)
    boxes, in_pixels = _boxes(row)
    labels = [*_labels(row), *(box.label for box in boxes)]
    return Found(
        place,
        place,
        labels=tuple(dict.fromkeys(labels)),
        negatives=tuple(Said(one) for one in _texts(row.get("negatives"))),
        boxes=boxes,
        given={
            name: text
            for name, keys in _GIVEN.items()
            for text in [next((row[key] for key in keys if isinstance(row.get(key), str)), "")]
        },
        in_pixels=in_pixels,
        stated_px=size_of(row),
    )


_GIVEN = {
    "licence": ("licence", "license"),
    "author": ("author",),
    "source_url": ("source", "source_url", "url"),
    "taken_at": ("taken_at",),
}


def _labels(row: Mapping[str, Any]) -> Iterator[Said]:
    """Yield what `labels` lists, or what `label` says where there is no list."""
    yield from map(Said, _texts(row.get("labels")) or _texts(row.get("label")))


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value] if value else []
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _boxes(row: Mapping[str, Any]) -> tuple[tuple[BoxSaid, ...], bool]:
    """Return the boxes, and whether they are in pixels: those of a hub's export are shares."""
    objects = row.get("objects")
    if isinstance(objects, dict):
        return tuple(_boxes_of_columns(objects)), True
    own = row.get("boxes")
    found = [one for one in own if isinstance(one, dict)] if isinstance(own, list) else []
    return tuple(map(_own_box, found)), False


def _boxes_of_columns(objects: Mapping[str, Any]) -> Iterator[BoxSaid]:
    sides = objects.get("bbox")
    names = objects.get("categories", objects.get("category", objects.get("label")))
    if not isinstance(sides, list) or not isinstance(names, list) or len(sides) != len(names):
        return
    for side, name in zip(sides, names, strict=True):
        yield BoxSaid(Said(str(name)), pixel_place(side), "imagefolder")


def _own_box(one: Mapping[str, Any]) -> BoxSaid:
    place = Place(*(number(one.get(side)) for side in ("x_min", "x_max", "y_min", "y_max")))
    source = str(one.get("source") or "imagefolder")
    return BoxSaid(Said(str(one.get("label"))), place, source, one.get("is_group_of") is True)
