"""Finds which kept pictures may be like a batch's: by equal digests, near hashes, and time."""

from collections.abc import Iterator
from datetime import time
from functools import reduce
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hub.rules.bursts import SPAN, Bursts, Shot, untimed_neighbours
from hub.rules.searching import BandIndex, Integers

Found = Integers
"""(pairs, 3): row of the kept pictures, row of the batch's, bits apart."""

_NONE = np.zeros((0, 3), dtype=np.int64)

STORED_HASHES = ("phash", "phash_crop5", "phash_crop10")
_DIGESTS = ("image_id", "reduced_sha256")
SEARCHED = [*_DIGESTS, *STORED_HASHES, "supplier_id", "label_key", "taken_at"]
"""What of a kept picture says whether it may be like another."""

_OWN_AT_ONCE = 1024
"""Pictures of the batch, each of which may meet all the others."""

_PICTURES, _INDEX = "pictures.parquet", "hashes"

NO_PICTURE, NO_DISTANCE = -1, 99
"""A kept picture with a digest of the batch's stands beside no picture of it; one of a burst
at a distance beyond any radius."""

MATCH = pa.schema([("newer", pa.list_(pa.int64())), ("distance", pa.list_(pa.int64()))])
"""Beside a kept picture: the rows of the batch's pictures that it met, and the bits apart."""


class BatchIndex:
    """The pictures of a batch, ready to be found."""

    def __init__(self, pictures: pa.Table, hashes: BandIndex) -> None:
        self.pictures = pictures
        self._hashes = hashes
        self._digests = {name: pictures[name].combine_chunks() for name in _DIGESTS}
        self._bursts = Bursts(shots_of(pictures))

    @classmethod
    def build(cls, pictures: pa.Table) -> "BatchIndex":
        """Index pictures by what the table says of them; `probes` are lists of hashes, or null."""
        lists = pictures["probes"].combine_chunks()
        owners = pc.list_parent_indices(lists).to_numpy(zero_copy_only=False)
        numbers = np.arange(len(owners)) - np.searchsorted(owners, owners, side="left")
        probes = pc.list_flatten(lists).to_numpy(zero_copy_only=False)
        return cls(
            pictures.drop_columns("probes"), BandIndex.build(probes, owners, numbers=numbers)
        )

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        pq.write_table(self.pictures, folder / _PICTURES)
        self._hashes.save(folder / _INDEX)

    @classmethod
    def load(cls, folder: Path) -> "BatchIndex":
        return cls(pq.read_table(folder / _PICTURES), BandIndex.load(folder / _INDEX))

    def find(self, kept: pa.RecordBatch) -> Found:
        """Say which rows of kept pictures, of which `SEARCHED` is asked, may be like the batch's.

        A pair stands once with the closest hashes that met, and once more if it may be a burst.
        """
        return np.concatenate([self._equal(kept), self._near(kept), self._of_bursts(kept)])

    def find_own(self) -> Iterator[Found]:
        """Say which of the batch's pictures may be like others of it, some pictures at a time."""
        first = 0
        for some in self.pictures.combine_chunks().to_batches(max_chunksize=_OWN_AT_ONCE):
            yield self.find(some) + np.array([first, 0, 0])
            first += some.num_rows

    def _equal(self, kept: pa.RecordBatch) -> Found:
        is_equal = [
            pc.is_in(kept[name], value_set=digests).to_numpy(zero_copy_only=False)
            for name, digests in self._digests.items()
        ]
        return _found(np.flatnonzero(np.logical_or.reduce(is_equal)), NO_PICTURE)

    def _near(self, kept: pa.RecordBatch) -> Found:
        found = [_NONE]
        for name in STORED_HASHES:
            rows = np.flatnonzero(kept[name].is_valid().to_numpy(zero_copy_only=False))
            hashes = kept[name].drop_null().to_numpy(zero_copy_only=False)
            met = self._hashes.search(hashes)
            found.append(_found(rows[met.row], met.owner, met.distance))
        return _closest(np.concatenate(found))

    def _of_bursts(self, kept: pa.RecordBatch) -> Found:
        shown = np.flatnonzero(self._may_be_of_bursts(kept).to_numpy(zero_copy_only=False))
        columns = kept.select(["supplier_id", "label_key", "taken_at"]).take(pa.array(shown))
        met = [
            self._bursts.around(supplier_id, label_key, taken_at=taken_at)
            for supplier_id, label_key, taken_at in zip(*columns.to_pydict().values(), strict=True)
        ]
        rows = np.repeat(shown, np.array([len(newer) for newer in met], dtype=np.int64))
        return _found(rows, np.concatenate([np.zeros(0, dtype=np.int64), *met]))

    def _may_be_of_bursts(self, kept: pa.RecordBatch) -> pa.BooleanArray:
        """Leave few rows for the loop: those of the batch's suppliers, labels and span of time."""
        times = pc.min_max(self.pictures["taken_at"])
        if not times["max"].is_valid:
            return pa.repeat(False, kept.num_rows)
        known = [
            pc.is_in(kept[name], value_set=self.pictures[name].combine_chunks())
            for name in ("supplier_id", "label_key")
        ]
        first, last = times["min"].as_py() - SPAN, times["max"].as_py() + SPAN
        moment = kept["taken_at"]
        told = [
            pc.greater_equal(moment, pa.scalar(first, moment.type)),
            pc.less_equal(moment, pa.scalar(last, moment.type)),
            pc.not_equal(moment, pc.floor_temporal(moment, unit="day")),
        ]
        return pc.fill_null(reduce(pc.and_, [*known, *told]), False)


def matching_rows(kept: pa.Table, found: Found) -> pa.Table:
    """Return the rows of kept pictures that were found, each once, `MATCH` beside."""
    found = found[np.argsort(found[:, 0], kind="stable")]
    rows, firsts = np.unique(found[:, 0], return_index=True)
    offsets = pa.array([*firsts, len(found)], pa.int32())
    matching = kept.take(pa.array(rows))
    for field, column in zip(MATCH, (1, 2), strict=True):
        lists = pa.ListArray.from_arrays(offsets, pa.array(found[:, column]))
        matching = matching.append_column(field, lists)
    return matching


def shots_of(pictures: pa.Table) -> Iterator[Shot]:
    """Say of each row of pictures what tells a burst; a date alone, midnight sharp, is no time."""
    names = ["supplier_id", "label_key", "taken_at", "receipt_no", "path"]
    rows = pictures.select(names).to_pydict().values()
    for supplier_id, label_key, taken_at, receipt_no, path in zip(*rows, strict=True):
        moment = taken_at if taken_at and taken_at.time() != time.min else None
        yield Shot(supplier_id, label_key, moment, receipt_no, path)


def neighbours(files: pa.Table) -> Iterator[tuple[int, int]]:
    """Yield pairs (later, earlier) of pictures of unknown time that may be shots of one scene.

    `files` are in order of receipt, in which the pictures are numbered. A pair stands near each
    other in the receipt that was the first to bring either: what earlier receipts brought counts as
    standing between, and pairs with nothing. So it is the same in however many batches they come.
    """
    numbers: dict[str, int] = {}
    rows, pictures, is_first = [], [], []
    seen = set()
    names = files.select(["receipt_no", "image_id"]).to_pydict().values()
    for row, (receipt_no, image_id) in enumerate(zip(*names, strict=True)):
        if (receipt_no, image_id) not in seen:
            seen.add((receipt_no, image_id))
            rows.append(row)
            is_first.append(image_id not in numbers)
            pictures.append(numbers.setdefault(image_id, len(numbers)))
    shots = shots_of(files.take(pa.array(rows, pa.int64())))
    for later, earlier in untimed_neighbours(shots):
        if is_first[later] and is_first[earlier]:
            yield pictures[later], pictures[earlier]


def _found(
    rows: Integers,
    newer: Integers | int,
    distance: Integers | int = NO_DISTANCE,
) -> Found:
    """Put rows beside what they met, one (row, newer, distance) a line."""
    return np.stack(np.broadcast_arrays(rows, newer, distance), axis=1).astype(np.int64)


def _closest(found: Found) -> Found:
    """Keep of each (row, newer) the line of least distance."""
    ordered = found[np.lexsort((found[:, 2], found[:, 1], found[:, 0]))]
    is_first = np.ones(len(ordered), dtype=bool)
    is_first[1:] = (ordered[1:, :2] != ordered[:-1, :2]).any(axis=1)
    return ordered[is_first]
