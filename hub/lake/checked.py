"""What validation found of the files of a batch: streamed whole, or of a few files with packs."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from hub.errors import LakeUnreadable
from hub.lake.packs import Packed
from hub.lake.tables import find_table, table_path

_ROWS = 16_384
_COLUMNS = ["batch_key", "file_id", "image_id"]
_NEWER = ["format", "width_px", "height_px", "size_bytes", "pack"]
"""What a table that an earlier release wrote may lack."""


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A good file as its checks saw it."""

    file_id: int
    image_id: str
    """Of its published form, whether it was published or not."""
    packed: Packed | None
    """Where its thumbnails are; this and what follows is None where an earlier release did not
    write it down."""
    format: str | None = None
    width_px: int | None = None
    height_px: int | None = None
    size_bytes: int | None = None


@contextmanager
def reading(lake_root: str, table: str) -> Iterator[None]:
    """Say of a data file that is lost or damaged what can be done; raises LakeUnreadable."""
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        reason = str(error).strip().partition("\n")[0]
        raise LakeUnreadable(
            f"table {table} of the lake cannot be read ({reason}). Run the same command again if a"
            f" vacuum ran meanwhile; else restore {table_path(lake_root, table)} from a backup:"
            " `hub verify` names what differs."
        ) from error


def stream_good(lake_root: str, batch_no: int, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Yield columns of the good files of a batch in constant memory.

    Nothing where the table lacks one of the columns, as one of the hub's first release does.
    Raises LakeUnreadable.
    """
    table = find_table(lake_root, "files_checked")
    dataset = table.to_pyarrow_dataset() if table else None
    if dataset is None or not {*columns} <= {*dataset.schema.names}:
        return
    wanted = (pc.field("batch_no") == batch_no) & pc.field("reason").is_null()
    # Each fragment is small beside a batch: no more than one is read ahead.
    scanner = dataset.scanner(
        columns=list(columns), filter=wanted, batch_size=_ROWS, fragment_readahead=1
    )
    with reading(lake_root, "files_checked"):
        yield from scanner.to_batches()


def find_checked(lake_root: str, batch_of_file: Mapping[int, int]) -> dict[int, CheckedFile]:
    """Return the good ones of some files, by file_id, given the batch that each was checked in.

    Raises LakeUnreadable.
    """
    table = find_table(lake_root, "files_checked")
    if table is None or not batch_of_file:
        return {}
    dataset = table.to_pyarrow_dataset()
    there = [name for name in _NEWER if name in dataset.schema.names]
    wanted = (
        pc.field("batch_no").isin(sorted({*batch_of_file.values()}))
        & pc.field("file_id").isin(sorted(batch_of_file))
        & pc.field("reason").is_null()
    )
    with reading(lake_root, "files_checked"):
        found = dataset.to_table(columns=_COLUMNS + there, filter=wanted, fragment_readahead=1)
    return {row["file_id"]: _checked(row) for row in found.to_pylist()}


def _checked(row: dict[str, Any]) -> CheckedFile:
    batch_key, pack = row.pop("batch_key"), row.pop("pack", None)
    packed = None if pack is None else Packed(batch_key, pack, row["image_id"])
    return CheckedFile(packed=packed, **row)
