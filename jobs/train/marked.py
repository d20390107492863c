"""Finds and ends the processes of a run, also those whose parents are gone.

Each of them has the run's folder in its environment, and which of the run's supervisors started
it: that tells them from all others, and lasts where a tree of processes does not. Hosts elsewhere
are out of reach: there the lease ends them.
"""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

_FOLDER, _SUPERVISOR = "HUB_RUN_FOLDER", "HUB_RUN_SUPERVISOR"

_PATIENCE_SECONDS = 5.0
_PAUSE_SECONDS = 0.05


def marks(folder: Path, *, supervisor: int) -> dict[str, str]:
    """Return what the environment of a run's processes holds."""
    return {_FOLDER: str(folder), _SUPERVISOR: str(supervisor)}


def find_marked(folder: Path, *, up_to: int | None = None) -> list[int]:
    """Return the processes of a run on this machine, where the system shows them (/proc).

    `up_to`: of that supervisor and those before it.
    """
    numbers = [int(entry.name) for entry in Path("/proc").glob("[0-9]*")]
    return [number for number in numbers if _is_marked(number, folder, up_to)]


def end_marked(folder: Path, *, up_to: int | None = None) -> int:
    """End them, the unwilling ones by force; return how many there were."""
    found = find_marked(folder, up_to=up_to)
    _signal(found, folder, up_to, signal.SIGTERM)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while (left := find_marked(folder, up_to=up_to)) and time.monotonic() < deadline:
        time.sleep(_PAUSE_SECONDS)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    # One of them may just be starting another.
    while left and time.monotonic() < deadline:
        _signal(left, folder, up_to, signal.SIGKILL)
        time.sleep(_PAUSE_SECONDS)
        left = find_marked(folder, up_to=up_to)
    return len(found)


def _is_marked(number: int, folder: Path, up_to: int | None) -> bool:
    try:
        environ = Path(f"/proc/{number}/environ").read_bytes().split(b"\0")
    except OSError:
        return False
    if f"{_FOLDER}={folder}".encode() not in environ:
        return False
    by = f"{_SUPERVISOR}=".encode()
    supervisor = next((int(each.removeprefix(by)) for each in environ if each.startswith(by)), 0)
    return up_to is None or supervisor <= up_to


def _signal(numbers: list[int], folder: Path, up_to: int | None, wanted: signal.Signals) -> None:
    for number in numbers:
        with suppress(OSError):
            # What is held open cannot become another process of the same number.
            held = os.pidfd_open(number)
            try:
                if _is_marked(number, folder, up_to):
                    signal.pidfd_send_signal(held, wanted)
            finally:
                os.close(held)
