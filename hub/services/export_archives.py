"""Exports as one zip: a subset in another tool's format, made once and kept to be downloaded."""

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from hub.config import Settings
from hub.db import OpenDb
from hub.errors import ExportError, NotFound, StorageError
from hub.exports.claiming import claimed
from hub.exports.formats import FORMATS
from hub.exports.zipping import read_span, zip_folder
from hub.objects.local import Objects
from hub.rules.locks import Lock, Notes
from hub.rules.manifests import is_sha256
from hub.services import exports, subsets
from hub.services.sources import open_source
from hub.threads import Watch, unwatched

FOLDER = "exports"
"""Of the objects, and of a hub's home where they are made."""

_DAY_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Made:
    """A zip that is there; its bytes never change under its sha256."""

    root: str
    format: str
    size_bytes: int
    sha256: str
    path: Path

    @property
    def etag(self) -> str:
        return self.sha256

    def read(self, first: int, end: int) -> Iterator[bytes]:
        """Yield the bytes from `first` up to `end`. Raises NotFound if the zip was removed."""
        try:
            file = self.path.open("rb")
        except FileNotFoundError as error:
            raise NotFound(
                f"The zip of format {self.format} was removed; ask for it again."
            ) from error
        return read_span(file, first, end)


def make(
    settings: Settings, open_db: OpenDb, *, root: str, format: str, watch: Watch = unwatched
) -> dict[str, Any]:
    """Make the zip of a subset in a format of `FORMATS`, unless it is there; return what it is.

    Its files are those of an export, stored, by name. Memory: about 100 bytes a file. May be
    killed anywhere and run again. Raises NotFound for another format or an unknown root,
    ExportError, PictureUnreadable, StorageError.
    """
    check_format(format)
    with open_db() as db:
        lock = subsets.find_lock(db, root)
    # Of one root there may be subsets of several people: nobody's notes go to the others.
    lock = replace(lock, notes=Notes())
    _remove_left_behind(settings.home / FOLDER)
    work = settings.home / FOLDER / f"{lock.root}-{format}"
    try:
        with claimed(work):
            made = find_made(settings, lock.root, format)
            try:
                made = made or _make(settings, lock, format, work=work, watch=watch)
            finally:
                shutil.rmtree(work, ignore_errors=True)
    except BlockingIOError as error:
        raise ExportError(
            f"The zip of {lock.title} as {format} is being made by another process; wait for it."
        ) from error
    return {key: value for key, value in asdict(made).items() if key != "path"}


def find_made(settings: Settings, root: str, format: str) -> Made | None:
    """Return the zip of a root in a format, or None if it was not made, or was removed."""
    objects = Objects(settings.objects_root)
    if format not in FORMATS or not is_sha256(root):
        return None
    try:
        said = json.loads(objects.get(_key(root, format, "json")))
        path = objects.path(_key(root, format, "zip"))
        if path.stat().st_size != said["size_bytes"]:
            return None
    except (OSError, ValueError):
        return None
    return Made(root, format, said["size_bytes"], said["sha256"], path)


def check_format(format: str) -> None:
    """Raises NotFound for a name that is none of `FORMATS`."""
    if format not in FORMATS:
        raise NotFound(f"There is no format '{format}'; the formats are {', '.join(FORMATS)}.")


def _key(root: str, format: str, ending: str) -> str:
    return f"{FOLDER}/{root}/{format}.{ending}"


def _remove_left_behind(folder: Path) -> None:
    """Remove what calls that died a day ago or earlier had begun."""
    for work in folder.glob("*"):
        with suppress(BlockingIOError, FileNotFoundError):
            if time.time() - work.stat().st_mtime > _DAY_SECONDS:
                with claimed(work):
                    shutil.rmtree(work, ignore_errors=True)


def _make(settings: Settings, lock: Lock, format: str, *, work: Path, watch: Watch) -> Made:
    folder = work / "files"
    exports.export(open_source(settings, lock), format, folder=folder, watch=watch)
    objects, key = Objects(settings.objects_root), _key(lock.root, format, "zip")
    try:
        with objects.incoming() as incoming:
            digest, size = sha256(), 0
            for chunk in zip_folder(folder):
                incoming.write(chunk)
                digest.update(chunk)
                size += len(chunk)
            objects.accept(incoming, key)
        made = Made(lock.root, format, size, digest.hexdigest(), objects.path(key))
        said = {"size_bytes": size, "sha256": made.sha256}
        # Last: where this is, there is the zip that it speaks of.
        objects.put(_key(lock.root, format, "json"), json.dumps(said).encode())
        objects.sync()
    except OSError as error:
        raise StorageError(
            f"The objects' folder does not take the zip ({error.strerror}): make room or open it,"
            " and ask again."
        ) from error
    return made
