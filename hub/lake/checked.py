"""What validation found of the files of a batch: streamed whole, or of a few files with packs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from hub.lake.packs import Packed
from hub.lake.tables import read_rows, stream_rows

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


def stream_good(lake_root: str, batch_no: int, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Yield columns of the good files of a batch in constant memory.

    Nothing where the table lacks one of the columns, as one of the hub's first release does.
    Raises LakeUnreadable.
    """
    wanted = (pc.field("batch_no") == batch_no) & pc.field("reason").is_null()
    return stream_rows(lake_root, "files_checked", columns=columns, where=wanted)


def find_checked(lake_root: str, batch_of_file: Mapping[int, int]) -> dict[int, CheckedFile]:
    """Return the good ones of some files, by file_id, given the batch that each was checked in.

    Raises LakeUnreadable.
    """
    if not batch_of_file:
        return {}
    wanted = (
        pc.field("batch_no").isin(sorted({*batch_of_file.values()}))
        & pc.field("file_id").isin(sorted(batch_of_file))
        & pc.field("reason").is_null()
    )
    found = read_rows(lake_root, "files_checked", where=wanted, columns=_COLUMNS, newer=_NEWER)
    return {row["file_id"]: _checked(row) for row in found.to_pylist()} if found else {}


def _checked(row: dict[str, Any]) -> CheckedFile:
    batch_key, pack = row.pop("batch_key"), row.pop("pack", None)
    packed = None if pack is None else Packed(batch_key, pack, row["image_id"])
    return CheckedFile(packed=packed, **row)
