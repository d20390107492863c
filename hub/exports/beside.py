"""What lies beside the pictures in every export: credit, a card, the lock; and tables to choose."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from hub.exports import tables
from hub.exports.naming import one_line
from hub.exports.source import Source
from hub.exports.states import Classes, positives
from hub.exports.tables import ATTRIBUTION, LOCK, README
from hub.exports.target import Target
from hub.rules.locks import lock_text
from hub.rules.manifests import LabelRef, Picture
from hub.rules.spreadsheets import inert

LABELS, NEGATIVES, BOXES = "labels.csv", "negatives.csv", "boxes.csv"
CLASSES, SPLITS = "classes.csv", "splits.csv"

_LABEL = ("label", "mid", "label_key")


def put_beside(
    source: Source, target: Target, *, about: str, file_of: Callable[[Picture], str], head: str = ""
) -> None:
    """Write the credit, the card and the lock.

    `about` says what is in the folder, for the card; `head` stands before it; `file_of` says where
    a picture is.
    """
    target.put(ATTRIBUTION, _attribution(source, file_of))
    target.put(README, [(head + _card(source, about)).encode()])
    target.put(LOCK, [lock_text(source.lock, with_notes=False).encode()])


def _attribution(source: Source, file_of: Callable[[Picture], str]) -> Iterator[bytes]:
    rows = (
        (one.image_id, file_of(one), one.author, one.licence, one.source)
        for one in source.pictures()
    )
    return csv_lines(("image_id", "file", "author", "licence", "source"), rows)


def _card(source: Source, about: str) -> str:
    lock = source.lock
    # Indented, text from outside is no Markdown.
    text = lock_text(lock, with_notes=False).splitlines()
    said = "\n".join(f"    {one_line(line)}".rstrip() for line in text)
    return f"""# {lock.images:,} labelled pictures

{said}

{about.strip()}

A picture is known to show a label (positive), verified not to show it (negative), or nothing is
known: then it is named nowhere. Widths, heights and boxes are those of the upright picture: where
a file says by EXIF that it is to be turned, turn it before you look.

- `{ATTRIBUTION}`: author, licence and source of every picture; give credit when you share them.
- `{LOCK}` names exactly these pictures: `hub pull {LOCK} DIR` brings them anywhere.

In CSV files an apostrophe stands before text that a spreadsheet would compute.
"""


def put_classes(target: Target, classes: Classes) -> None:
    """Write `classes.csv`: number and keys of every class, with its name in the other files."""
    rows = (
        (number, name, label.mid or "", label.key)
        for number, (name, label) in enumerate(zip(classes.names, classes.labels, strict=True))
    )
    target.put(CLASSES, csv_lines(("class", *_LABEL), rows))


def put_labels(source: Source, target: Target) -> None:
    """Write `labels.csv`: a row a picture and label that it shows or is verified not to show."""
    rows = (
        (
            *(one.image_id, one.split, *label_cells(label), state),
            *(label in one.picked, state == "positive" and label not in one.labels),
        )
        for one in source.pictures()
        for state, labels in (("positive", positives(one)), ("negative", one.negatives))
        for label in labels
    )
    header = ("image_id", "split", *_LABEL, "state", "picked", "implied")
    target.put(LABELS, csv_lines(header, rows))


def put_negatives(source: Source, target: Target) -> None:
    """Write `negatives.csv`: a row a picture and label that it is verified not to show."""
    rows = (
        (one.image_id, *label_cells(label)) for one in source.pictures() for label in one.negatives
    )
    target.put(NEGATIVES, csv_lines(("image_id", *_LABEL), rows))


def put_splits(source: Source, target: Target, file_of: Callable[[Picture], str]) -> None:
    """Write `splits.csv`: the split of every picture."""
    rows = ((one.image_id, file_of(one), one.split) for one in source.pictures())
    target.put(SPLITS, csv_lines(("image_id", "file", "split"), rows))


def put_boxes(source: Source, target: Target, classes: Classes) -> None:
    """Write `boxes.csv`: a row a box, in shares of the upright picture's sides."""
    rows = (
        (
            one.image_id,
            *label_cells(classes.label(box.label_key)),
            *(box.x_min, box.x_max, box.y_min, box.y_max),
            *(box.is_group_of, box.source),
        )
        for one in source.pictures()
        for box in one.boxes
    )
    sides = ("x_min", "x_max", "y_min", "y_max")
    target.put(BOXES, csv_lines(("image_id", *_LABEL, *sides, "is_group_of", "source"), rows))


def label_cells(label: LabelRef) -> tuple[str, str, str]:
    """Return the name, MID and key of a label, as they stand in tables."""
    return label.name, label.mid or "", label.key


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """Yield a CSV line by line, each as `csv_line` makes it."""
    if header:
        yield csv_line(header)
    yield from map(csv_line, rows)


def csv_line(cells: Iterable[object]) -> bytes:
    """Return a line of a CSV; text is made safe for spreadsheets, truth is `true` or `false`."""
    return tables.csv_line(map(_cell, cells))


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return inert(one_line(value)) if isinstance(value, str) else value


def json_line(value: Any) -> bytes:
    """Return JSON on a line of its own; other signs than ASCII are escaped, so that all is seen."""
    return json.dumps(value, separators=(",", ":")).encode() + b"\n"
