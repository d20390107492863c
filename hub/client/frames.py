"""A subset as a pandas DataFrame: a row a picture."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from hub.client.borrowed import borrow
from hub.exports.tables import image_path
from hub.rules.manifests import Picture

_PLAIN = (
    *("image_id", "format", "size_bytes", "width_px", "height_px", "split", "group_id"),
    *("licence", "author", "source", "taken_at", "country", "city", "neighbourhood"),
)
COLUMNS = (*_PLAIN, "labels", "picked", "verified", "negatives", "boxes", "path")


def to_pandas(pictures: Iterable[Picture]) -> Any:
    """Return the pictures as a DataFrame with `COLUMNS`.

    `labels`, `picked` and `negatives` are lists of names: of a label in none of them nothing is
    known; `verified` are those of `labels` that somebody confirmed. `boxes` is a list of
    dictionaries; `path` is where a pull puts the file. Raises PackageMissing without pandas.
    """
    pandas = borrow("pandas", call="to_pandas()")
    return pandas.DataFrame([_row(one) for one in pictures], columns=list(COLUMNS))


def _row(one: Picture) -> dict[str, Any]:
    return {
        **{name: getattr(one, name) for name in _PLAIN},
        "labels": [label.name for label in one.labels],
        "picked": [label.name for label in one.picked],
        "verified": [label.name for label in one.labels if label.key in one.verified],
        "negatives": [label.name for label in one.negatives],
        "boxes": [asdict(box) for box in one.boxes],
        "path": image_path(one),
    }
