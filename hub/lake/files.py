"""The data files of the lake's tables: those of the newest snapshot, and those of none."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from hub.lake.tables import find_table, table_path


@dataclass(frozen=True, slots=True)
class DataFile:
    path: str
    size_bytes: int


def list_files(lake_root: str, table: str) -> list[DataFile]:
    """Return the files of a table's newest snapshot, none where there is no table yet."""
    found = find_table(lake_root, table)
    if found is None:
        return []
    actions = pa.table(found.get_add_actions(flatten=True)).to_pylist()
    root = table_path(lake_root, table)
    return [DataFile(f"{root}/{file['path']}", file["size_bytes"]) for file in actions]


def list_unreferenced(lake_root: str, table: str, *, retention_hours: int) -> list[Path]:
    """Return files in a table's folder that no snapshot of the last hours refers to.

    That is what Delta's VACUUM would remove: files whose removal was committed so long ago, and
    files that are as old and stand in no commit. Nothing below a name with an underscore.
    """
    found = find_table(lake_root, table)
    if found is None:
        return []
    # A dry run: it lists, and commits nothing.
    names = found.vacuum(retention_hours, dry_run=True, enforce_retention_duration=False, full=True)
    return [Path(table_path(lake_root, table)) / name for name in sorted(names)]
