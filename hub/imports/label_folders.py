"""Import `folders`: the folder that a picture lies in is named by what it shows."""

import os
from collections.abc import Iterator, Mapping

from hub.imports.folders import Folder
from hub.imports.found import Found, Order, Said, Unusable
from hub.imports.tables import NO_CREDIT, Known, image_id_of, read_credit, read_known

SPLITS = ("train", "training", "valid", "val", "validation", "test", "testing")
_SPLIT_NOTE = (
    "pictures came in a folder of a split ({}); the hub splits by itself, near pictures together"
)
_NEGATIVES, _NOT = "negatives", "not "
"""An export puts what is verified not to show a label into `negatives/not <label>`."""


def read(order: Order) -> Iterator[Found | Unusable]:
    """Yield the pictures under `order.path`, by the order of their names.

    Beside the tables that a hub's export writes, these say what a picture shows, and it comes once
    however many folders it lies in. Raises FormatError.
    """
    folder = Folder(order.path)
    known, credit = read_known(folder.root), read_credit(folder.root)
    seen: set[str] = set()
    for name in folder.walk(order.notes):
        if isinstance(name, Unusable):
            yield name
            continue
        image_id = image_id_of(name)
        if image_id in known:
            if image_id not in seen:
                given = credit.get(image_id, NO_CREDIT).given
                yield _of_table(folder, name, known[image_id], given)
            seen.add(image_id)
        else:
            note_split(order, name)
            yield _of_folder(folder, name)


def note_split(order: Order, name: str) -> None:
    """Tell of a picture that lies in a folder of a split."""
    top = name.partition("/")[0]
    if "/" in name and top.lower() in SPLITS:
        order.notes.add(_SPLIT_NOTE.format(top), name)


def label_of(name: str) -> str:
    """Return the name of the folder that a file lies in; empty where that is a split or none."""
    parents = name.split("/")[:-1]
    if not parents or (len(parents) == 1 and parents[0].lower() in SPLITS):
        return ""
    return parents[-1]


def _of_folder(folder: Folder, name: str) -> Found:
    label = label_of(name)
    place = os.path.join(folder.root, name)
    is_denied = f"/{_NEGATIVES}/{_NOT}" in f"/{name}" and label.startswith(_NOT)
    if is_denied:
        return Found(place, place, negatives=(Said(label[len(_NOT) :]),))
    return Found(place, place, labels=(Said(label),) if label else ())


def _of_table(folder: Folder, name: str, known: Known, given: Mapping[str, str]) -> Found:
    place = os.path.join(folder.root, name)
    return Found(
        place,
        place,
        labels=tuple(known.labels),
        negatives=tuple(known.negatives),
        boxes=tuple(known.boxes),
        given=given,
    )
