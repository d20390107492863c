"""Reads a snapshot of the lake's Delta tables without Spark."""

from collections.abc import Sequence

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
            f"table {table} of the lake cannot be opened ({reason}). Restore {path} from a backup;"
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


def read_batch(
    lake_root: str,
    table: str,
    *,
    batch_no: int,
    columns: Sequence[str],
    newer: Sequence[str] = (),
) -> pa.Table | None:
    """Read columns of one batch's rows; None where the lake does not have the table yet.

    Columns of `newer` come along where the table has them: one that an earlier release of the hub
    wrote may lack them.
    """
    found = find_table(lake_root, table)
    if found is None:
        return None
    dataset = found.to_pyarrow_dataset()
    there = [name for name in newer if name in dataset.schema.names]
    return dataset.to_table(columns=[*columns, *there], filter=pc.field("batch_no") == batch_no)


def batch_keys(lake_root: str, table: str, *, batch_no: int) -> frozenset[str]:
    """Return the keys of the batches whose rows a table holds under a number."""
    rows = read_batch(lake_root, table, batch_no=batch_no, columns=["batch_key"])
    return frozenset() if rows is None else frozenset(pc.unique(rows["batch_key"]).to_pylist())
