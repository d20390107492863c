"""Reads published pictures out of the lake without Spark, in little memory, every byte checked."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from hub.errors import PictureUnreadable
from hub.lake.indexes import forget_index, load_index, write_index
from hub.lake.pages import NotPlain
from hub.lake.ranges import WrongRange, read_ranges
from hub.lake.tables import find_table, table_path
from hub.rules.soundness import fault_of

_BATCH_ROWS = 8
"""Pictures are about 285 KB, and a few are many MB: this bounds the memory where no index helps."""
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
OnUnreadable: TypeAlias = Callable[[PictureUnreadable], None]


def raise_fault(wanted: Wanted, fault: str) -> None:
    raise PictureUnreadable(
        f"Picture {wanted.image_id} {fault}. Run `hub verify` to see what else differs."
    )


def raise_unreadable(error: PictureUnreadable) -> None:
    raise error


@dataclass(frozen=True, slots=True)
class Read:
    """A picture as a data file has it: sound if there is no fault."""

    wanted: Wanted
    content: bytes
    fault: str | None


def read_pictures(
    lake_root: str,
    wanted: Iterable[Wanted],
    *,
    on_fault: OnFault = raise_fault,
    on_unreadable: OnUnreadable = raise_unreadable,
) -> Iterator[tuple[Wanted, bytes]]:
    """Yield each wanted picture with its bytes, in the order in which the lake holds them.

    Only sound bytes are yielded: size, crc32 and sha256 are checked. `on_fault` is told of every
    other picture, damaged or absent from the newest snapshot, and `on_unreadable` of a whole file
    that is damaged or has gone away, up to twice; by default both raise PictureUnreadable.
    """
    missing = {one.image_id: one for one in wanted}
    # What the first look misses, as by an index that lies or a compaction, is looked for again.
    for anew in (False, True):
        for path in data_files(lake_root, (one.label_key for one in missing.values())):
            if not missing:
                return
            for read in _patiently(path, missing, anew, on_unreadable):
                del missing[read.wanted.image_id]
                if read.fault:
                    on_fault(read.wanted, read.fault)
                else:
                    yield read.wanted, read.content
    for one in missing.values():
        on_fault(one, "is not in the lake's newest snapshot")


def _patiently(
    path: str, missing: Mapping[str, Wanted], anew: bool, on_unreadable: OnUnreadable
) -> Iterator[Read]:
    try:
        yield from read_data_file(path, missing, anew=anew)
    except PictureUnreadable as error:
        on_unreadable(error)
    except FileNotFoundError:
        if anew:
            on_unreadable(
                PictureUnreadable(
                    f"{path} went away while the lake was read, as by a compaction and a vacuum."
                    " Run the same command again: it goes on where it stopped."
                )
            )


def data_files(lake_root: str, label_keys: Iterable[str]) -> list[str]:
    """Return the files of the newest snapshot that may hold pictures of any of the keys."""
    keys = sorted(set(label_keys))
    table = find_table(lake_root, "images") if keys else None
    if table is None:
        return []
    actions = pa.table(table.get_add_actions(flatten=True)).to_pylist()
    return [
        f"{table_path(lake_root, 'images')}/{file['path']}"
        for file in sorted(actions, key=lambda action: str(action["path"]))
        if _may_hold(file.get("min.label_key"), file.get("max.label_key"), keys)
    ]


def _may_hold(low: str | None, high: str | None, keys: Sequence[str]) -> bool:
    if low is None or high is None:
        return True
    first = bisect_left(keys, low)
    return first < len(keys) and keys[first] <= high


def read_data_file(
    path: str, wanted: Mapping[str, Wanted], *, anew: bool = False
) -> Iterator[Read]:
    """Yield those of the wanted pictures (by image_id) that a data file holds, each checked.

    Files can be read side by side. Where the index beside the file proves wrong, the reading of
    the file ends early; with `anew` the index is made again first. Reads nothing but the wanted
    bytes, or row groups where the bytes are not plain. Raises PictureUnreadable for a damaged
    file, FileNotFoundError for one that is gone.
    """
    try:
        for image_id, content in _contents(path, wanted, anew):
            one = wanted[image_id]
            yield Read(one, content, _fault_of(one, content))
    except WrongRange:
        forget_index(path)
    except FileNotFoundError:
        raise
    except (OSError, pa.ArrowException, KeyError, UnicodeDecodeError) as error:
        # The last two where the footer names its columns otherwise.
        raise PictureUnreadable(
            f"{path} of the lake cannot be read ({str(error).splitlines()[0]}). Put the file back"
            " from a backup; `hub verify` says what else differs."
        ) from error


def _contents(path: str, wanted: Mapping[str, Wanted], anew: bool) -> Iterator[tuple[str, bytes]]:
    try:
        index = write_index(path) if anew else load_index(path)
    except NotPlain:
        yield from read_row_groups(path, wanted.keys())
        return
    ids = [*dict.fromkeys(image_id for image_id in index.image_ids() if image_id in wanted)]
    places = zip(ids, index.find(ids), strict=True)
    found = sorted(
        ((place, one) for one, place in places if place), key=lambda pair: pair[0].offset
    )
    contents = read_ranges(path, [place for place, _ in found])
    yield from zip([one for _, one in found], contents, strict=True)


def _fault_of(wanted: Wanted, content: bytes) -> str | None:
    fault = fault_of(
        content, image_id=wanted.image_id, size_bytes=wanted.size_bytes, crc32=wanted.crc32
    )
    return f"is damaged in the lake: it {fault}" if fault else None


def read_row_groups(path: str, wanted: Set[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the bytes of wanted pictures (image_ids) of any data file, unchecked, as they come.

    Reads every row group that has one of them. Raises OSError, ArrowException, KeyError or
    UnicodeDecodeError if it cannot.
    """
    with pq.ParquetFile(path, buffer_size=_READ_BYTES, pre_buffer=False) as file:
        for group in range(file.num_row_groups):
            ids = file.read_row_group(group, columns=["image_id"])["image_id"].to_pylist()
            if not wanted.isdisjoint(ids):
                yield from _from_group(file, group, wanted)


def _from_group(file: pq.ParquetFile, group: int, wanted: Set[str]) -> Iterator[tuple[str, bytes]]:
    batches = file.iter_batches(
        batch_size=_BATCH_ROWS, row_groups=[group], columns=["image_id", "content"]
    )
    for batch in batches:
        for row, image_id in enumerate(batch["image_id"].to_pylist()):
            if image_id in wanted:
                yield image_id, batch["content"][row].as_py()
