"""Fetches a subset's archive into a file: goes on where it was stopped, and checks every byte."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from hub.client.checking import bad_spans
from hub.client.remote import RemoteSource
from hub.client.web import Web
from hub.errors import PictureUnreadable, PullError
from hub.threads import Watch

_STEP = 1 << 20
_ROUNDS = 3
"""How often what is damaged is fetched again."""


@dataclass(frozen=True)
class Downloaded:
    """An archive that is there, whole."""

    root: str
    path: str
    bytes: int
    fetched_bytes: int
    """What came over the network now."""


def download(web: Web, remote: RemoteSource, path: Path, *, watch: Watch) -> Downloaded:
    """Bring `path` to be the archive of a subset; until then it grows in a file beside it.

    Raises PullError if `path` holds anything else or cannot be written, PictureUnreadable if what
    the hub sends is not the archive.
    """
    root = remote.lock.root
    size, tag = web.size_of(remote.archive)
    if path.exists():
        _check_same(path, remote, size)
        return Downloaded(root, str(path), size, 0)
    part = path.with_name(f".{path.name}.{root[:16]}.part")
    with _claimed(part) as file:
        incoming = _Incoming(web, remote, file, size=size, tag=tag)
        for _ in watch(incoming.fetch(incoming.resume_at(), size), "MiB", -(-size // _STEP)):
            pass
        incoming.mend()
        with _errors(path):
            file.flush()
            os.fsync(file.fileno())
            part.replace(path)
    return Downloaded(root, str(path), size, incoming.fetched_bytes)


class _Incoming:
    def __init__(
        self, web: Web, remote: RemoteSource, file: BinaryIO, *, size: int, tag: str
    ) -> None:
        self._web, self._remote, self._file = web, remote, file
        self._size, self._tag = size, tag
        self.fetched_bytes = 0

    def resume_at(self) -> int:
        """Return where to go on.

        The pictures are the same on every hub of any release; what lies behind them is asked for
        again, since it may have been written by another release meanwhile.
        """
        held = self._file.seek(0, os.SEEK_END)
        first = min(held, self._remote.places.end)
        self._file.truncate(first)
        return first

    def fetch(self, first: int, end: int) -> Iterator[int]:
        """Write the bytes from `first` up to `end`; yield for every MiB of the file."""
        self._file.seek(first)
        yield from range(first // _STEP)
        told = first // _STEP
        for chunk in self._web.read(self._remote.archive, [(first, end)], tag=self._tag):
            with _errors(Path(str(self._file.name))):
                self._file.write(chunk)
            first += len(chunk)
            self.fetched_bytes += len(chunk)
            yield from range(told, first // _STEP)
            told = first // _STEP

    def mend(self) -> None:
        """Fetch again what is not as it must be. Raises PictureUnreadable if it stays so."""
        for _ in range(_ROUNDS):
            self._file.flush()
            bad = [*bad_spans(self._file, self._remote.places, self._size)]
            if not bad:
                return
            for first, end in bad:
                for _ in self.fetch(first, end):
                    pass
        raise PictureUnreadable(
            f"What the hub sends for the bytes from {bad[0][0]:,} of the archive"
            f" {self._remote.lock.root} is not what was published: ask its ops for `hub verify`,"
            " and run the same again once it is mended."
        )


def _check_same(path: Path, remote: RemoteSource, size: int) -> None:
    with _errors(path), path.open("rb") as file:
        if path.stat().st_size != size or any(bad_spans(file, remote.places, size)):
            raise PullError(
                f"{path} is there and is not the archive of {remote.lock.root}: move it away or"
                " name another file."
            )


@contextmanager
def _claimed(part: Path) -> Iterator[BinaryIO]:
    """Open the file that grows, for one process at a time."""
    with _errors(part):
        # Not "a": pieces of it are mended in place.
        descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        with os.fdopen(descriptor, "r+b") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise PullError(
                    f"Another download is writing {part}; wait until it ends."
                ) from error
            yield file


@contextmanager
def _errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PullError(
            f"Cannot write {path}: {error.strerror or error}. Mend that or name another file, and"
            " run the same again: it goes on where it stopped."
        ) from error
