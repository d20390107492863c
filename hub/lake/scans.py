"""Reads whole tables of the lake in pieces, and remembers which files could not be read."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import DeltaTable

from hub.errors import LakeUnreadable
from hub.lake import tables
from hub.rules.soundness import fault_of

_ROWS = 10_000
_PICTURES = 32
"""Rows read at a time where the bytes of pictures are among them."""


@dataclass(frozen=True)
class Damage:
    """A file of a table that is gone or cannot be read."""

    table: str
    path: str
    reason: str


@dataclass(frozen=True)
class DamagedPicture:
    image_id: str
    reason: str


class Snapshot:
    """The newest version of every table at one moment; later commits are not seen."""

    def __init__(self, lake_root: str) -> None:
        self._tables: dict[str, DeltaTable] = {}
        self._damages: dict[Damage, None] = {}
        for table in tables.TABLES:
            self._open(lake_root, table)

    def _open(self, lake_root: str, table: str) -> None:
        try:
            found = tables.find_table(lake_root, table)
        except LakeUnreadable as error:
            self._damages[Damage(table, "_delta_log", _first_line(error.__cause__ or error))] = None
            return
        if found is not None:
            self._tables[table] = found

    @property
    def damages(self) -> list[Damage]:
        """What the scans so far could not read."""
        return [*self._damages]

    @property
    def names(self) -> list[str]:
        return [*self._tables]

    def last_batch(self, table: str, *, hub_id: str) -> int:
        """Return the last batch number that the table's log remembers of this hub, else 0."""
        return self._tables[table].transaction_version(tables.app_id(hub_id, table)) or 0

    def count_batches(self, table: str) -> Counter[tuple[int, str]]:
        """Count the rows of every (batch_no, batch_key)."""
        counts: Counter[tuple[int, str]] = Counter()
        for piece in self._pieces(table, ["batch_no", "batch_key"]):
            groups = pa.table(piece).group_by(piece.schema.names).aggregate([([], "count_all")])
            for number, key, rows in zip(*groups.to_pydict().values(), strict=True):
                counts[number, key] += rows
        return counts

    def rows(
        self, table: str, columns: Sequence[str], *, batches: Sequence[int]
    ) -> Iterator[tuple[Any, ...]]:
        """Yield the columns of the rows of some batches; nothing of a table that is not there.

        A column that the table lacks, as an earlier release of the hub made it, is None.
        """
        chosen = pc.field("batch_no").isin(pa.array(batches, pa.int64()))
        there = [name for name in columns if name in self._columns(table)]
        for piece in self._pieces(table, there, filter=chosen):
            values = {name: piece.column(name).to_pylist() for name in there}
            absent = [None] * piece.num_rows
            yield from zip(*(values.get(name, absent) for name in columns), strict=True)

    def damaged_pictures(self) -> Iterator[DamagedPicture]:
        """Read every picture's bytes, and yield those that are not what their row says."""
        columns = ["image_id", "crc32", "size_bytes", "content"]
        for piece in self._pieces("images", columns, batch_size=_PICTURES, batch_readahead=1):
            for row in piece.to_pylist():
                reason = fault_of(**row)
                if reason:
                    yield DamagedPicture(row["image_id"], reason)

    def _columns(self, table: str) -> set[str]:
        found = self._tables.get(table)
        return {field.name for field in found.schema().fields} if found else set()

    def _pieces(
        self, table: str, columns: Sequence[str], *, batch_size: int = _ROWS, **options: Any
    ) -> Iterator[pa.RecordBatch]:
        if table not in self._tables:
            return
        dataset = self._tables[table].to_pyarrow_dataset()
        # Fragment by fragment: a file that is gone costs its own rows and no others.
        for fragment in dataset.get_fragments():
            try:
                yield from fragment.to_batches(
                    schema=dataset.schema, columns=[*columns], batch_size=batch_size, **options
                )
            except FileNotFoundError:
                self._damages[Damage(table, fragment.path, "is missing")] = None
            except (OSError, pa.ArrowException) as error:
                reason = f"cannot be read ({_first_line(error)})"
                self._damages[Damage(table, fragment.path, reason)] = None


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
