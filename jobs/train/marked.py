"""Finds and ends the processes of a run, also those whose parents are gone.

Each of them has the run's folder in its environment: that tells them from all others, and lasts
where a tree of processes does not. Hosts elsewhere are out of reach: there the lease ends them.
"""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

MARK = "HUB_RUN_FOLDER"

_PATIENCE_SECONDS = 5.0
_PAUSE_SECONDS = 0.05


def find_marked(folder: Path) -> list[int]:
    """Return the processes of a run on this machine, where the system shows them (/proc)."""
    numbers = [int(entry.name) for entry in Path("/proc").glob("[0-9]*")]
    return [number for number in numbers if _is_marked(number, folder)]


def end_marked(folder: Path) -> int:
    """End them, the unwilling ones by force; return how many there were."""
    found = find_marked(folder)
    _signal(found, folder, signal.SIGTERM)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while (left := find_marked(folder)) and time.monotonic() < deadline:
        time.sleep(_PAUSE_SECONDS)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    # One of them may just be starting another.
    while left and time.monotonic() < deadline:
        _signal(left, folder, signal.SIGKILL)
        time.sleep(_PAUSE_SECONDS)
        left = find_marked(folder)
    return len(found)


def _is_marked(number: int, folder: Path) -> bool:
    try:
        environ = Path(f"/proc/{number}/environ").read_bytes()
    except OSError:
        return False
    return f"{MARK}={folder}".encode() in environ.split(b"\0")


def _signal(numbers: list[int], folder: Path, wanted: signal.Signals) -> None:
    for number in numbers:
        with suppress(OSError):
            # What is held open cannot become another process of the same number.
            held = os.pidfd_open(number)
            try:
                if _is_marked(number, folder):
                    signal.pidfd_send_signal(held, wanted)
            finally:
                os.close(held)
