"""Vacuum: removes files that nothing refers to, and files as received whose time to undo is over.

Whatever it removes can be removed again or is a cache, so it may be killed at any point.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

import pyarrow as pa

from hub.catalogue import receipts, vacuum
from hub.db import Connection, OpenDb
from hub.lake import packs
from hub.lake.files import list_unreferenced
from hub.lake.indexes import INDEX_FOLDER, data_path, index_path
from hub.lake.tables import TABLES, stream_rows, table_path
from hub.objects.local import Objects
from hub.services import export_archives
from hub.services.leases import HeldLease

LANDING = "landing"
_AT_ONCE = 1000
"""Landing files looked at under one lock; who submits meanwhile waits hundredths of a second."""
_DAY_SECONDS = 24 * 3600
EXPORT_DAYS = 7
"""For how long a subset in another format is kept once it was made."""
_LEAST_HOURS, _MOST_HOURS = 24, 168


@dataclass(frozen=True)
class Removed:
    """What was removed of one kind, or would be."""

    kind: str
    files: int
    bytes: int


@dataclass(frozen=True)
class Vacuumed:
    is_dry_run: bool
    undo_days: int
    retention_hours: int
    """For how long files that a table no longer refers to were spared."""
    removed: list[Removed]


@dataclass
class Vacuum:
    """One run: where it cleans, by which rules, and what it has found so far."""

    open_db: OpenDb
    lease: HeldLease
    lake_root: str
    objects: Objects
    objects_root: str
    undo_days: int
    is_dry_run: bool
    found: Callable[[str, Path | str, int], None] = lambda kind, path, size: None
    """Is told of each file: its kind, its path or key, its bytes."""
    files: Counter[str] = field(default_factory=Counter)
    bytes: Counter[str] = field(default_factory=Counter)

    @property
    def retention_hours(self) -> int:
        """A week, as Delta's own, or the days of undo where they are fewer; a day at least.

        A reader that began on an older snapshot needs its files until it ends; a pull that finds
        some gone goes on with the newest snapshot.
        """
        return min(_MOST_HOURS, max(_LEAST_HOURS, 24 * self.undo_days))

    def count(self, kind: str, path: Path | str, size: int) -> None:
        self.files[kind] += 1
        self.bytes[kind] += size
        self.found(kind, path, size)


KINDS = ("landing", "data", "index", "pack", "export", "temporary")
"""Files as they were received, data files of the lake, their indexes, thumbnails, subsets made in
other formats, and what commands that died left unfinished."""


def vacuum_hub(run: Vacuum) -> Vacuumed:
    """Remove all that is no longer needed, or with `is_dry_run` only count it."""
    _confirm(run)
    vacuum_landing(run)
    gone = _vacuum_files(run, "data", _unreferenced(run))
    _vacuum_files(run, "index", _lost_indexes(run, gone))
    _vacuum_files(run, "pack", _lost_packs(run))
    _vacuum_files(run, "export", _old_exports(run))
    _vacuum_files(run, "temporary", _left_behind(run))
    return Vacuumed(
        is_dry_run=run.is_dry_run,
        undo_days=run.undo_days,
        retention_hours=run.retention_hours,
        removed=[Removed(kind, run.files[kind], run.bytes[kind]) for kind in KINDS],
    )


def _confirm(run: Vacuum) -> None:
    with run.open_db() as db:
        run.lease.confirm(db)


def vacuum_landing(run: Vacuum) -> None:
    """Remove files as received that no batch, no undo and no open upload may want any more."""
    if not run.is_dry_run:
        with run.open_db() as db:
            vacuum.remove_old_uploads(db)
    keys = chain.from_iterable(map(run.objects.list_folder, run.objects.list_folder(LANDING)))
    old = ((key, size) for key in keys if (size := run.objects.size_of_old(key)) is not None)
    while some := list(islice(old, _AT_ONCE)):
        with run.open_db() as db:
            run.lease.confirm(db)
            if not run.is_dry_run:
                # Whoever registers files, or receives one once more, waits for this lock: what is
                # not needed now cannot be registered before it is gone.
                receipts.lock_receipts(db)
            _vacuum_some(run, db, some)


def _vacuum_some(run: Vacuum, db: Connection, some: list[tuple[str, int]]) -> None:
    digests = [key.rpartition("/")[2] for key, _ in some]
    found = vacuum.list_needed_landing(db, digests, undo_days=run.undo_days)
    needed = {one.sha256 for one in found}
    for (key, size), digest in zip(some, digests, strict=True):
        if digest not in needed and (run.is_dry_run or run.objects.remove_old(key)):
            run.count("landing", key, size)


def _vacuum_files(run: Vacuum, kind: str, paths: Iterable[Path]) -> set[Path]:
    """Remove files, or only count them; return which."""
    gone = set()
    for path in paths:
        with suppress(FileNotFoundError):
            size = path.stat().st_size
            if not run.is_dry_run:
                path.unlink()
                if kind in ("pack", "export"):
                    _remove_empty(path.parent)
            run.count(kind, path, size)
            gone.add(path)
    return gone


def _remove_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def _unreferenced(run: Vacuum) -> Iterator[Path]:
    for table in TABLES:
        _confirm(run)
        for path in list_unreferenced(run.lake_root, table, retention_hours=run.retention_hours):
            yield path
            yield path.with_name(f".{path.name}.crc")  # Hadoop's checksum of it.


def _lost_indexes(run: Vacuum, gone: set[Path]) -> Iterator[Path]:
    for table in TABLES:
        for index in sorted(Path(table_path(run.lake_root, table), INDEX_FOLDER).glob("*.idx")):
            data = data_path(index)
            if data in gone or not data.exists():
                yield index


def _lost_packs(run: Vacuum) -> Iterator[Path]:
    """Yield packs of batches that Postgres does not know, and those of attempts left behind."""
    with run.open_db() as db:
        known = {batch.batch_key: batch.status for batch in vacuum.list_known_batches(db)}
    used = _packs_in_use(run.lake_root)
    for folder in sorted(Path(run.objects_root, packs.FOLDER).glob("*")):
        if known.get(folder.name) == "open":
            continue
        for pack in sorted(folder.glob("*.parquet")):
            if _is_old(pack) and (folder.name, pack.stem) not in used:
                yield index_path(pack)
                yield pack


def _packs_in_use(lake_root: str) -> set[tuple[str, str]]:
    """Return (batch key, name) of every pack that a checked file is in."""
    used: set[tuple[str, str]] = set()
    # The table of a hub older than packs has no such column.
    columns = ["batch_key", "pack"]
    for rows in stream_rows(lake_root, "files_checked", columns=columns):
        distinct = pa.table(rows).group_by(columns).aggregate([]).to_pylist()
        used.update((row["batch_key"], str(row["pack"])) for row in distinct)
    return used


def _old_exports(run: Vacuum) -> Iterator[Path]:
    """Yield what was made so long ago that whoever asked has it, or asks again."""
    for folder in sorted(Path(run.objects_root, export_archives.FOLDER).glob("*")):
        # What says that a zip is there goes before the zip.
        for path in sorted(folder.glob("*.json")) + sorted(folder.glob("*.zip")):
            if _is_old(path, days=EXPORT_DAYS):
                yield path


def _left_behind(run: Vacuum) -> Iterator[Path]:
    yield from run.objects.list_stale()
    pack_folder = Path(run.objects_root, packs.FOLDER)
    indexes = (Path(table_path(run.lake_root, table), INDEX_FOLDER) for table in TABLES)
    unfinished = chain(
        pack_folder.glob(f"*/{INDEX_FOLDER}/.*.tmp"),
        pack_folder.glob("*/.*.tmp"),
        *(folder.glob(".*.tmp") for folder in indexes),
    )
    yield from filter(_is_old, sorted(unfinished))


def _is_old(path: Path, *, days: int = 1) -> bool:
    with suppress(FileNotFoundError):
        return time.time() - path.stat().st_mtime > days * _DAY_SECONDS
    return False
