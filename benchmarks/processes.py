"""Runs a command to its end: how long it took, what it printed, how much memory it held."""

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_SAMPLE_SECONDS = 0.5
# Fields of /proc/<pid>/stat after the name in brackets, see proc_pid_stat(5).
_SESSION, _RESIDENT = 3, 21


class BenchError(Exception):
    """A contender did not do its work, so that its time says nothing."""


@dataclass(frozen=True)
class Ran:
    """One command that ended well."""

    output: str
    seconds: float
    peak_bytes: int
    """Most memory its processes held at once; pages they share count once in each."""


def run(command: Sequence[str], *, environ: Mapping[str, str], log: Path) -> Ran:
    """Run a command and all that it starts; its chatter goes to `log`.

    Raises BenchError with the log's last line if it fails.
    """
    begun = time.perf_counter()
    with log.open("wb") as chatter:
        # A session of its own tells its processes from all others.
        process = subprocess.Popen(
            command,
            env=dict(environ),
            stdout=subprocess.PIPE,
            stderr=chatter,
            start_new_session=True,
        )
        memory = _Memory(process.pid)
        memory.start()
        output, _ = process.communicate()
    seconds = time.perf_counter() - begun
    peak_bytes = memory.stop()
    if process.returncode != 0:
        lines = log.read_text(errors="replace").strip().splitlines() or ["no message"]
        raise BenchError(f"`{' '.join(command[:4])}` ended with {process.returncode}: {lines[-1]}")
    return Ran(output.decode(), seconds, peak_bytes)


class _Memory(threading.Thread):
    """Looks at the memory of a session's processes now and then."""

    def __init__(self, session: int) -> None:
        super().__init__(daemon=True)
        self._session = str(session)
        self._ended = threading.Event()
        self._peak_bytes = 0

    def run(self) -> None:
        while not self._ended.wait(_SAMPLE_SECONDS):
            self._peak_bytes = max(self._peak_bytes, self._resident_bytes())

    def stop(self) -> int:
        self._ended.set()
        self.join()
        return self._peak_bytes

    def _resident_bytes(self) -> int:
        pages = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it has ended since it was listed
            if fields[_SESSION] == self._session:
                pages += int(fields[_RESIDENT])
        return pages * _PAGE_BYTES
