"""Import `annotations-csv` and `annotations-json`: the `_annotations` files of Cloud Annotations,
which lie at the root of the bucket that the pictures are in.
"""

import os
from collections.abc import Iterator, Mapping
from typing import Any

from hub.imports.folders import Folder
from hub.imports.found import BoxSaid, FormatError, Found, Order, Said, Unusable
from hub.imports.tables import image_id_of, number, read_credit
from hub.imports.texts import plain, read_json, read_rows
from hub.rules.boxes import Place
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
    credit = read_credit(folder.root)
    for key, said in labels.items():
        yield _found(folder, key, credit, labels=tuple(dict.fromkeys(said)))


def read_json_document(order: Order) -> Iterator[Found | Unusable]:
    """Yield the pictures of a JSON document of labels or boxes in shares; a picture whose list is
    empty shows none of the labels that anybody looked for. Raises FormatError."""
    path, folder = _opened(order, "_annotations.json")
    document = read_json(path)
    annotations = document.get("annotations") if isinstance(document, dict) else None
    if not isinstance(annotations, dict):
        raise FormatError(f"{path!a} has no object 'annotations'. Nothing was received; mend it.")
    negatives = document.get("negatives")
    denied = negatives if isinstance(negatives, dict) else {}
    credit = read_credit(folder.root)
    for key in dict.fromkeys([*annotations, *denied]):
        entries = _objects(annotations.get(key))
        boxes = tuple(_box(one) for one in entries if "x" in one)
        yield _found(
            folder,
            key,
            credit,
            labels=tuple(dict.fromkeys(_said(one) for one in entries)),
            negatives=tuple(map(Said, _texts(denied.get(key)))),
            boxes=boxes,
        )


def _opened(order: Order, name: str) -> tuple[str, Folder]:
    is_folder = os.path.isdir(order.path)
    path = os.path.join(order.path, name) if is_folder else order.path
    return path, Folder(order.images or os.path.dirname(path) or ".")


def _found(
    folder: Folder,
    key: str,
    credit: Mapping[str, Mapping[str, str]],
    *,
    labels: tuple[Said, ...],
    negatives: tuple[Said, ...] = (),
    boxes: tuple[BoxSaid, ...] = (),
) -> Found | Unusable:
    try:
        place = folder.find_key(key)
    except Malformed as error:
        return Unusable(key, labels[0].name if labels else "", error.reason, str(error))
    given = credit.get(image_id_of(place), {})
    return Found(place, place, labels=labels, negatives=negatives, boxes=boxes, given=given)


def _objects(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _texts(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _said(one: Mapping[str, Any]) -> Said:
    return Said(str(one.get("label", "")))


def _box(one: Mapping[str, Any]) -> BoxSaid:
    place = Place(*(number(one.get(side)) for side in ("x", "x2", "y", "y2")))
    source = one.get("source")
    is_group = one.get("is_group_of") is True
    return BoxSaid(_said(one), place, source if isinstance(source, str) else _SOURCE, is_group)
