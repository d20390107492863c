"""The lease of a run folder: its beat keeps the ranks at work, and its absence ends them."""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

from hub.rules.runs import LEASE, write_json
from hub.services.processes import is_gone, this_host

BEAT_SECONDS = 2.0
STILL_SECONDS = 30.0
"""A lease that is not renewed for so long is looked after by nobody."""
_PATIENCE_SECONDS = 10.0


class Lease:
    """A supervisor's hold of a run; each launch of ranks is an attempt with a number of its own."""

    def __init__(self, folder: Path, *, supervisor: int) -> None:
        """`supervisor` counts those that the training had, with this one."""
        self._path = folder / LEASE
        self.supervisor = supervisor
        self._lock = Lock()
        self._is_begun = self._is_cancelled = False
        self.attempt = int(_read(folder).get("attempt", 0)) + 1

    def begin(self) -> int:
        """Begin the next attempt, at which ranks of earlier ones end; return its number."""
        if self._is_begun:
            self.attempt += 1
        self._is_begun = True
        self._write()
        return self.attempt

    def beat(self) -> bool:
        """Show that somebody looks after the run; False: somebody else does so by now."""
        if int(_read(self._path.parent).get("attempt", 0)) > self.attempt:
            return False
        self._write()
        return True

    def cancel(self) -> None:
        """Tell the ranks to end, if they are still this one's."""
        self._is_cancelled = True
        self.beat()

    def _write(self) -> None:
        with self._lock:
            write_json(
                self._path,
                {
                    "attempt": self.attempt,
                    "beat": time.time(),
                    "cancel": self._is_cancelled,
                    "supervisor": self.supervisor,
                    "host": this_host(),
                    "pid": os.getpid(),
                },
            )


def is_left(folder: Path, *, supervisor: int) -> bool:
    """Whether the supervisor of a run was on this machine and is gone."""
    lease = _read(folder)
    return lease.get("supervisor") == supervisor and is_gone(lease["host"], lease["pid"])


def is_still(folder: Path) -> bool:
    """Look whether nobody renews the lease of a run, for as long as that takes to be seen.

    Seen not to change, not compared with the clock: hosts' clocks differ.
    """
    lease, deadline = _read(folder), time.monotonic() + STILL_SECONDS
    while time.monotonic() < deadline:
        time.sleep(BEAT_SECONDS / 4)
        if _read(folder) != lease:
            return False
    return True


def _read(folder: Path) -> dict[str, Any]:
    try:
        lease = json.loads((folder / LEASE).read_bytes())
    except (OSError, ValueError):
        return {}
    return lease if isinstance(lease, dict) else {}


@contextmanager
def beating(beat: Callable[[], bool], *, over: Event) -> Iterator[None]:
    """Beat beside the block; `over` is set when a beat says so."""
    stop = Event()

    def run() -> None:
        while not stop.wait(BEAT_SECONDS):
            # A disk that is full may have room again at the next beat.
            with suppress(OSError):
                if not beat():
                    over.set()
                    return

    heart = Thread(target=run, daemon=True)
    heart.start()
    try:
        yield
    finally:
        stop.set()
        # Nobody waits for a catalogue that does not answer.
        heart.join(_PATIENCE_SECONDS)
