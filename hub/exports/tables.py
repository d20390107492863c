"""What a download is made of: where each picture goes, and the files that go with them."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from hub.exports.card import CardTally, card
from hub.rules.locks import Lock, lock_text
from hub.rules.manifests import LabelRef, Picture
from hub.rules.spreadsheets import inert

LOCK, LABELS, ATTRIBUTION, README = "subset.lock", "labels.csv", "ATTRIBUTION.csv", "README.md"
TABLES = (ATTRIBUTION, README, LABELS, LOCK)
"""The files beside the pictures, in the order in which an archive has them."""

_LABEL_COLUMNS = (
    *("path", "label", "mid", "split", "image_id"),
    *("picked", "implied", "label_key", "group_id", "state", "verified"),
)
_ATTRIBUTION_COLUMNS = ("path", "author", "licence", "source")

Write = Callable[[bytes], Any]


def image_path(picture: Picture) -> str:
    """Return where a picture's file goes.

    Flat, whatever their number: a path must not change when a subset grows.
    """
    return f"images/{picture.file_name}"


def write_tables(
    pictures: Iterable[Picture], lock: Lock, *, labels: Write, attribution: Write
) -> dict[str, bytes]:
    """Write both tables in one pass over a manifest; return the small files, by name.

    All of them are functions of the manifest alone. Constant memory.

    `labels.csv` has a row a picture and label that it shows (`state` positive) or is verified not
    to show (negative); of any other label nothing is known. `picked`: the subset was picked by
    this label. `implied`: nobody claimed it of the picture, it follows from a narrower label.
    `verified`: a review or a human-verified import confirmed it.
    """
    labels(csv_line(_LABEL_COLUMNS))
    attribution(csv_line(_ATTRIBUTION_COLUMNS))
    tally = CardTally()
    for one in pictures:
        tally.add(one)
        labels(b"".join(_label_rows(one)))
        credit = (inert(text) for text in (one.author, one.licence, one.source))
        attribution(csv_line((image_path(one), *credit)))
    return {
        README: card(lock, tally).encode(),
        LOCK: lock_text(lock, with_notes=False).encode(),
    }


def _label_rows(one: Picture) -> Iterable[bytes]:
    # By key, for most pictures are claimed under exactly what they were picked by.
    labels = {label.key: label for label in (*one.labels, *one.picked)}
    picked, claimed = ({label.key for label in some} for some in (one.picked, one.labels))
    for key, label in sorted(labels.items()):
        flags = (_flag(key in picked), _flag(key not in claimed))
        said = ("positive", _flag(key in one.verified))
        yield _label_row(one, label, flags=flags, said=said)
    for label in one.negatives:
        yield _label_row(one, label, flags=("false", "false"), said=("negative", "true"))


def _label_row(
    one: Picture, label: LabelRef, *, flags: Sequence[str], said: Sequence[str]
) -> bytes:
    named = (image_path(one), inert(label.name), label.mid or "", one.split, one.image_id)
    return csv_line((*named, *flags, label.key, one.group_id, *said))


def _flag(value: bool) -> str:
    return "true" if value else "false"


def csv_line(cells: Iterable[object]) -> bytes:
    """Return a line of a CSV, as it stands."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue().encode()
