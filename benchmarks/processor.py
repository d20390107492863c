"""Follows processor time by kind of process while a program runs."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from benchmarks.family import family

_SAMPLE_SECONDS = 0.2

KINDS = {
    "java": "Spark's JVM",
    "pyspark.daemon": "Spark's Python workers",
    "hub.decoder": "children that decode",
    "postgres": "Postgres",
}
"""What a command line contains, and what kind of process that is; all else is the driver."""
DRIVER = "driver"


class Processor(threading.Thread):
    """Adds up what `roots` and all that they start use, by phase and kind."""

    def __init__(self, roots: Callable[[], list[int]], *, phase: Callable[[], str]) -> None:
        super().__init__(daemon=True)
        self.seconds: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        self._roots, self._phase = roots, phase
        self._seen: dict[int, float] = {}
        self._ended = threading.Event()

    def run(self) -> None:
        self._used()
        looked = time.thread_time()
        while not self._ended.wait(_SAMPLE_SECONDS):
            self._sample()
            # What looking costs is not the driver's.
            before, looked = looked, time.thread_time()
            self.seconds[self._phase()][DRIVER] -= looked - before

    def stop(self) -> None:
        self._ended.set()
        self.join()

    def _sample(self) -> None:
        phase = self._phase()
        for pid, used in self._used().items():
            self.seconds[phase][kind_of(pid)] += used

    def _used(self) -> dict[int, float]:
        """Return the seconds that each process has used since the last call."""
        now = {one.pid: one.processor_seconds for one in family(*self._roots())}
        used = {pid: seconds - self._seen.get(pid, 0.0) for pid, seconds in now.items()}
        self._seen |= now
        return used


def kind_of(pid: int) -> str:
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return DRIVER
    return next((kind for part, kind in KINDS.items() if part in command), DRIVER)
