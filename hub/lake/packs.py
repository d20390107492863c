"""Packs of thumbnails and looks: one Parquet file a worker a batch, read by ranges.

A cache: what a pack lacks is made again from the picture's bytes.
"""

import os
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from hub.lake.indexes import forget_index, load_index, write_index
from hub.lake.pages import NotPlain
from hub.lake.ranges import WrongRange, read_ranges

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


def _read_one(path: Path, wanted: list[Packed], column: str) -> Iterator[tuple[Packed, bytes]]:
    places = load_index(path, COLUMNS).find([one.image_id for one in wanted], column)
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
