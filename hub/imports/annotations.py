"""Import `annotations-csv` and `annotations-json`: the `_annotations` files of Cloud Annotations,
which lie at the root of the bucket that the pictures are in.
"""

import os
from collections.abc import Iterator, Mapping
from typing import Any

from hub.imports.folders import Folder
from hub.imports.found import BoxSaid, FormatError, Found, Order, Said, Unusable
from hub.imports.tables import (
    NO_CREDIT,
    Credit,
    Known,
    image_id_of,
    number,
    read_credit,
    read_known,
)
from hub.imports.texts import read_json, read_rows
from hub.rules.boxes import Place
from hub.rules.spreadsheets import plain
from hub.rules.submissions import Malformed

_SOURCE = "annotations-json"


def read_csv(order: Order) -> Iterator[Found | Unusable]:
    """Yield the pictures of a CSV of two columns, key and label, without a header; one picture may
    have several rows. Raises FormatError."""
    path, folder = _opened(order, "_annotations.csv")
    labels: dict[str, list[Said]] = {}
    for line_no, row in read_rows(path):
        if len(row) != 2:
            raise FormatError(
                f"Line {line_no:,} of {path!a} has {len(row)} fields; it must have two, the key of"
                " a picture and its label. Nothing was received; mend it."
            )
        labels.setdefault(plain(row[0]), []).append(Said(plain(row[1])))
    yield from _found_all(folder, {key: (tuple(said), ()) for key, said in labels.items()})


def read_json_document(order: Order) -> Iterator[Found | Unusable]:
    """Yield the pictures of a JSON document of labels, or boxes in shares. Raises FormatError."""
    path, folder = _opened(order, "_annotations.json")
    document = read_json(path)
    annotations = document.get("annotations") if isinstance(document, dict) else None
    if not isinstance(annotations, dict):
        raise FormatError(f"{path!a} has no object 'annotations'. Nothing was received; mend it.")
    said: dict[str, _Entries] = {}
    for key, value in annotations.items():
        entries = _objects(value)
        boxes = tuple(_box(one) for one in entries if "x" in one)
        said[key] = (tuple(map(_said, entries)), boxes)
    yield from _found_all(folder, said)


_Entries = tuple[tuple[Said, ...], tuple[BoxSaid, ...]]


def _opened(order: Order, name: str) -> tuple[str, Folder]:
    is_folder = os.path.isdir(order.path)
    path = os.path.join(order.path, name) if is_folder else order.path
    return path, Folder(order.images or os.path.dirname(path) or ".")


def _found_all(folder: Folder, said: Mapping[str, _Entries]) -> Iterator[Found | Unusable]:
    """Yield the pictures, with what the tables of a hub's export beside them say, and then those
    that only the tables know: what they are verified not to show."""
    known, credit = read_known(folder.root), read_credit(folder.root)
    seen = set()
    for key, (labels, boxes) in said.items():
        seen.add(image_id_of(key))
        yield _found(folder, key, labels, boxes, known, credit)
    for image_id in known.keys() & credit.keys() - seen:
        yield _found(folder, credit[image_id].file, (), (), known, credit)


def _found(
    folder: Folder,
    key: str,
    labels: tuple[Said, ...],
    boxes: tuple[BoxSaid, ...],
    known: Mapping[str, Known],
    credit: Mapping[str, Credit],
) -> Found | Unusable:
    try:
        place = folder.find_key(key)
    except Malformed as error:
        return Unusable(key, labels[0].name if labels else "", error.reason, str(error))
    more = known.get(image_id_of(place), Known())
    return Found(
        place,
        place,
        labels=tuple(dict.fromkeys(labels)),
        negatives=tuple(more.negatives),
        boxes=boxes or tuple(more.boxes),
        given=credit.get(image_id_of(place), NO_CREDIT).given,
    )


def _objects(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _said(one: Mapping[str, Any]) -> Said:
    return Said(str(one.get("label", "")))


def _box(one: Mapping[str, Any]) -> BoxSaid:
    place = Place(*(number(one.get(side)) for side in ("x", "x2", "y", "y2")))
    return BoxSaid(_said(one), place, _SOURCE)
