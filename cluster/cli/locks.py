"""Finds the lock that a command line names."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from cluster.cli.context import Hub

if TYPE_CHECKING:
    from hub.rules.locks import Lock


def find_lock(hub: Hub, reference: str) -> "Lock":
    """Read a lock file, or the newest lock of a subset of that name or root. Raises HubError."""
    # A lock file says all by itself: no server is needed to look into one. A folder is none: a
    # subset is pulled into one of its own name.
    if os.path.exists(reference) and not os.path.isdir(reference):
        from hub.services.lock_files import read_lock

        return read_lock(Path(reference))
    from hub.services import subsets

    with hub.open_db() as db:
        return subsets.find_lock(db, reference)
