"""The range index beside a data file: a cache, so that its bytes are found without its footer.

An absent, damaged or outdated index is made again from the data file.
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pyarrow as pa

from hub.lake.ranges import CONTENT, Index, index_file

INDEX_FOLDER = "_index"
"""Readers of Delta and its VACUUM leave folders alone whose name begins with an underscore."""

_SUFFIX = ".idx"
_VERSION = b"1"


def index_path(path: str | Path) -> Path:
    """Return where the index of a data file lies, or would lie."""
    data = Path(path)
    return data.parent / INDEX_FOLDER / f"{data.name}{_SUFFIX}"


def data_path(index: Path) -> Path:
    """Return the data file that an index is of."""
    return index.parent.parent / index.name.removesuffix(_SUFFIX)


def write_index(path: str | Path, columns: Sequence[str] = CONTENT) -> Index:
    """Index a data file and keep the index beside it; raises as `index_file` does.

    An index that cannot be kept, as in a lake that may only be read, is returned all the same.
    """
    made_of = _state_of(path)
    index = index_file(path, columns)
    _keep(path, index.table, made_of=made_of)
    return index


def _keep(path: str | Path, table: pa.Table, *, made_of: bytes) -> None:
    target = index_path(path)
    incoming = target.with_name(f".{target.name}.{uuid4().hex}.tmp")
    with suppress(OSError):
        target.parent.mkdir(exist_ok=True)
        try:
            marked = table.replace_schema_metadata({"version": _VERSION, "of": made_of})
            with (
                pa.OSFile(str(incoming), "wb") as sink,
                pa.ipc.new_file(sink, marked.schema) as out,
            ):
                out.write_table(marked, max_chunksize=max(1, marked.num_rows))
            os.replace(incoming, target)
        finally:
            incoming.unlink(missing_ok=True)


def load_index(path: str | Path, columns: Sequence[str] = CONTENT) -> Index:
    """Return the index beside a data file, made again if it is absent, damaged or of another file.

    Raises as `index_file` does.
    """
    kept = _read_index(index_path(path), of=_state_of(path), columns=columns)
    return kept or write_index(path, columns)


def forget_index(path: str | Path) -> None:
    """Remove the index of a data file that has turned out wrong; the next load makes it again."""
    with suppress(OSError):
        index_path(path).unlink()


def _state_of(path: str | Path) -> bytes:
    """Tell a file from another that was written under its name."""
    status = os.stat(path)
    return f"{status.st_size} {status.st_mtime_ns}".encode()


def _read_index(path: Path, *, of: bytes, columns: Sequence[str]) -> Index | None:
    try:
        # Mapped: one lookup among a hundred thousand rows touches some twenty pages.
        with pa.memory_map(str(path)) as source, pa.ipc.open_file(source) as kept:
            table = kept.read_all()
    except (OSError, pa.ArrowException):
        return None
    said = table.schema.metadata or {}
    names = {f"{column}_{what}" for column in columns for what in ("offset", "length")}
    is_right = (said.get(b"version"), said.get(b"of")) == (_VERSION, of)
    return Index(table) if is_right and names <= {*table.column_names} else None
