"""Import `open-images`: its CSVs beside image files named by their ids (storage.googleapis.com/
openimages, versions 4 to 7). What the CSVs say of pictures whose files are not there is passed by.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from hub.imports.folders import Folder
from hub.imports.found import BoxSaid, FormatError, Found, Notes, Order, Said, Unusable
from hub.imports.label_folders import note_split
from hub.imports.tables import image_id_of, is_own, number
from hub.imports.texts import read_header, read_rows, read_table
from hub.rules.boxes import Place
from hub.rules.spreadsheets import plain
from hub.rules.submissions import Malformed

_BOXES = ("ImageID", "Source", "LabelName", "XMin", "XMax", "YMin", "YMax")
_LABELS = ("ImageID", "Source", "LabelName", "Confidence")
_HUMAN = ("verification", "crowdsource-verification")
_SOURCE = "open-images"


@dataclass
class _Picture:
    name: str
    human: dict[str, set[bool]] = field(default_factory=dict)
    """By MID: what people answered."""
    verified: set[str] = field(default_factory=set)
    machine: set[str] = field(default_factory=set)
    boxes: list[tuple[str, Place, str, bool]] = field(default_factory=list)
    turn_degrees: int = 0
    given: dict[str, str] = field(default_factory=dict)


def read(order: Order) -> Iterator[Found | Unusable]:
    """Yield the pictures that lie in the folder, or under --images, with what the CSVs say.

    Raises FormatError.
    """
    folder = Folder(order.path)
    images = Folder(order.images) if order.images else folder
    pictures: dict[str, _Picture] = {}
    # The CSVs beside the pictures are no files of another kind here.
    for name in images.walk(Notes()):
        if isinstance(name, Unusable):
            yield name
        elif image_id_of(name) in pictures:
            message = "another picture has the same id; keep one of them"
            yield Unusable(os.path.join(images.root, name), "", "repeated", message)
        else:
            note_split(order, name)
            pictures[image_id_of(name)] = _Picture(name)
    names = _read_all(folder, pictures, order)
    order = replace(order, is_own=is_own(folder.root))
    for one in pictures.values():
        yield _found(one, images, names, order)


def _read_all(folder: Folder, pictures: dict[str, _Picture], order: Order) -> dict[str, str]:
    """Read every CSV by what its header says it is; return the labels' names by MID."""
    names: dict[str, str] = {}
    is_any = False
    for path in folder.list_files(".csv"):
        columns = {*read_header(path)}
        is_any = is_any or "ImageID" in columns
        if "class-descriptions" in os.path.basename(path):
            names |= _read_names(path)
        elif columns.issuperset(_BOXES):
            _read_boxes(path, pictures, order)
        elif columns.issuperset(_LABELS):
            _read_labels(path, pictures, order)
        elif "ImageID" in columns and columns & {"Rotation", "License", "OriginalURL"}:
            _read_images(path, pictures)
        else:
            order.notes.add("CSV files of other kinds were passed over", path)
    if not is_any:
        raise FormatError(
            f"There is no CSV of Open Images in {folder.root!a}: none names a column ImageID."
        )
    return names


def _read_names(path: str) -> dict[str, str]:
    """Read MIDs and names; whether the first line is a header depends on the release."""
    return {row[0]: plain(row[1]) for _, row in read_rows(path) if len(row) == 2}


def _read_images(path: str, pictures: Mapping[str, _Picture]) -> None:
    for _, row in read_table(path, required=("ImageID",)):
        one = pictures.get(row["ImageID"])
        if one is None:
            continue
        degrees = number(row.get("Rotation") or "0")
        one.turn_degrees = int(degrees) % 360 if degrees in (0, 90, 180, 270) else 0
        # The page that the picture stands on says more than the address of the file.
        address = row.get("OriginalLandingURL") or row.get("OriginalURL") or ""
        one.given = {
            "licence": plain(row.get("License") or ""),
            "author": plain(row.get("Author") or ""),
            "source_url": plain(address),
        }


def _read_labels(path: str, pictures: Mapping[str, _Picture], order: Order) -> None:
    for line_no, row in read_table(path, required=_LABELS):
        one = pictures.get(row["ImageID"])
        if one is None:
            order.notes.add("labels of pictures that are not here were passed over", row["ImageID"])
            continue
        confidence = number(row["Confidence"])
        if row["Source"] in _HUMAN and confidence in (0, 1):
            one.human.setdefault(row["LabelName"], set()).add(confidence == 1)
            if row["Source"] == "verification":
                one.verified.add(row["LabelName"])
        elif confidence >= order.min_confidence:
            one.machine.add(row["LabelName"])
        else:
            what = f"labels of a confidence below {order.min_confidence} were left out"
            order.notes.add(what, f"line {line_no:,} of {path}")


def _read_boxes(path: str, pictures: Mapping[str, _Picture], order: Order) -> None:
    for _, row in read_table(path, required=_BOXES):
        one = pictures.get(row["ImageID"])
        if one is None:
            order.notes.add("boxes of pictures that are not here were passed over", row["ImageID"])
            continue
        place = Place(*(number(row[side]) for side in ("XMin", "XMax", "YMin", "YMax")))
        word = plain(row["Source"]).strip()
        source = f"{_SOURCE} {word}" if word else _SOURCE
        is_group = row.get("IsGroupOf", "").strip() == "1"
        one.boxes.append((row["LabelName"], place, source, is_group))


def _found(
    one: _Picture, images: Folder, names: Mapping[str, str], order: Order
) -> Found | Unusable:
    try:
        place = images.find(one.name)
    except Malformed as error:
        return Unusable(os.path.join(images.root, one.name), "", error.reason, str(error))

    def said(mid: str, *, is_verified: bool = False) -> Said:
        return Said(names.get(mid, mid), mid, is_verified)

    confirmed = [mid for mid, answers in one.human.items() if True in answers]
    denied = [mid for mid, answers in one.human.items() if True not in answers]
    for mid, answers in one.human.items():
        if len(answers) > 1:
            order.notes.add("labels that people both confirmed and denied were taken", mid)
    boxed = [mid for mid, *_ in one.boxes]
    others = [mid for mid in dict.fromkeys([*sorted(one.machine), *boxed]) if mid not in one.human]
    return Found(
        place,
        place,
        labels=(
            # A hub's own export tells what was brought from what others confirmed.
            *(said(mid, is_verified=not order.is_own or mid in one.verified) for mid in confirmed),
            *map(said, others),
        ),
        negatives=tuple(map(said, denied)),
        boxes=tuple(
            BoxSaid(said(mid), spot, source, is_group) for mid, spot, source, is_group in one.boxes
        ),
        given=one.given,
        turn_degrees=one.turn_degrees,
    )
