"""Finds where published pictures lie in the newest snapshot, whatever their number and order."""

from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from hub.lake.indexes import forget_index, load_index
from hub.lake.pages import NotPlain
from hub.lake.ranges import Digests, Index, Range, digests_of, index_ids
from hub.lake.tables import find_table, table_path

_KEPT_ROWS = 65_536
"""Of all indexes that stay mapped: 48 bytes each."""

KeyNumbers: TypeAlias = npt.NDArray[np.integer[npt.NBitBase]]


class Published(Protocol):
    """A picture, as a manifest or the catalogue knows it."""

    @property
    def image_id(self) -> str: ...

    @property
    def label_key(self) -> str:
        """Of the label that it was first published under."""

    @property
    def size_bytes(self) -> int: ...

    @property
    def crc32(self) -> int: ...


@dataclass(frozen=True)
class Asked:
    """Pictures to find: a row each."""

    digests: Digests
    sizes: npt.NDArray[np.int64]
    """In bytes."""
    key_numbers: KeyNumbers
    """Which of `label_keys` each was first published under."""
    label_keys: Sequence[str]
    """Sorted, each once."""

    def __len__(self) -> int:
        return len(self.digests)

    def part(self, first: int, end: int) -> "Asked":
        here = slice(first, end)
        return Asked(self.digests[here], self.sizes[here], self.key_numbers[here], self.label_keys)


def ask(pictures: Sequence[Published]) -> Asked:
    """Ask for pictures, in any order."""
    keys = sorted({one.label_key for one in pictures})
    numbers = {key: number for number, key in enumerate(keys)}
    return Asked(
        digests_of(one.image_id for one in pictures),
        np.array([one.size_bytes for one in pictures], dtype=np.int64),
        np.array([numbers[one.label_key] for one in pictures], dtype=np.int64),
        keys,
    )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a picture's bytes lie."""

    path: str
    range: Range | None
    """None: not in one piece of that file, which is compressed or not plain otherwise."""


@dataclass(frozen=True, slots=True)
class _DataFile:
    path: str
    low: str | None
    """The smallest label_key in it, as far as its statistics say."""
    high: str | None


class Locator:
    """Where the pictures of a lake are. Threads may share one. Call `renew` before `find`.

    Of the indexes beside the data files a bounded number stays mapped into memory.
    """

    def __init__(self, lake_root: str) -> None:
        self._lake_root = lake_root
        self._table: DeltaTable | None = None
        self._version = -1
        self._files: list[_DataFile] = []
        self._indexes: OrderedDict[str, Index] = OrderedDict()
        self._mapped_rows = 0
        self._distrusted: set[str] = set()
        self._lock = Lock()

    def renew(self) -> None:
        """See commits that are newer. Raises LakeUnreadable."""
        with self._lock:
            self._renew()

    def _renew(self) -> None:
        try:
            if self._table is None:
                self._table = find_table(self._lake_root, "images")
            else:
                self._table.update_incremental()
        except (DeltaError, OSError):
            # The lake was moved away, or put back from a backup.
            self._table = find_table(self._lake_root, "images")
        version = self._table.version() if self._table else -1
        if version != self._version:
            root = table_path(self._lake_root, "images")
            self._files = _list_files(self._table, root) if self._table else []
            self._version = version

    def look_again(self, asked: Asked) -> None:
        """See newer commits, and let indexes be made again that may be wrong of these pictures.

        Each index is made again once at most. Raises LakeUnreadable.
        """
        with self._lock:
            self._table, self._version = None, -1
            self._renew()
            for file in self._files:
                low, high = _numbers_between(asked.label_keys, file)
                may_hold = bool(np.any((asked.key_numbers >= low) & (asked.key_numbers < high)))
                if may_hold and file.path not in self._distrusted:
                    self._distrusted.add(file.path)
                    self._drop(file.path)
                    forget_index(file.path)

    def find(self, asked: Asked) -> list[Place | str]:
        """Return where each of the pictures lies, or why that cannot be told."""
        with self._lock:
            return self._find(asked)

    def _find(self, asked: Asked) -> list[Place | str]:
        digests, first, given = np.unique(asked.digests, return_index=True, return_inverse=True)
        numbers = asked.key_numbers[first]
        found: list[Place | str] = ["is not in the lake's newest snapshot"] * len(digests)
        is_open = np.ones(len(digests), dtype=np.bool_)
        for file in self._files:
            low, high = _numbers_between(asked.label_keys, file)
            here = np.flatnonzero(is_open & (numbers >= low) & (numbers < high))
            if not len(here):
                continue
            try:
                which, places = self._match(file.path, digests[here])
            except UNREADABLE as error:
                for number in here.tolist():
                    found[number] = f"may be in {file.path}, which {why_unreadable(error)}"
                continue
            for number, place in zip(here[which].tolist(), places, strict=True):
                found[number] = place
            is_open[here[which]] = False
        return [found[number] for number in given.tolist()]

    def _match(self, path: str, digests: Digests) -> tuple[npt.NDArray[np.int64], list[Place]]:
        index = self._index(path)
        which, rows = index.match(digests)
        if not index.is_plain:
            return which, [Place(path, None)] * len(which)
        return which, [Place(path, one) for one in index.ranges(rows)]

    def _index(self, path: str) -> Index:
        index = self._indexes.get(path)
        if index is None:
            index = self._indexes[path] = _load(path)
            self._mapped_rows += index.table.num_rows
            while self._mapped_rows > _KEPT_ROWS and len(self._indexes) > 1:
                self._drop(next(iter(self._indexes)))
        self._indexes.move_to_end(path)
        return index

    def _drop(self, path: str) -> None:
        if index := self._indexes.pop(path, None):
            self._mapped_rows -= index.table.num_rows


@lru_cache(maxsize=4)
def shared_locator(lake_root: str) -> Locator:
    """Return the process's one locator of a lake, with the indexes that it keeps mapped."""
    return Locator(lake_root)


def _list_files(table: DeltaTable, root: str) -> list[_DataFile]:
    actions = pa.table(table.get_add_actions(flatten=True)).to_pylist()
    return [
        _DataFile(
            f"{root}/{action['path']}", action.get("min.label_key"), action.get("max.label_key")
        )
        for action in sorted(actions, key=lambda action: str(action["path"]))
    ]


def _numbers_between(label_keys: Sequence[str], file: _DataFile) -> tuple[int, int]:
    if file.low is None or file.high is None:
        return 0, len(label_keys)
    return bisect_left(label_keys, file.low), bisect_right(label_keys, file.high)


def _load(path: str) -> Index:
    try:
        return load_index(path)
    except NotPlain:
        return index_ids(path)


UNREADABLE = (OSError, pa.ArrowException, KeyError, UnicodeDecodeError, NotPlain)


def why_unreadable(error: Exception) -> str:
    """Say what is the matter with a data file."""
    if isinstance(error, FileNotFoundError):
        return "went away, as by a compaction and a vacuum"
    reason = next(iter(str(error).splitlines()), type(error).__name__)
    return f"cannot be read ({reason}): put it back from a backup"


def image_id_of(digests: Digests, number: int) -> str:
    """Return one of some digests in hex."""
    # Not numpy's own bytes: they would lose zeros at the end.
    return digests[number : number + 1].tobytes().hex()
