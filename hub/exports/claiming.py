"""What pulls and exports ask of a folder that they write: is it theirs, and what is there."""

import fcntl
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hub.errors import LockError
from hub.exports.tables import LOCK
from hub.rules.locks import Lock, parse_lock
from hub.rules.manifests import Picture

_LONGEST = 1 << 20
"""Of a lock, in bytes."""


@contextmanager
def claimed(root: Path) -> Iterator[None]:
    """Make a folder and keep other pulls and exports out of it for the block.

    Raises BlockingIOError if it is in use, another OSError if it cannot be made.
    """
    root.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        # On the folder itself: nothing is left behind, however the process ends.
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def lock_in(root: Path) -> Lock | None:
    """Return the lock of the download that a folder holds, or None where there is no sound one."""
    path = root / LOCK
    try:
        # What others put there may be a pipe or a device, which never ends.
        if not path.is_file():
            return None
        with path.open("rb") as file:
            return parse_lock(file.read(_LONGEST).decode(), where=str(path))
    except (LockError, OSError, UnicodeDecodeError):
        return None


def is_whole(path: Path, picture: Picture) -> bool:
    """Tell whether a picture's file is there, whole: its sha256 is its id. Raises OSError."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return False
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size != picture.size_bytes:
                return False
            return hashlib.file_digest(file, "sha256").hexdigest() == picture.image_id
    except FileNotFoundError:
        return False
