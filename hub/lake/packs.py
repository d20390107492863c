"""Packs of thumbnails and looks: one Parquet file a worker a batch, read by ranges.

A cache: what a pack lacks is made again from the picture's bytes.
"""

import os
import zlib
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import NamedTuple, Self
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from hub.lake.indexes import forget_index, load_index, write_index
from hub.lake.pages import NotPlain
from hub.lake.ranges import Index, WrongRange, read_ranges

FOLDER = "thumbnails"
COLUMNS = ("thumbnail_299", "thumbnail_100", "look")

_SCHEMA = pa.schema(
    [
        pa.field("image_id", pa.string(), nullable=False),
        *(pa.field(column, pa.binary(), nullable=False) for column in COLUMNS),
    ]
)
_GROUP_BYTES = 16 * 1024**2
"""Bounds the memory of a writer."""
_SUM_BYTES = 4
"""Behind each value: a look that was altered would decide wrongly what is a duplicate."""
_KEPT_BATCHES = 512
"""Whose indexes stay mapped into memory."""


class Packed(NamedTuple):
    """A picture in a pack."""

    batch_key: str
    pack: int
    image_id: str


def pack_path(objects_root: str | Path, batch_key: str, *, pack: int) -> Path:
    return Path(objects_root) / FOLDER / batch_key / f"{pack}.parquet"


class PackWriter:
    """Writes a pack in bounded memory; it is there, with its index, once the block has ended well.

    It replaces what an earlier attempt left under the name. Without a picture nothing is written.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        self._incoming = self._path.with_name(f".{self._path.name}.{uuid4().hex}.tmp")
        self._writer: pq.ParquetWriter | None = None
        self._rows: list[dict[str, str | bytes]] = []
        self._bytes = 0

    def add(
        self, image_id: str, *, thumbnail_299: bytes, thumbnail_100: bytes, look: bytes
    ) -> None:
        values = {"thumbnail_299": thumbnail_299, "thumbnail_100": thumbnail_100, "look": look}
        summed = {
            column: value + _sum_of(value, image_id, column) for column, value in values.items()
        }
        self._rows.append({"image_id": image_id, **summed})
        self._bytes += sum(map(len, summed.values()))
        if self._bytes >= _GROUP_BYTES:
            self._flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None and self._rows:
                self._flush()
            if self._writer:
                self._writer.close()
                if error is None:
                    os.replace(self._incoming, self._path)
                    write_index(self._path, COLUMNS)
        finally:
            self._incoming.unlink(missing_ok=True)

    def _flush(self) -> None:
        if self._writer is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = pq.ParquetWriter(
                self._incoming,
                _SCHEMA,
                compression="none",
                use_dictionary=False,
                write_statistics=False,
                data_page_size=4 * _GROUP_BYTES,
            )
        self._writer.write_table(pa.Table.from_pylist(self._rows, schema=_SCHEMA))
        self._rows, self._bytes = [], 0


def read_pack(
    objects_root: str | Path, wanted: Iterable[Packed], column: str
) -> Iterator[tuple[Packed, bytes]]:
    """Yield the pictures that the packs have, each with the bytes of a column, pack by pack.

    What a pack lacks, or a pack that is gone or damaged, is not yielded: the caller makes it from
    the picture's bytes. Takes plain tuples as well.
    """
    by_pack: dict[tuple[str, int], list[Packed]] = defaultdict(list)
    for batch_key, pack, image_id in wanted:
        by_pack[batch_key, pack].append(Packed(batch_key, pack, image_id))
    for (batch_key, pack), some in sorted(by_pack.items()):
        path = pack_path(objects_root, batch_key, pack=pack)
        try:
            yield from _read_one(path, some, column)
        except WrongRange:
            forget_index(path)
        except (OSError, pa.ArrowException, NotPlain):
            continue


class Packs:
    """The packs of all batches, for single pictures at random; threads may share one.

    Which of a batch's packs has a picture is found by their indexes, which stay mapped.
    """

    def __init__(self, objects_root: str | Path) -> None:
        self._root = Path(objects_root) / FOLDER
        self._batches: OrderedDict[str, _Batch] = OrderedDict()
        self._lock = Lock()

    def find(self, batch_key: str, image_id: str, column: str) -> bytes | None:
        """Return a column of a picture, or None if no pack of the batch has it undamaged."""
        for path, index in self._indexes(batch_key):
            try:
                for _, value in _values(path, index, [Packed(batch_key, 0, image_id)], column):
                    return value
            except WrongRange:
                forget_index(path)
                self._forget(batch_key)
            except OSError:
                self._forget(batch_key)
        return None

    def _indexes(self, batch_key: str) -> list[tuple[Path, Index]]:
        folder = self._root / batch_key
        try:
            # A pack comes, goes or is replaced by its name in the folder.
            changed_at = os.stat(folder).st_mtime_ns
        except OSError:
            return []
        with self._lock:
            known = self._batches.get(batch_key)
            if known is None or known.changed_at != changed_at:
                known = _Batch(changed_at, _load_all(folder))
                self._batches[batch_key] = known
                if len(self._batches) > _KEPT_BATCHES:
                    self._batches.popitem(last=False)
            self._batches.move_to_end(batch_key)
            return known.indexes

    def _forget(self, batch_key: str) -> None:
        with self._lock:
            self._batches.pop(batch_key, None)


class _Batch(NamedTuple):
    changed_at: int
    indexes: list[tuple[Path, Index]]


@lru_cache(maxsize=4)
def shared_packs(objects_root: str) -> Packs:
    """Return the process's one view of the packs there."""
    return Packs(objects_root)


def _load_all(folder: Path) -> list[tuple[Path, Index]]:
    loaded = []
    for path in sorted(folder.glob("*.parquet")):
        try:
            loaded.append((path, load_index(path, COLUMNS)))
        except (OSError, pa.ArrowException, NotPlain):
            continue
    return loaded


def _read_one(path: Path, wanted: list[Packed], column: str) -> Iterator[tuple[Packed, bytes]]:
    return _values(path, load_index(path, COLUMNS), wanted, column)


def _values(
    path: Path, index: Index, wanted: list[Packed], column: str
) -> Iterator[tuple[Packed, bytes]]:
    places = index.find([one.image_id for one in wanted], column)
    found = [(place, one) for place, one in zip(places, wanted, strict=True) if place]
    found.sort(key=lambda pair: pair[0].offset)
    contents = read_ranges(path, [place for place, _ in found])
    for (_, one), content in zip(found, contents, strict=True):
        value, summed = content[:-_SUM_BYTES], content[-_SUM_BYTES:]
        if summed == _sum_of(value, one.image_id, column):
            yield one, value
        else:
            # The pack is damaged, or the index leads elsewhere.
            forget_index(path)


def _sum_of(value: bytes, image_id: str, column: str) -> bytes:
    """Tell a value from any other, also from that of another picture or column."""
    return zlib.crc32(value, zlib.crc32(f"{image_id} {column}".encode())).to_bytes(_SUM_BYTES)
