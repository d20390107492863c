"""Whether a process that left its host and number is still there."""

import os
import socket
from pathlib import Path


def is_gone(host: str, pid: int) -> bool:
    """Whether the process ran where this one can see it, and has ended."""
    if host != this_host():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return _is_zombie(pid)


def _is_zombie(pid: int) -> bool:
    """A killed process whose parent has not asked for its end still has its number."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state == "Z"


def this_host() -> str:
    """Name what a process id is unique in: the machine, its boot, and the pid namespace."""
    boot, namespace = Path("/proc/sys/kernel/random/boot_id"), Path("/proc/self/ns/pid")
    seen = [socket.gethostname()]
    if boot.exists() and namespace.exists():
        seen += [boot.read_text().strip(), str(namespace.stat().st_ino)]
    return "/".join(seen)
