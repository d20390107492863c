"""Reads published pictures out of the lake without Spark, in little memory, every byte checked."""

import hashlib
import zlib
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from hub.errors import PictureUnreadable
from hub.lake.tables import find_table, table_path

_BATCH_ROWS = 8
"""Pictures are about 285 KB, and a few are many MB: this bounds the memory of a read."""
_READ_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture to read: where it lies, and what its bytes must be."""

    image_id: str
    """sha256 of the bytes."""
    label_key: str
    size_bytes: int
    crc32: int
    file_name: str
    """What the caller calls it."""


OnFault: TypeAlias = Callable[[Wanted, str], None]


def raise_fault(wanted: Wanted, fault: str) -> None:
    raise PictureUnreadable(
        f"picture {wanted.image_id} {fault}. Run `hub verify` to see what else differs."
    )


def read_pictures(
    lake_root: str, wanted: Iterable[Wanted], *, on_fault: OnFault = raise_fault
) -> Iterator[tuple[Wanted, bytes]]:
    """Yield each wanted picture with its bytes, in the order in which the lake holds them.

    Only sound bytes are yielded: size, crc32 and sha256 are checked. `on_fault` is told of every
    other picture, damaged or absent from the newest snapshot; by default it raises
    PictureUnreadable. Raises it too for a whole file that is damaged or has gone away.
    """
    missing = {one.image_id: one for one in wanted}
    for path in _data_files(lake_root, sorted({one.label_key for one in missing.values()})):
        if not missing:
            return
        for image_id, content in _read_file(path, missing):
            one = missing.pop(image_id)
            fault = _fault_of(one, content)
            if fault:
                on_fault(one, fault)
            else:
                yield one, content
    for one in missing.values():
        on_fault(one, "is not in the lake's newest snapshot")


def _fault_of(wanted: Wanted, content: bytes) -> str | None:
    if len(content) != wanted.size_bytes:
        return f"is damaged in the lake: {len(content)} bytes, not {wanted.size_bytes}"
    if zlib.crc32(content) != wanted.crc32:
        return f"is damaged in the lake: its crc32 is {zlib.crc32(content)}, not {wanted.crc32}"
    if hashlib.sha256(content).hexdigest() != wanted.image_id:
        return "is damaged in the lake: the sha256 of its bytes is another"
    return None


def _data_files(lake_root: str, label_keys: Sequence[str]) -> Iterator[str]:
    """Yield the files of the newest snapshot that may hold pictures of any of the keys (sorted)."""
    table = find_table(lake_root, "images")
    if table is None:
        return
    actions = pa.table(table.get_add_actions(flatten=True))
    for file in sorted(actions.to_pylist(), key=lambda action: str(action["path"])):
        low, high = file.get("min.label_key"), file.get("max.label_key")
        if low is None or high is None or _any_between(label_keys, low, high):
            yield f"{table_path(lake_root, 'images')}/{file['path']}"


def _any_between(keys: Sequence[str], low: str, high: str) -> bool:
    first = bisect_left(keys, low)
    return first < len(keys) and keys[first] <= high


def _read_file(path: str, missing: dict[str, Wanted]) -> Iterator[tuple[str, bytes]]:
    """Yield the missing pictures of one file; row groups without any are not read."""
    try:
        with pq.ParquetFile(path, buffer_size=_READ_BYTES, pre_buffer=False) as file:
            for group in range(file.num_row_groups):
                ids = file.read_row_group(group, columns=["image_id"])["image_id"].to_pylist()
                if not missing.keys().isdisjoint(ids):
                    yield from _read_group(file, group, missing)
    except FileNotFoundError as error:
        raise PictureUnreadable(
            f"{path} went away while the lake was read, as by a compaction and a vacuum."
            " Run the same command again: it goes on where it stopped."
        ) from error
    except (OSError, pa.ArrowException) as error:
        raise PictureUnreadable(
            f"{path} of the lake cannot be read ({str(error).splitlines()[0]}). Put the file back"
            " from a backup; `hub verify` says what else differs."
        ) from error


def _read_group(
    file: pq.ParquetFile, group: int, missing: dict[str, Wanted]
) -> Iterator[tuple[str, bytes]]:
    batches = file.iter_batches(
        batch_size=_BATCH_ROWS, row_groups=[group], columns=["image_id", "content"]
    )
    for batch in batches:
        for row, image_id in enumerate(batch["image_id"].to_pylist()):
            if image_id in missing:
                yield image_id, batch["content"][row].as_py()
