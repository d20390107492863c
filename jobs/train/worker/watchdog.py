"""Ends this process when its run is cancelled, another's, or nobody looks after it any more."""

import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any, NoReturn

from hub.rules.runs import LEASE

LEASE_LOST = 4
"""The exit status."""


def watch_lease(folder: Path, *, attempt: int, lease_seconds: float) -> None:
    """Look after a run folder's lease from now on, in a thread; a run without one runs by hand."""
    if (folder / LEASE).exists():
        threading.Thread(
            target=_watch, args=(folder / LEASE, attempt, lease_seconds), daemon=True
        ).start()


def _watch(path: Path, attempt: int, lease_seconds: float) -> NoReturn:
    beat, beaten_at = None, time.monotonic()
    while True:
        lease = _read(path)
        # Seen to change, not compared with the clock: hosts' clocks differ.
        if lease.get("beat", beat) != beat:
            beat, beaten_at = lease["beat"], time.monotonic()
        if lease.get("cancel"):
            _leave("This training was cancelled.")
        if lease.get("attempt", attempt) != attempt:
            _leave(f"Attempt {lease['attempt']} has taken this training over.")
        if time.monotonic() - beaten_at > lease_seconds:
            _leave(f"Nobody has looked after this training for {lease_seconds:g} s.")
        time.sleep(min(2.0, lease_seconds / 10))


def _read(path: Path) -> dict[str, Any]:
    """A lease that cannot be read is one that nobody renews."""
    try:
        lease = json.loads(path.read_bytes())
        return lease if isinstance(lease, dict) else {}
    except (OSError, ValueError):
        return {}


def _leave(why: str) -> NoReturn:
    sys.stderr.write(f"{why} It ends here, and goes on from its last checkpoint if started.\n")
    sys.stderr.flush()
    # Not sys.exit: the main thread may wait for other ranks inside Horovod.
    os._exit(LEASE_LOST)
