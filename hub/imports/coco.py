"""Import `coco`: a JSON of pictures, categories and boxes in pixels (cocodataset.org/#format-data).

Beyond it: of LVIS, `neg_category_ids`, what a picture is verified not to show; of a hub's own
export, `pos_category_ids`, what it shows without a box, and a category's `mid`.
"""

import os
import re
from collections.abc import Iterator, Mapping
from typing import Any

from hub.imports.folders import Folder
from hub.imports.found import BoxSaid, FormatError, Found, Order, Said, Unusable
from hub.imports.tables import number, pixel_place, size_of
from hub.imports.texts import read_json
from hub.rules.licences import find_licence
from hub.rules.submissions import Malformed

_Id = int | float | str
_KEYS = {"images", "categories"}
_YEAR = re.compile(r"\d+$")


def read(order: Order) -> Iterator[Found | Unusable]:
    """Yield the pictures of a file, or of every such file in a folder, down to two folders below.

    Raises FormatError.
    """
    is_found = False
    for path in _paths(order):
        document = read_json(path)
        if path == order.path or (isinstance(document, dict) and document.keys() >= _KEYS):
            is_found = True
            yield from _read_one(path, _Document(path, document), order)
    if not is_found:
        raise FormatError(f"There is no COCO JSON in {order.path!a}; name the file itself.")


def _paths(order: Order) -> list[str]:
    is_folder = os.path.isdir(order.path)
    return Folder(order.path).list_files(".json") if is_folder else [order.path]


def _read_one(path: str, document: "_Document", order: Order) -> Iterator[Found | Unusable]:
    default = order.path if os.path.isdir(order.path) else os.path.dirname(path)
    folder = Folder(order.images or default or ".")
    tops = _tops(path, folder)
    for image in document.images:
        name = image.get("file_name")
        if not isinstance(name, str):
            yield Unusable(path, "", "malformed_row", "an image has no file_name; give it one")
            continue
        try:
            place = folder.find_first([os.path.join(top, name) for top in tops])
        except Malformed as error:
            yield Unusable(name, document.first_name(image), error.reason, str(error))
            continue
        yield document.found(image, place, order)


def _tops(path: str, folder: Folder) -> list[str]:
    """Return the folders that tools put pictures in: the whole, beside the JSON, the split's."""
    beside = os.path.relpath(os.path.dirname(path) or ".", folder.root)
    split = os.path.splitext(os.path.basename(path))[0].rpartition("_")[2]
    inside = [] if beside == "." or beside.startswith("..") else [beside]
    return ["", *inside, split, _YEAR.sub("", split), "images"]


class _Document:
    """A COCO document, with what lies together brought together."""

    def __init__(self, path: str, document: Any) -> None:
        if not isinstance(document, dict):
            raise _malformed(path, "the document is no object")
        self.images = self._list(path, document, "images")
        self._labels = {
            _key(path, one, "categories"): Said(_text(one.get("name")), _text(one.get("mid")))
            for one in self._list(path, document, "categories")
        }
        self._licences = {
            _key(path, one, "licenses"): _licence(one)
            for one in self._list(path, document, "licenses", is_needed=False)
        }
        self._annotations: dict[object, list[Mapping[str, Any]]] = {}
        for one in self._list(path, document, "annotations", is_needed=False):
            image = one.get("image_id")
            if isinstance(image, _Id):
                self._annotations.setdefault(image, []).append(one)

    @staticmethod
    def _list(
        path: str, document: Mapping[str, Any], key: str, *, is_needed: bool = True
    ) -> list[dict[str, Any]]:
        found = document.get(key, None if is_needed else [])
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise _malformed(path, f"{key!r} is no list of objects")
        return found

    def first_name(self, image: Mapping[str, Any]) -> str:
        return next((said.name for said in self._labels_of(image)), "")

    def _labels_of(self, image: Mapping[str, Any]) -> Iterator[Said]:
        for annotation in self._of(image):
            yield self._label(annotation.get("category_id"))
        yield from self._named(image, "pos_category_ids")

    def _of(self, image: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        image_id = image.get("id")
        return self._annotations.get(image_id, []) if isinstance(image_id, _Id) else []

    def _label(self, category: object) -> Said:
        if isinstance(category, _Id) and category in self._labels:
            return self._labels[category]
        # Refused as a label that the hub does not have.
        return Said(f"category {category}")

    def _named(self, image: Mapping[str, Any], key: str) -> list[Said]:
        numbers = image.get(key)
        return [self._label(one) for one in numbers] if isinstance(numbers, list) else []

    def found(self, image: Mapping[str, Any], place: str, order: Order) -> Found:
        labels, boxes = [], []
        for annotation in self._of(image):
            score = annotation.get("score")
            if score is not None and not number(score) >= order.min_confidence:
                order.notes.add("annotations whose score is too low were left out", place)
                continue
            label = self._label(annotation.get("category_id"))
            labels.append(label)
            if annotation.get("bbox"):
                boxes.append(_box(label, annotation))
        return Found(
            place,
            place,
            labels=tuple(dict.fromkeys([*labels, *self._named(image, "pos_category_ids")])),
            negatives=tuple(dict.fromkeys(self._named(image, "neg_category_ids"))),
            boxes=tuple(boxes),
            given=self._given(image),
            in_pixels=True,
            stated_px=size_of(image),
        )

    def _given(self, image: Mapping[str, Any]) -> dict[str, str]:
        addresses = (_text(image.get(key)) for key in ("source", "flickr_url", "coco_url"))
        licence = image.get("license")
        said = {
            "licence": self._licences.get(licence, "") if isinstance(licence, _Id) else "",
            "author": _text(image.get("author")),
            "source_url": next(filter(None, addresses), ""),
        }
        # COCO's own date is that of an upload; a hub's export has the time of the picture there.
        if "image_id" in image:
            said["taken_at"] = _text(image.get("date_captured"))
        return said


def _box(label: Said, annotation: Mapping[str, Any]) -> BoxSaid:
    source = _text(annotation.get("source")) or "coco"
    place = pixel_place(annotation["bbox"])
    return BoxSaid(label, place, source, is_group_of=bool(annotation.get("iscrowd")))


def _licence(one: Mapping[str, Any]) -> str:
    """Return the licence that a name or address means, or else what is written, to be refused."""
    written = [_text(one.get(key)) for key in ("url", "name")]
    known = (find_licence(text) for text in written if text)
    return next(filter(None, known), next(filter(None, reversed(written)), ""))


def _key(path: str, one: Mapping[str, Any], what: str) -> int | float | str:
    key = one.get("id")
    if not isinstance(key, _Id):
        raise _malformed(path, f"one of the {what} has no id")
    return key


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _malformed(path: str, what: str) -> FormatError:
    return FormatError(f"{path!a} is no COCO JSON: {what}. Nothing was received; mend it.")
