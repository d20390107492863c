"""How much room the hub takes, and how much is left, measured in bounded time."""

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from hub.config import Settings
from hub.errors import LakeUnreadable
from hub.lake.files import list_files
from hub.lake.tables import TABLES

_FOLDERS = {
    "landing": "Files as they were received",
    "thumbnails": "Thumbnails",
    "manifests": "Manifests of subsets",
    "exports": "Exports",
    "models": "Models",
}
_FOLDER_SECONDS = 0.5


@dataclass(frozen=True)
class Room:
    """What one kind of thing takes; where it `is_partial`, it takes at least that."""

    name: str
    files: int
    bytes: int
    is_partial: bool = False


@dataclass(frozen=True)
class Storage:
    lake: list[Room]
    """The newest snapshot of each table; old versions, until a vacuum, come on top."""
    objects: list[Room]
    free_bytes: int
    total_bytes: int


def measure(settings: Settings) -> Storage:
    """Measure the lake by its own lists of files, other folders for half a second each."""
    root = Path(settings.objects_root)
    usage = shutil.disk_usage(next(path for path in (root, *root.parents) if path.exists()))
    return Storage(
        lake=[room for table in TABLES if (room := _table(settings.lake_root, table))],
        objects=[_folder(root / folder, name) for folder, name in _FOLDERS.items()],
        free_bytes=usage.free,
        total_bytes=usage.total,
    )


def _table(lake_root: str, table: str) -> Room | None:
    try:
        files = list_files(lake_root, table)
    except LakeUnreadable:
        return None
    return Room(table, len(files), sum(file.size_bytes for file in files))


def _folder(folder: Path, name: str) -> Room:
    files = size = 0
    until = monotonic() + _FOLDER_SECONDS
    for entry in _files_below(folder):
        with suppress(FileNotFoundError):
            size += entry.stat(follow_symlinks=False).st_size
            files += 1
        if monotonic() > until:
            return Room(name, files, size, is_partial=True)
    return Room(name, files, size)


def _files_below(folder: Path) -> Iterator["os.DirEntry[str]"]:
    """Yield the files; folders that go meanwhile, or are not there, hold none."""
    try:
        entries = [*os.scandir(folder)]
    except OSError:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _files_below(Path(entry.path))
        else:
            yield entry
