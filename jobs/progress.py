"""Shows how far the workers are: each counts its rows in a small file, which the driver reads."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import TypeAlias, TypeVar

from pyspark import TaskContext

Item = TypeVar("Item")

Track: TypeAlias = Callable[[Iterable[int], str, int], None]
"""Is handed how many rows are done, time and again; what is done with them; how many there are."""

_NOTED_SECONDS = 0.5
_QUIET_SECONDS = 2.0
"""What takes no longer shows nothing."""


def untracked(done: Iterable[int], what: str, total: int) -> None:
    """Show nothing."""


@contextmanager
def shown(folder: Path, what: str, *, total: int, track: Track) -> Iterator[str]:
    """Show of how many rows the workers of the block are done; yield the folder for `noting`.

    The workers must see the folder. It is there for the time of the block.
    """
    folder.mkdir(exist_ok=True)
    ended = Event()
    thread = Thread(target=_follow, args=(folder, what, total, track, ended), daemon=True)
    thread.start()
    try:
        yield str(folder)
    finally:
        ended.set()
        thread.join()
        shutil.rmtree(folder, ignore_errors=True)


def noting(
    items: Iterable[Item], folder: str, *, rows: Callable[[Item], int] = lambda item: 1
) -> Iterator[Item]:
    """Hand a partition's items on, and note at times how many rows those were that are done.

    A task that runs again counts anew. What cannot be noted is not: it is only shown.
    """
    task = TaskContext.get()
    path = Path(folder) / str(task.partitionId() if task else 0)
    done, noted = 0, monotonic()
    for item in items:
        yield item
        done += rows(item)
        if monotonic() - noted >= _NOTED_SECONDS:
            _note(path, done)
            noted = monotonic()
    _note(path, done)


def _note(path: Path, done: int) -> None:
    unfinished = path.with_suffix(".new")
    with suppress(OSError):
        unfinished.write_text(str(done))
        unfinished.replace(path)


def _follow(folder: Path, what: str, total: int, track: Track, ended: Event) -> None:
    if not ended.wait(_QUIET_SECONDS):
        track(_numbers_done(folder, ended), what, total)


def _numbers_done(folder: Path, ended: Event) -> Iterator[int]:
    """Yield how many rows are done, never fewer than before: a task may have begun again."""
    done = 0
    is_last = False
    while not is_last:
        is_last = ended.wait(_NOTED_SECONDS)
        # A file that is replaced may be out of sight of a shared file system for a moment.
        with suppress(OSError):
            done = max(done, sum(int(path.read_text()) for path in folder.glob("*[0-9]")))
        yield done
