"""What a training reads of a subset: the class or the states of each picture, or why it is not
used.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hub.errors import TrainingError
from hub.exports.source import Source
from hub.rules.manifests import LabelRef, Picture
from hub.rules.runs import ClassLabel
from hub.rules.splits import SHARES
from hub.rules.trainings import Options

SEVERAL = "shows several of the labels"
NOT_SHOWN = "is only verified not to show a label"
UNKNOWN = "is not known to show or not to show any of the labels"
BETWEEN = "is near pictures of two splits"
NOT_DERIVED = "has no derived pictures"

ROWS = pa.schema(
    [
        ("image_id", pa.binary(32)),
        ("number", pa.int32()),
        ("label_key", pa.string()),
        ("size_bytes", pa.int64()),
        ("crc32", pa.int64()),
        ("shown", pa.list_(pa.int16())),
        ("not_shown", pa.list_(pa.int16())),
        ("split", pa.string()),
        ("reason", pa.string()),
    ]
)
"""Some 90 bytes a picture: its bytes stay where they lie. `shown` and `not_shown` are numbers of
classes, `number` is of a derived picture; `reason`: why it is left out, NULL if it is not."""

_ROWS_AT_ONCE = 16_384


@dataclass(frozen=True)
class TrainingRows:
    classes: tuple[ClassLabel, ...]
    rows: pa.Table
    """Every picture of the subset, by ascending image_id: ROWS."""
    derived: pa.Table | None
    """The train rows where derived pictures are trained on: ROWS and where the bytes lie."""

    def of_split(self, split: str) -> pa.Table:
        """Return the rows of a split that are used."""
        if split == "train" and self.derived is not None:
            return self.derived
        is_used = pc.field("reason").is_null() & (pc.field("split") == split)
        return self.rows.filter(is_used)

    def class_images(self) -> dict[str, int]:
        """Return how many train rows show each class, by its key."""
        shown = self.of_split("train")["shown"].combine_chunks().flatten()
        counts = np.bincount(np.asarray(shown, dtype=np.int64), minlength=len(self.classes))
        return {label.key: int(count) for label, count in zip(self.classes, counts, strict=True)}

    def left_out(self) -> Iterator[tuple[str, str]]:
        """Yield the pictures that are not used, and why."""
        for batch in self.rows.filter(pc.field("reason").is_valid()).to_batches():
            ids, reasons = batch["image_id"].to_pylist(), batch["reason"].to_pylist()
            yield from ((one.hex(), reason) for one, reason in zip(ids, reasons, strict=True))

    def used(self, source: Source) -> Iterator[Picture]:
        """Yield the pictures that are used, of the source that the rows were made of."""
        reasons = (
            reason for batch in self.rows.to_batches() for reason in batch["reason"].to_pylist()
        )
        for picture, reason in zip(source.pictures(), reasons, strict=True):
            if reason is None:
                yield picture

    def without(self, reasons: Mapping[str, str]) -> "TrainingRows":
        """Leave out more pictures: why, by image_id."""
        ids = self.rows["image_id"].to_pylist()
        told = self.rows["reason"].to_pylist()
        told = [reasons.get(one.hex(), why) for one, why in zip(ids, told, strict=True)]
        gone = pa.array(map(bytes.fromhex, reasons), pa.binary(32))
        derived = self.derived
        if derived is not None:
            derived = derived.filter(~pc.field("image_id").isin(gone))
        return replace(self, rows=_with_reasons(self.rows, told), derived=derived)


def training_rows(source: Source, options: Options) -> TrainingRows:
    """Say of every picture of a subset what it teaches, or why it is left out.

    The classes are the labels that pictures were picked by, in the recipe's order. A picture has
    one of them; in a training of several labels all that it shows, and those that it is verified
    not to show. Raises TrainingError if there are not two classes, LockError if the manifest was
    damaged.
    """
    classes = _list_classes(source)
    if len(classes) < 2:
        raise TrainingError(
            "A model tells labels apart, and the subset's pictures were picked by one alone: pick"
            " at least two."
        )
    numbers = {label.key: number for number, label in enumerate(classes)}
    rows = _rows(source.pictures(), numbers, is_multi_label=options.multi_label)
    batches = (pa.RecordBatch.from_pylist(some, schema=ROWS) for some in _in_steps(rows))
    table = pa.Table.from_batches(batches, schema=ROWS)
    return TrainingRows(classes, table, derived=None)


def with_derived(found: TrainingRows, places: pa.Table) -> TrainingRows:
    """Train on derived pictures, which lie at `places` (`hub.lake.derived_places.list_places`)."""
    train = found.of_split("train")
    at, is_there = _find(_digests(places), within=_digests(train))
    found_places = places.filter(pa.array(is_there))
    derived = train.take(pa.array(at[is_there])).drop_columns(["image_id", "number"])
    for column in places.schema:
        derived = derived.append_column(column, found_places[column.name])
    lacking = np.setdiff1d(np.arange(train.num_rows), at[is_there])
    ids = train["image_id"].take(pa.array(lacking)).to_pylist()
    without = found.without({image_id.hex(): NOT_DERIVED for image_id in ids})
    return replace(without, derived=derived)


def _list_classes(source: Source) -> tuple[ClassLabel, ...]:
    found: dict[str, LabelRef] = {}
    for one in source.pictures():
        found.update((label.key, label) for label in one.picked)
    order = {name: number for number, name in enumerate(source.lock.recipe.picked)}
    labels = sorted(
        found.values(), key=lambda label: (order.get(label.name, len(order)), label.key)
    )
    return tuple(ClassLabel(label.key, label.name) for label in labels)


def _rows(
    pictures: Iterable[Picture], numbers: Mapping[str, int], *, is_multi_label: bool
) -> Iterator[dict[str, Any]]:
    for one in pictures:
        labels = (*one.picked, *one.labels) if is_multi_label else one.picked
        shown = sorted({numbers[label.key] for label in labels if label.key in numbers})
        denied = {numbers[label.key] for label in one.negatives if label.key in numbers}
        not_shown = sorted(denied.difference(shown)) if is_multi_label else []
        yield {
            "image_id": bytes.fromhex(one.image_id),
            "number": 0,
            "label_key": one.label_key,
            "size_bytes": one.size_bytes,
            "crc32": one.crc32,
            "shown": shown,
            "not_shown": not_shown,
            "split": one.split,
            "reason": _reason(one, shown, not_shown, is_multi_label=is_multi_label),
        }


def _reason(
    one: Picture, shown: list[int], not_shown: list[int], *, is_multi_label: bool
) -> str | None:
    """Return why a picture is left out, None if it is not."""
    if is_multi_label and not (shown or not_shown):
        return UNKNOWN
    if not is_multi_label and len(shown) != 1:
        return SEVERAL if shown else NOT_SHOWN
    return None if one.split in SHARES else BETWEEN


def _in_steps(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while some := list(islice(rows, _ROWS_AT_ONCE)):
        yield some


def _with_reasons(rows: pa.Table, reasons: list[str | None]) -> pa.Table:
    at = rows.schema.get_field_index("reason")
    return rows.set_column(at, ROWS.field("reason"), pa.array(reasons, pa.string()))


def _digests(rows: pa.Table) -> npt.NDArray[np.bytes_]:
    ids = rows["image_id"].combine_chunks()
    return np.array(ids.to_pylist(), dtype="S32")


def _find(
    wanted: npt.NDArray[np.bytes_], *, within: npt.NDArray[np.bytes_]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Return where each stands within sorted ones, and whether it is there."""
    if not len(within):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), np.bool_)
    at = np.minimum(np.searchsorted(within, wanted), len(within) - 1)
    return at, within[at] == wanted
