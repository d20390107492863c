"""What a process and all that it has started hold and use, as /proc tells."""

import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_TICK_SECONDS = 1 / os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
# Fields of /proc/<pid>/stat after the name in brackets, see proc_pid_stat(5).
_PARENT, _USER_TICKS, _SYSTEM_TICKS, _RESIDENT_PAGES = 1, 11, 12, 21


@dataclass(frozen=True)
class Process:
    pid: int
    parent: int
    processor_seconds: float
    """Used so far."""
    resident_bytes: int
    """Pages that it shares with others count whole in each."""


def family(*roots: int) -> Iterator[Process]:
    """Yield the processes that are roots, and all that they have started and that live."""
    children = defaultdict(list)
    for process in _processes():
        children[process.parent].append(process)
        if process.pid in roots:
            yield process
    waiting = list(roots)
    while waiting:
        for child in children[waiting.pop()]:
            if child.pid not in roots:
                yield child
                waiting.append(child.pid)


def _processes() -> Iterator[Process]:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended since it was listed
        ticks = int(fields[_USER_TICKS]) + int(fields[_SYSTEM_TICKS])
        yield Process(
            pid=int(stat.parent.name),
            parent=int(fields[_PARENT]),
            processor_seconds=ticks * _TICK_SECONDS,
            resident_bytes=int(fields[_RESIDENT_PAGES]) * _PAGE_BYTES,
        )
