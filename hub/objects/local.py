"""Immutable objects in a folder: bytes by key, whole or not there at all."""

import ctypes
import filecmp
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from hub.errors import StorageError

# No segment begins with a dot: '.', '..' and our own temporary files are never keys.
_KEY = re.compile(r"[A-Za-z0-9_=-][A-Za-z0-9._=-]*(/[A-Za-z0-9_=-][A-Za-z0-9._=-]*)*")
_INCOMING = ".incoming"
_STALE_SECONDS = 24 * 3600


class Objects:
    """Bytes by key under one folder. Threads and processes may share it."""

    def __init__(self, root: str | Path) -> None:
        self._root = Path(root)

    def path(self, key: str) -> Path:
        """Return where the object of that key lies, or would lie."""
        if not _KEY.fullmatch(key):
            raise ValueError(f"{key!r} is not an object key")
        return self._root / key

    def exists(self, key: str) -> bool:
        """Tell whether there is an object of that key."""
        return self.path(key).is_file()

    def get(self, key: str) -> bytes:
        """Return the bytes. Raises FileNotFoundError if there is no such object."""
        return self.path(key).read_bytes()

    def put(self, key: str, content: bytes) -> None:
        """Store the bytes under a key; an equal object that is there already is kept."""
        with self.incoming() as incoming:
            incoming.write(content)
            self.accept(incoming, key)

    @contextmanager
    def incoming(self) -> Iterator[BinaryIO]:
        """Open a file to fill, for bytes whose key is known only once they are read.

        Give it to `accept`; what was not accepted is gone when the block ends. It lies in the
        objects' own file system, so that accepting it is a rename.
        """
        path = self._root / _INCOMING / uuid4().hex
        with _create(path) as incoming:
            try:
                yield incoming
            finally:
                path.unlink(missing_ok=True)

    def accept(self, incoming: BinaryIO, key: str) -> None:
        """Make what was written to `incoming` the object of that key, unless an equal one is there.

        Equal means every byte: a power cut can leave an object cut short, and this mends it. An
        object that is kept counts as new: who asks for it again must not lose it to `remove_old`.
        """
        incoming.flush()
        target = self.path(key)
        # What another account stored is replaced where its time cannot be set.
        with suppress(FileNotFoundError, PermissionError):
            if filecmp.cmp(incoming.name, target, shallow=False):
                os.utime(target)
                return
        try:
            os.replace(incoming.name, target)
        except FileNotFoundError:
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(incoming.name, target)

    def renew(self, key: str) -> bool:
        """Count an object as new, as `accept` does; False if there is none."""
        try:
            os.utime(self.path(key))
        except FileNotFoundError:
            return False
        except PermissionError:
            # Another account stored it: write it anew, under our own name.
            self.put(key, self.get(key))
        return True

    def sync(self) -> None:
        """Return once every object stored so far is on disk, its name included.

        One call for thousands of objects: an fsync each would cost a disk flush a file.
        Raises StorageError if the disk refused some of the bytes.
        """
        folder = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            _sync_file_system(folder)
        finally:
            os.close(folder)

    def list_folder(self, prefix: str) -> Iterator[str]:
        """Yield the keys of the objects and folders right below a prefix, in their order."""
        with suppress(FileNotFoundError, NotADirectoryError):
            for name in sorted(os.listdir(self.path(prefix))):
                if _KEY.fullmatch(name):
                    yield f"{prefix}/{name}"

    def size_of_old(self, key: str) -> int | None:
        """Return the bytes of an object that nobody stored or accepted again for a day, or None."""
        return _size_of_old(self.path(key))

    def remove_old(self, key: str) -> bool:
        """Remove such an object; False if it turns out to be wanted again, or is not there."""
        path, aside = self.path(key), self._root / _INCOMING / uuid4().hex
        aside.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.rename(path, aside)
        except FileNotFoundError:
            return False
        # Looked at once nobody else can reach it: it may have been accepted again just before.
        if _size_of_old(aside) is None:
            os.replace(aside, path)
            return False
        aside.unlink()
        return True

    def list_stale(self) -> Iterator[Path]:
        """Yield what calls that died a day ago or earlier left unaccepted."""
        for path in sorted((self._root / _INCOMING).glob("*")):
            if _size_of_old(path) is not None:
                yield path

    def remove_stale(self) -> None:
        """Remove what `list_stale` yields."""
        for path in self.list_stale():
            path.unlink(missing_ok=True)


def _size_of_old(path: Path) -> int | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_size if time.time() - status.st_mtime > _STALE_SECONDS else None


def _create(path: Path) -> BinaryIO:
    try:
        return path.open("xb")
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("xb")


def _sync_file_system(folder: int) -> None:
    syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if syncfs is None:
        # Not Linux: all file systems, and errors pass unseen.
        os.sync()
    elif syncfs(folder) != 0:
        reason = os.strerror(ctypes.get_errno())
        raise StorageError(f"The disk did not take the objects ({reason}): mend it and run again.")
