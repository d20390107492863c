"""Reads a snapshot of the lake's Delta tables without Spark."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from hub.errors import LakeUnreadable

OWNER = "deepImagesHub.hubId"
"""The table property that names the hub which writes a table."""

TABLES = (
    "files_checked",
    "duplicates",
    "images_related",
    "images_kept",
    "images",
    "images_augmented",
)

_ROWS = 16_384


def table_path(lake_root: str, table: str) -> str:
    return f"{lake_root}/{table}"


def app_id(hub_id: str, table: str) -> str:
    """Name the sequence of transactions by which this hub fills a table."""
    return f"{hub_id}/{table}"


def find_table(lake_root: str, table: str) -> DeltaTable | None:
    """Open the newest snapshot of a table, or None where the lake does not have it yet.

    Raises LakeUnreadable if its log is damaged.
    """
    path = table_path(lake_root, table)
    try:
        return DeltaTable(path) if DeltaTable.is_deltatable(path) else None
    except (DeltaError, OSError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise LakeUnreadable(
            f"Table {table} of the lake cannot be opened ({reason}). Restore {path} from a backup;"
            " `hub verify` names what else differs."
        ) from error


def owner(lake_root: str, table: str) -> str | None:
    """Return the hub that made a table, or None where there is none or it does not say."""
    found = find_table(lake_root, table)
    return found.metadata().configuration.get(OWNER) if found else None


def last_batch(lake_root: str, table: str, *, hub_id: str) -> int:
    """Return the number of the last batch committed to a table, 0 before the first."""
    found = find_table(lake_root, table)
    version = found.transaction_version(app_id(hub_id, table)) if found else None
    return version or 0


@contextmanager
def reading(path: str) -> Iterator[None]:
    """Say of a data file that is lost or damaged what can be done; raises LakeUnreadable."""
    try:
        yield
    except FileNotFoundError as error:
        raise LakeUnreadable(
            f"{path} of the lake is missing. Run the same command again if a vacuum ran meanwhile;"
            f" else {_RESTORE}"
        ) from error
    except (OSError, pa.ArrowException) as error:
        reason = " ".join(str(error).split())
        raise LakeUnreadable(
            f"{path} of the lake cannot be read ({reason.rstrip('.')}): {_RESTORE}"
        ) from error


_RESTORE = (
    "put that file back from a backup of the lake's folder; `hub verify` names what else differs."
)


def read_rows(
    lake_root: str,
    table: str,
    *,
    where: pc.Expression,
    columns: Sequence[str],
    newer: Sequence[str] = (),
) -> pa.Table | None:
    """Read columns of the rows for which `where` holds; None where there is no such table yet.

    Columns of `newer` come along where the table has them: one that an earlier release of the hub
    wrote may lack them. Raises LakeUnreadable, naming the file, if one is lost or damaged.
    """
    found = find_table(lake_root, table)
    if found is None:
        return None
    dataset = found.to_pyarrow_dataset()
    names = [*columns, *(name for name in newer if name in dataset.schema.names)]
    rows = [*_batches(table_path(lake_root, table), dataset, names, where)]
    return pa.Table.from_batches(rows, pa.schema([dataset.schema.field(name) for name in names]))


def stream_rows(
    lake_root: str,
    table: str,
    *,
    columns: Sequence[str],
    where: pc.Expression | None = None,
) -> Iterator[pa.RecordBatch]:
    """Yield columns of the rows for which `where` holds, in constant memory.

    Nothing where there is no such table yet, or it lacks one of the columns, as one that an
    earlier release wrote may. Raises LakeUnreadable as `read_rows` does.
    """
    found = find_table(lake_root, table)
    dataset = found.to_pyarrow_dataset() if found else None
    if dataset is not None and {*columns} <= {*dataset.schema.names}:
        yield from _batches(table_path(lake_root, table), dataset, columns, where)


def _batches(
    folder: str, dataset: Any, columns: Sequence[str], where: pc.Expression | None
) -> Iterator[pa.RecordBatch]:
    """Read file by file, so that one that is damaged is named."""
    for fragment in dataset.get_fragments(where):
        with reading(f"{folder}/{fragment.path}"):
            yield from fragment.to_batches(
                dataset.schema, columns=[*columns], filter=where, batch_size=_ROWS
            )


def read_batch(
    lake_root: str,
    table: str,
    *,
    batch_no: int,
    columns: Sequence[str],
    newer: Sequence[str] = (),
) -> pa.Table | None:
    """Read columns of one batch's rows, as `read_rows` does."""
    where = pc.field("batch_no") == batch_no
    return read_rows(lake_root, table, where=where, columns=columns, newer=newer)


def batch_keys(lake_root: str, table: str, *, batch_no: int) -> frozenset[str]:
    """Return the keys of the batches whose rows a table holds under a number."""
    rows = read_batch(lake_root, table, batch_no=batch_no, columns=["batch_key"])
    return frozenset() if rows is None else frozenset(pc.unique(rows["batch_key"]).to_pylist())
