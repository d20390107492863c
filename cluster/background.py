"""Commands of the hub that run on behind a terminal: the site, and what takes requested jobs."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from hub.errors import ConfigError

_PATIENCE_SECONDS = 40
"""Longer than the site takes to end what is under way."""


@dataclass(frozen=True)
class Service:
    """A command that runs until it is told to stop."""

    name: str
    words: Sequence[str]
    """What stands behind `hub`."""
    address: str = ""
    """Where it listens, if it does."""


@dataclass(frozen=True)
class _Process:
    """A process that was started, told from a later one of the same number by when it began."""

    pid: int
    began: str

    @classmethod
    def of(cls, pid: int) -> "_Process | None":
        """Return the living process of a number."""
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            return None
        # See proc(5): behind the name in parentheses stand the state, and 19 fields on, the start.
        fields = stat.rpartition(")")[2].split()
        return None if fields[0] == "Z" else cls(pid, fields[19])


def start(home: Path, service: Service) -> str:
    """Start a service unless it runs; return the address of the one that runs now.

    What it says goes to a file of its name in the home's logs.
    """
    if _running(home, service.name):
        return str(_record(home, service.name)["address"])
    with log_path(home, service.name).open("ab") as log:
        child = subprocess.Popen(
            [str(Path(sys.executable).with_name("hub")), *service.words],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    process = _Process.of(child.pid)
    if process is None:
        raise ended(home, service.name)
    record = {**asdict(process), "address": service.address}
    incoming = _record_path(home, f".{service.name}")
    incoming.write_text(json.dumps(record))
    incoming.replace(_record_path(home, service.name))
    return service.address


def stop(home: Path, name: str) -> bool:
    """Stop a service, with its children; False if it did not run."""
    process = _running(home, name)
    if process is not None:
        _signal(process, signal.SIGTERM)
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while _Process.of(process.pid) == process and time.monotonic() < deadline:
            time.sleep(0.1)
        if _Process.of(process.pid) == process:
            _signal(process, signal.SIGKILL)
    _record_path(home, name).unlink(missing_ok=True)
    return process is not None


def _signal(process: _Process, number: signal.Signals) -> None:
    # It may end by itself between the look and the signal.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def is_running(home: Path, name: str) -> bool:
    return _running(home, name) is not None


def ended(home: Path, name: str) -> ConfigError:
    """Return the error for a service that ended by itself, with the last that it said."""
    log = log_path(home, name)
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    last = lines[-1] if lines else "it said nothing"
    return ConfigError(f"`hub {name}` ended as soon as it was started: {last} ({log} has it all).")


def log_path(home: Path, name: str) -> Path:
    return home / "logs" / f"{name}.log"


def _running(home: Path, name: str) -> _Process | None:
    record = _record(home, name)
    process = _Process(record["pid"], record["began"]) if record else None
    return process if process and _Process.of(process.pid) == process else None


def _record(home: Path, name: str) -> dict[str, Any]:
    try:
        record: dict[str, Any] = json.loads(_record_path(home, name).read_text())
    except FileNotFoundError:
        return {}
    return record


def _record_path(home: Path, name: str) -> Path:
    return home / "tmp" / f"{name}.process"
