"""Brings suppliers' files among the objects: each is opened once and read once, in safety."""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from typing import BinaryIO, TypeAlias

from hub.errors import StorageError
from hub.objects.local import Objects
from hub.rules.landing import landing_key

# Reading waits for the disk, and hashing lets other threads run; more than this gained nothing.
_THREADS = 4
_WINDOW = 1024
_CHUNK_BYTES = 1024**2


@dataclass(frozen=True, slots=True)
class Landed:
    """A file whose bytes lie among the objects, as it was read."""

    path: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that could not be read whole, and why."""

    path: str
    reason: str
    message: str


Track: TypeAlias = Callable[[Iterator[Landed | Unread], int], Iterable[Landed | Unread]]


def untracked(files: Iterator[Landed | Unread], total: int) -> Iterable[Landed | Unread]:
    """Hand the files on without a word."""
    return files


class _Refused(Exception):
    def __init__(self, reason: str, message: str) -> None:
        self.reason = reason
        self.message = message


def land_files(
    paths: Iterable[str], objects: Objects, *, max_bytes: int
) -> Iterator[Landed | Unread]:
    """Copy each file to its landing object, several at a time; yield in the order given.

    Raises StorageError if the objects' folder does not take the bytes.
    """
    remaining = iter(paths)
    with ThreadPoolExecutor(_THREADS) as pool:
        # A window at a time: a call may bring a million files.
        while window := list(islice(remaining, _WINDOW)):
            yield from pool.map(lambda path: land_file(path, objects, max_bytes=max_bytes), window)


def land_file(path: str, objects: Objects, *, max_bytes: int) -> Landed | Unread:
    """Copy one file to its landing object. Raises StorageError as `land_files` does."""
    try:
        with _open_regular(path) as source:
            return _copy(path, source, objects, max_bytes)
    except _Refused as refused:
        return Unread(path, refused.reason, refused.message)
    except OSError as error:
        # What the source raises is refused above, so this is the hub's own side.
        raise _no_storage(error) from error


def land_chunks(
    path: str, chunks: Iterable[bytes], objects: Objects, *, max_bytes: int
) -> Landed | Unread:
    """Copy what somebody sends to its landing object; `path` is only what they call it.

    What breaks off leaves no trace: whatever `chunks` raises, which must be no OSError, is raised.
    Raises StorageError as `land_files` does.
    """
    digest, size = sha256(), 0
    try:
        with objects.incoming() as incoming:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                _check_size(size, max_bytes)
                incoming.write(chunk)
            objects.accept(incoming, landing_key(digest.hexdigest()))
    except _Refused as refused:
        return Unread(path, refused.reason, refused.message)
    except OSError as error:
        raise _no_storage(error) from error
    return Landed(path, digest.hexdigest(), size)


def read_file(path: str, *, max_bytes: int) -> bytes | Unread:
    """Return the bytes of a supplier's file as `land_file` would take them, and leave no trace."""
    try:
        with _open_regular(path) as source:
            before = os.fstat(source.fileno())
            _check_regular(before)
            _check_size(before.st_size, max_bytes)
            content = b""
            for chunk in _chunks(source):
                content += chunk
                _check_size(len(content), max_bytes)
            return content
    except _Refused as refused:
        return Unread(path, refused.reason, refused.message)


def _open_regular(path: str) -> BinaryIO:
    with _unreadable_is_refused():
        # Looked at before it is opened: opening a device can already do something.
        _check_regular(os.stat(path))
        # Should it be replaced by a pipe just now, opening must not wait for a writer.
        flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
        source = os.fdopen(os.open(path, flags), "rb", buffering=0)
    return source


def _copy(path: str, source: BinaryIO, objects: Objects, max_bytes: int) -> Landed:
    before = os.fstat(source.fileno())
    _check_regular(before)
    _check_size(before.st_size, max_bytes)
    digest, size = sha256(), 0
    with objects.incoming() as incoming:
        for chunk in _chunks(source):
            digest.update(chunk)
            incoming.write(chunk)
            size += len(chunk)
            _check_size(size, max_bytes)
        after = os.fstat(source.fileno())
        if (size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            raise _Refused("changed", "it changed while it was read; submit it again when it rests")
        objects.accept(incoming, landing_key(digest.hexdigest()))
    return Landed(path, digest.hexdigest(), size)


def _no_storage(error: OSError) -> StorageError:
    return StorageError(
        f"The objects' folder does not take files ({error.strerror}); nothing is registered."
        " Make room or open it, and run the same command again."
    )


def _chunks(source: BinaryIO) -> Iterator[bytes]:
    while True:
        with _unreadable_is_refused():
            chunk = source.read(_CHUNK_BYTES)
        if not chunk:
            return
        yield chunk


def _check_size(size: int, max_bytes: int) -> None:
    if size > max_bytes:
        raise _Refused(
            "too_large", f"it is larger than {max_bytes:,} bytes; HUB_MAX_FILE_BYTES sets the limit"
        )


def _check_regular(status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise _Refused("not_a_file", "it is a folder; name a file, or submit the folder by itself")
    if not stat.S_ISREG(status.st_mode):
        raise _Refused("not_a_file", "it is a pipe, a socket or a device; submit a copy in a file")


@contextmanager
def _unreadable_is_refused() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        raise _Refused("unreadable", f"{reason}; check the path and its permissions") from error
