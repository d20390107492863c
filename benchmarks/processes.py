"""Runs a command to its end: how long it took, what it printed, how much memory it held."""

import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.family import family

_SAMPLE_SECONDS = 0.5


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
        process = subprocess.Popen(
            command, env=dict(environ), stdout=subprocess.PIPE, stderr=chatter
        )
        memory = Memory(process.pid)
        memory.start()
        output, _ = process.communicate()
    seconds = time.perf_counter() - begun
    peak_bytes = memory.stop()
    if process.returncode != 0:
        lines = log.read_text(errors="replace").strip().splitlines() or ["no message"]
        raise BenchError(f"`{' '.join(command[:4])}` ended with {process.returncode}: {lines[-1]}")
    return Ran(output.decode(), seconds, peak_bytes)


class Memory(threading.Thread):
    """Looks now and then at the memory that a process and all that it starts hold."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self._root = root
        self._ended = threading.Event()
        self._peak_bytes = 0

    def run(self) -> None:
        while True:
            held = sum(process.resident_bytes for process in family(self._root))
            self._peak_bytes = max(self._peak_bytes, held)
            if self._ended.wait(_SAMPLE_SECONDS):
                return

    def stop(self) -> int:
        self._ended.set()
        self.join()
        return self._peak_bytes
