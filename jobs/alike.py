"""Finds which kept pictures may be like a batch's: by equal digests, near hashes, and time."""

from collections.abc import Callable, Iterable, Iterator
from datetime import time
from functools import reduce
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hub.rules.bursts import SPAN, Bursts, Shot, untimed_neighbours
from hub.rules.searching import BandIndex, Integers
from hub.rules.shortlist import CLOSEST, FIRST, is_first_or_closest

Found = Integers
"""(pairs, 3): row of the kept pictures, row of the batch's, bits apart."""

_NONE = np.zeros((0, 3), dtype=np.int64)

STORED_HASHES = ("phash", "phash_crop5", "phash_crop10")
_DIGESTS = ("image_id", "reduced_sha256")
SEARCHED = [*_DIGESTS, *STORED_HASHES, "supplier_id", "label_key", "taken_at"]
"""What of a kept picture says whether it may be like another."""

_LINES_AT_ONCE = 1 << 22
"""Lines of near hashes that are held before the shortlist is made of them."""

_PICTURES, _INDEX = "pictures.parquet", "hashes"

NO_PICTURE, NO_DISTANCE = -1, 99
"""A kept picture with a digest of the batch's stands beside no picture of it; one of a burst
at a distance beyond any radius."""

MATCH = pa.schema([("newer", pa.list_(pa.int64())), ("distance", pa.list_(pa.int64()))])
"""Beside a kept picture: the rows of the batch's pictures that it met, and the bits apart."""


Order = Callable[[], Integers]
"""Returns the place of each row in the order of receipt; asked only where many are alike."""


class BatchIndex:
    """The pictures of a batch, ready to be found."""

    def __init__(self, pictures: pa.Table, hashes: BandIndex) -> None:
        self._pictures = pictures.combine_chunks()
        self._hashes = hashes
        self._shots = [*shots_of(pictures)]

    @classmethod
    def build(cls, pictures: pa.Table) -> "BatchIndex":
        """Index pictures, given in order of receipt; `probes` are lists of hashes, or null."""
        lists = pictures["probes"].combine_chunks()
        owners = pc.list_parent_indices(lists).to_numpy(zero_copy_only=False)
        numbers = np.arange(len(owners)) - np.searchsorted(owners, owners, side="left")
        probes = pc.list_flatten(lists).to_numpy(zero_copy_only=False)
        return cls(
            pictures.drop_columns("probes"), BandIndex.build(probes, owners, numbers=numbers)
        )

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        pq.write_table(self._pictures, folder / _PICTURES)
        self._hashes.save(folder / _INDEX)

    @classmethod
    def load(cls, folder: Path) -> "BatchIndex":
        return cls(pq.read_table(folder / _PICTURES), BandIndex.load(folder / _INDEX))

    def __len__(self) -> int:
        return len(self._shots)

    def find(self, kept: pa.Table, order: Order) -> Found:
        """Say which rows of kept pictures, of which `SEARCHED` is asked, may be like the batch's.

        Of a crowd those on the shortlist. A pair stands once with the closest hashes that met, and
        once more if it may be a burst.
        """
        near = _Shortlist(order)
        for found in self._near(kept):
            near.add(found)
        return np.concatenate([self._equal(kept), near.shorten(), self._of_bursts(kept, order)])

    def find_own(self, is_out: npt.NDArray[np.bool_]) -> Found:
        """Say which of the batch's pictures, but those that are out, later ones may be like."""
        near = _Shortlist(lambda: np.arange(len(is_out)))
        for found in self._near(self._pictures):
            near.add(found[(found[:, 0] < found[:, 1]) & ~is_out[found[:, 0]]])
        return np.concatenate([near.shorten(), self._own_bursts(is_out)])

    def _equal(self, kept: pa.Table) -> Found:
        is_equal = reduce(pc.or_, [self._is_known(kept, name) for name in _DIGESTS])
        return _found(np.flatnonzero(is_equal.to_numpy(zero_copy_only=False)), NO_PICTURE)

    def _near(self, kept: pa.Table) -> Iterator[Found]:
        """Yield parts of bounded size; a pair may stand in several."""
        for name in STORED_HASHES:
            hashes = kept[name]
            rows = np.flatnonzero(hashes.is_valid().to_numpy(zero_copy_only=False))
            hashes = hashes.drop_null().to_numpy(zero_copy_only=False)
            for met in self._hashes.search_in_parts(hashes):
                yield _found(rows[met.row], met.owner, met.distance)

    def _of_bursts(self, kept: pa.Table, order: Order) -> Found:
        shown = np.flatnonzero(self._may_be_of_bursts(kept).to_numpy(zero_copy_only=False))
        if not len(shown):
            return _NONE
        shown = shown[np.argsort(order()[shown])]
        bursts = Bursts(enumerate(shots_of(kept.take(pa.array(shown)))))
        met = _around(bursts.around(shot) for shot in self._shots)
        return _found(shown[met[:, 0]], met[:, 1])

    def _own_bursts(self, is_out: npt.NDArray[np.bool_]) -> Found:
        bursts = Bursts((n, shot) for n, shot in enumerate(self._shots) if not is_out[n])
        return _around(bursts.around(shot, before=newer) for newer, shot in enumerate(self._shots))

    def _may_be_of_bursts(self, kept: pa.Table) -> pa.BooleanArray:
        """Leave few rows: those of the batch's suppliers, labels and span of time."""
        times = pc.min_max(self._pictures["taken_at"])
        if not times["max"].is_valid:
            return pa.repeat(False, kept.num_rows)
        known = [self._is_known(kept, name) for name in ("supplier_id", "label_key")]
        first, last = times["min"].as_py() - SPAN, times["max"].as_py() + SPAN
        moment = kept["taken_at"]
        told = [
            pc.greater_equal(moment, pa.scalar(first, moment.type)),
            pc.less_equal(moment, pa.scalar(last, moment.type)),
            pc.not_equal(moment, pc.floor_temporal(moment, unit="day")),
        ]
        return pc.fill_null(reduce(pc.and_, [*known, *told]), False)

    def _is_known(self, kept: pa.Table, name: str) -> pa.BooleanArray:
        return pc.is_in(kept[name], value_set=self._pictures[name].combine_chunks())


class _Shortlist:
    """Lines of near hashes, of which never more are held than a bounded number a picture."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._parts = [_NONE]
        self._lines = 0
        self._most = _LINES_AT_ONCE

    def add(self, found: Found) -> None:
        self._parts.append(found)
        self._lines += len(found)
        if self._lines > self._most:
            self.shorten()

    def shorten(self) -> Found:
        """Leave those on the shortlist so far, each pair once, and return them."""
        found = _closest(np.concatenate(self._parts))
        if _is_crowded(found):
            order = self._order()[found[:, 0]]
            found = found[is_first_or_closest(found[:, 1], order, found[:, 2], closest=CLOSEST)]
        self._parts, self._lines = [found], len(found)
        self._most = max(_LINES_AT_ONCE, 2 * len(found))
        return found


def _is_crowded(found: Found) -> bool:
    return bool(len(found)) and int(np.bincount(found[:, 1]).max()) > FIRST


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
    rows = pictures.select(["supplier_id", "label_key", "taken_at"]).to_pydict().values()
    for supplier_id, label_key, taken_at in zip(*rows, strict=True):
        moment = taken_at if taken_at and taken_at.time() != time.min else None
        yield Shot(supplier_id, label_key, moment)


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
    firsts = files.take(pa.array(rows, pa.int64()))
    places = (firsts[name].to_pylist() for name in ("receipt_no", "path"))
    for later, earlier in untimed_neighbours(zip(shots_of(firsts), *places, strict=True)):
        if is_first[later] and is_first[earlier]:
            yield pictures[later], pictures[earlier]


def _found(
    rows: Integers,
    newer: Integers | int,
    distance: Integers | int = NO_DISTANCE,
) -> Found:
    """Put rows beside what they met, one (row, newer, distance) a line."""
    return np.stack(np.broadcast_arrays(rows, newer, distance), axis=1).astype(np.int64)


def _around(met: Iterable[Integers]) -> Found:
    """Put shots beside those around them: to each of the batch's pictures some rows."""
    rows = [*met]
    newer = np.repeat(np.arange(len(rows)), [len(some) for some in rows])
    return _found(np.concatenate([_NONE[:, 0], *rows]), newer)


def _closest(found: Found) -> Found:
    """Keep of each (row, newer) the line of least distance."""
    ordered = found[np.lexsort((found[:, 2], found[:, 1], found[:, 0]))]
    is_first = np.ones(len(ordered), dtype=bool)
    is_first[1:] = (ordered[1:, :2] != ordered[:-1, :2]).any(axis=1)
    return ordered[is_first]
