"""Import `ground-truth`: the output manifest of a labelling job, one object a line, of the types
image-classification, image-classification-multilabel and object-detection. Nothing is fetched: a
picture is looked for among the files, by the end of its key.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from hub.imports.folders import Folder
from hub.imports.found import BoxSaid, Found, Order, Said, Unusable
from hub.imports.tables import (
    NO_CREDIT,
    image_id_of,
    is_own,
    number,
    pixel_place,
    read_credit,
    size_of,
)
from hub.imports.texts import read_json_lines
from hub.rules.submissions import Malformed

_METADATA = "-metadata"


def read(order: Order) -> Iterator[Found | Unusable]:
    """Yield the picture of each line of a manifest, or, of a folder, the pictures of all manifests
    in it with what each of them says. Raises FormatError."""
    if not os.path.isdir(order.path):
        folder = Folder(order.images or os.path.dirname(order.path) or ".")
        yield from _read_one(order.path, folder, order)
        return
    folder = Folder(order.images or order.path)
    order = replace(order, is_own=is_own(order.path))
    together: dict[str, Found] = {}
    for path in Folder(order.path).list_files(".manifest", deep=4):
        for one in _read_one(path, folder, order):
            if isinstance(one, Unusable):
                yield one
            else:
                before = together.get(one.place)
                together[one.place] = _joined(before, one) if before else one
    yield from together.values()


def _read_one(path: str, folder: Folder, order: Order) -> Iterator[Found | Unusable]:
    credit = read_credit(folder.root)
    for line_no, line in read_json_lines(path):
        reference = line.get("source-ref")
        if not isinstance(reference, str):
            message = f"line {line_no}: there is no source-ref; name the picture by one"
            yield Unusable(path, "", "malformed_row", message)
            continue
        try:
            place = folder.find_key(_key(reference))
        except Malformed as error:
            message = f"line {line_no}: {error}"
            yield Unusable(reference, "", error.reason, message)
            continue
        yield _found(line, place, credit.get(image_id_of(place), NO_CREDIT).given, order)


def _joined(one: Found, other: Found) -> Found:
    return replace(
        one,
        labels=tuple(dict.fromkeys((*one.labels, *other.labels))),
        negatives=tuple(dict.fromkeys((*one.negatives, *other.negatives))),
        boxes=(*one.boxes, *other.boxes),
        stated_px=one.stated_px or other.stated_px,
    )


def _key(reference: str) -> str:
    """Return the key behind the bucket of an s3:// address, or what is no address as it stands."""
    return urlsplit(reference).path.lstrip("/") if "://" in reference else reference


def _found(line: Mapping[str, Any], place: str, given: Mapping[str, str], order: Order) -> Found:
    labels: list[Said] = []
    negatives: list[Said] = []
    boxes: list[BoxSaid] = []
    size: tuple[int, int] | None = None
    for name, metadata in _attributes(line):
        kind = str(metadata.get("type", "")).removeprefix("groundtruth/")
        if kind == "object-detection":
            size = _size(line[name]) or size
            boxes += _boxes(line[name], metadata, order, place)
        elif kind in _READ:
            labels += _READ[kind](line[name], metadata, order, place)
        else:
            order.notes.add(f"attributes of type {kind or 'unknown'!a} were passed over", place)
    for name in (name for name in line if name in _NEGATIVES):
        negatives += _named(line[name])
    labels += [box.label for box in boxes]
    return Found(
        place,
        place,
        labels=tuple(dict.fromkeys(labels)),
        negatives=tuple(dict.fromkeys(negatives)),
        boxes=tuple(boxes),
        given=given,
        in_pixels=True,
        stated_px=size,
    )


_NEGATIVES = ("negatives",)
"""Passed through by Ground Truth: the names of labels that a hub's export writes."""


def _attributes(line: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name in line:
        metadata = line.get(f"{name}{_METADATA}")
        if isinstance(metadata, dict):
            yield name, metadata


def _single(value: object, metadata: Mapping[str, Any], order: Order, place: str) -> list[Said]:
    name = metadata.get("class-name")
    if not isinstance(name, str) or not _is_sure(
        metadata, metadata.get("confidence"), order, place
    ):
        return []
    return [Said(name, is_verified=_is_verified(metadata, order))]


def _multi(value: object, metadata: Mapping[str, Any], order: Order, place: str) -> list[Said]:
    names, scores = _map(metadata, "class-map"), _map(metadata, "confidence-map")
    numbers = [str(one) for one in value] if isinstance(value, list) else []
    return [
        Said(str(names.get(one, f"class {one}")), is_verified=_is_verified(metadata, order))
        for one in numbers
        if _is_sure(metadata, scores.get(one), order, place)
    ]


_READ = {"image-classification": _single, "image-classification-multilabel": _multi}


def _boxes(
    value: object, metadata: Mapping[str, Any], order: Order, place: str
) -> Iterator[BoxSaid]:
    annotations = value.get("annotations") if isinstance(value, dict) else None
    objects = metadata.get("objects")
    names = _map(metadata, "class-map")
    for index, one in enumerate(annotations if isinstance(annotations, list) else []):
        if not isinstance(one, dict):
            continue
        about = objects[index] if isinstance(objects, list) and index < len(objects) else {}
        score = about.get("confidence") if isinstance(about, dict) else None
        if not _is_sure(metadata, score, order, place):
            continue
        class_id = str(one.get("class_id"))
        label = Said(str(names.get(class_id, f"class {class_id}")))
        spot = pixel_place([one.get(side) for side in ("left", "top", "width", "height")])
        yield BoxSaid(label, spot, str(one.get("source") or "ground-truth"))


def _size(value: object) -> tuple[int, int] | None:
    sizes = value.get("image_size") if isinstance(value, dict) else None
    first = sizes[0] if isinstance(sizes, list) and sizes else None
    return size_of(first) if isinstance(first, dict) else None


def _is_verified(metadata: Mapping[str, Any], order: Order) -> bool:
    return _is_human(metadata) and not order.is_own


def _is_human(metadata: Mapping[str, Any]) -> bool:
    return metadata.get("human-annotated") == "yes"


def _is_sure(metadata: Mapping[str, Any], score: object, order: Order, place: str) -> bool:
    """Tell whether it is taken: what people said is, whatever their agreement counts as."""
    if _is_human(metadata) or score is None or number(score) >= order.min_confidence:
        return True
    order.notes.add(f"labels of a confidence below {order.min_confidence} were left out", place)
    return False


def _map(metadata: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = metadata.get(key)
    return found if isinstance(found, dict) else {}


def _named(value: object) -> list[Said]:
    return [Said(one) for one in value if isinstance(one, str)] if isinstance(value, list) else []
