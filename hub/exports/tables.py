"""What a download is made of: where each picture goes, and the tables that go with them."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from hub.rules.locks import Lock
from hub.rules.manifests import Picture
from hub.rules.spreadsheets import inert

LOCK, LABELS, ATTRIBUTION, README = "subset.lock", "labels.csv", "ATTRIBUTION.csv", "README.txt"
_LABEL_COLUMNS = (
    *("path", "label", "mid", "split", "image_id"),
    *("picked", "implied", "label_key", "group_id"),
)


def image_path(picture: Picture) -> str:
    """Return where a picture's file goes.

    Flat, whatever their number: a path must not change when a subset grows.
    """
    return f"images/{picture.file_name}"


def labels_csv(pictures: Iterable[Picture]) -> Iterator[bytes]:
    """Yield `labels.csv`: a row a picture and label.

    `picked`: the subset was picked by this label. `implied`: nobody claimed it of the picture; it
    follows from a claim on a narrower label.
    """
    yield _csv_line(_LABEL_COLUMNS)
    for one in pictures:
        for label in sorted({*one.labels, *one.picked}, key=lambda label: label.key):
            named = (image_path(one), inert(label.name), label.mid or "", one.split, one.image_id)
            flags = (_flag(label in one.picked), _flag(label not in one.labels))
            yield _csv_line((*named, *flags, label.key, one.group_id))


def attribution_csv(pictures: Iterable[Picture]) -> Iterator[bytes]:
    """Yield `ATTRIBUTION.csv`: a row a picture, whom to credit and under which licence."""
    yield _csv_line(("path", "author", "licence", "source"))
    for one in pictures:
        yield _csv_line((image_path(one), *map(inert, (one.author, one.licence, one.source))))


def readme(lock: Lock) -> bytes:
    """Return `README.txt`."""
    labels = ", ".join(map(inert, lock.recipe.labels))
    narrower = " and every narrower label" if lock.recipe.with_descendants else ""
    return f"""{inert(lock.notes.name)}: {lock.images:,} pictures, {lock.bytes:,} bytes

Picked by: {labels}{narrower}
Root: {lock.root}

images/          one file a picture, named by the sha256 of its bytes
labels.csv       a row a picture and label; picked = the subset was picked by this label,
                 implied = it follows from a narrower label that was claimed
ATTRIBUTION.csv  author, licence and source of every picture: give credit when you share them
subset.lock      names exactly these pictures; `hub pull subset.lock DIR` brings them anywhere

In the CSV files an apostrophe stands before text that a spreadsheet would compute.
Check or mend this folder: run the same `hub pull` again.
""".encode()


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _csv_line(cells: Sequence[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue().encode()
