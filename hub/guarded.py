"""Runs a function over items in a child process, so that a bad item costs that item alone.

A nursery process, started once, imports the function and forks children that work (a fresh one
costs some milliseconds). It is single-threaded and of our own, so that it can be used in threaded
servers and in Spark's workers. Items and answers are plain bytes: a child that hostile input took
over can send wrong answers, but nothing that is unpickled. (The library pebble was considered: it
unpickles what workers send, and bounds the wall-clock time of whole chunks.)
"""

import json
import os
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from hub import decoder
from hub.rules.reasons import Reason

# So many items, and only small ones, are sent ahead: they fit into a socket's buffer, so that
# sending never waits for a child that waits for its answers to be read.
_AHEAD = 16
_SMALL_BYTES = 4096
# More than any answer has; what claims more comes from a child that was taken over.
_MOST_ANSWER_BYTES = 64 * 1024**2
# Beyond the child's own alarm: only a child that was taken over can be this late.
_GRACE_SECONDS = 30
# A picture takes about 2 MB in pieces that glibc would give back and take anew each time, page by
# page, a tenth of a check's time. Larger pieces, as of large pictures, still go back at once.
_KEEP_MEMORY = {
    "MALLOC_MMAP_THRESHOLD_": str(4 * 1024**2),
    "MALLOC_TRIM_THRESHOLD_": str(16 * 1024**2),
}


@dataclass(frozen=True)
class Bounds:
    """What one item may cost."""

    seconds: float = 5
    """Of processor time."""
    memory_bytes: int = 512 * 1024**2
    """Beyond what the process has before its first item."""
    wall_seconds: float = 60
    """For what hangs without working."""


@dataclass(frozen=True)
class Died:
    """In the place of an answer: the item broke its bounds or the process."""

    reason: Reason


class GuardError(Exception):
    """The guard itself cannot work, or its child was killed from outside; no item is to blame."""


class WorkFailed(Exception):
    """The function raised, which is no verdict on an item but an error of its own."""

    def __init__(self, kind: str, message: str, trace: str) -> None:
        super().__init__(message)
        self.kind = kind
        """The exception's class name."""
        self.add_note(trace)


class Guard:
    """Keeps one child alive and feeds it; a context manager, for one thread at a time."""

    def __init__(self, function: Callable[..., bytes], *, bounds: Bounds, **arguments: Any) -> None:
        """`function(item, **arguments)` must be importable, the arguments plain for JSON."""
        order = {
            "function": f"{function.__module__}:{function.__qualname__}",
            "arguments": arguments,
            "seconds": bounds.seconds,
            "memory_bytes": bounds.memory_bytes,
            "wall_seconds": bounds.wall_seconds,
        }
        self._order = json.dumps(order)
        self._timeout = bounds.wall_seconds + _GRACE_SECONDS
        self._nursery: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._child: socket.socket | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child and its nursery; the next item would start new ones."""
        for connection in (self._child, self._control):
            if connection is not None:
                connection.close()
        if self._nursery is not None:
            self._nursery.wait()
        self._nursery = self._control = self._child = None

    def run(self, item: bytes) -> bytes | Died:
        """Return what the function makes of one item, or how the item ended it."""
        return next(self.map([item]))

    def map(self, items: Iterable[bytes]) -> Generator[bytes | Died]:
        """Yield an answer an item, in order.

        The child that an item ends is replaced, and the items after it go to the new one. An item
        that crashed its child or took too much memory is tried again, alone in a fresh child, so
        that what came before it plays no part in its verdict. Raises WorkFailed with what the
        function raised, and GuardError.
        """
        source, sent = iter(items), deque[bytes]()
        upcoming = next(source, None)
        try:
            while sent or upcoming is not None:
                while upcoming is not None and _fits(upcoming, sent):
                    sent.append(upcoming)
                    self._send(upcoming)
                    upcoming = next(source, None)
                yield self._outcome(sent)
        finally:
            if sent:
                # Answers are under way that nobody will read.
                self.close()

    def _outcome(self, sent: deque[bytes]) -> bytes | Died:
        """Take the first item off `sent`, all of which the child has, and return its answer."""
        outcome = self._answer()
        if isinstance(outcome, Died):
            self._drop_child()
            if outcome.reason != Reason.TOO_SLOW:
                self._send(sent[0])
                outcome = self._answer(is_retry=True)
                if isinstance(outcome, Died):
                    self._drop_child()
            for item in list(sent)[1:]:
                self._send(item)
        sent.popleft()
        return outcome

    def _send(self, item: bytes) -> None:
        if self._child is None:
            self._child = self._fork()
        # A child that is gone is noticed where its answer is read.
        with suppress(ConnectionError, TimeoutError):
            self._child.sendall(decoder.LENGTH.pack(len(item)))
            self._child.sendall(item)

    def _answer(self, *, is_retry: bool = False) -> bytes | Died:
        try:
            kind, answer = self._received()
        except TimeoutError:
            return Died(Reason.TOO_SLOW)
        if kind == decoder.DONE:
            return answer
        if kind == decoder.OUT_OF_MEMORY:
            return Died(Reason.TOO_MUCH_MEMORY)
        if kind == decoder.RAISED:
            raise WorkFailed(*map(str, json.loads(answer)))
        return Died(_reason_of_end(self._drop_child(), is_retry=is_retry))

    def _received(self) -> tuple[bytes, bytes]:
        """Return kind and content of an answer; kind b"" if the child ended before it was whole."""
        assert self._child is not None
        header = decoder.receive(self._child, decoder.HEADER.size)
        if header is None:
            return b"", b""
        kind, size = decoder.HEADER.unpack(header)
        answer = decoder.receive(self._child, size) if size <= _MOST_ANSWER_BYTES else None
        return (b"", b"") if answer is None else (kind, answer)

    def _fork(self) -> socket.socket:
        """Have the nursery, which is started if need be, fork a child; return its connection."""
        if self._control is None:
            self._nursery, self._control = _start_nursery(self._order)
        ours, theirs = socket.socketpair()
        ours.settimeout(self._timeout)
        with theirs, suppress(ConnectionError):
            socket.send_fds(self._control, [b"+"], [theirs.fileno()])
        return ours

    def _drop_child(self) -> int:
        """End the child, if it lives; return its exit code, or minus the signal that ended it."""
        if self._child is None or self._control is None:
            return 0
        self._child.close()
        self._child = None
        # A child that ended by itself has let go of its connection: this byte comes too late.
        with suppress(ConnectionError):
            self._control.sendall(b"-")
        status = decoder.receive(self._control, decoder.STATUS.size)
        if status is None:
            self.close()
            raise GuardError(
                "The process that decodes pictures ended by itself or never began; look above for"
                " its own message, or for a lack of memory in the system's log, and run again."
            )
        return int(decoder.STATUS.unpack(status)[0])


def _fits(item: bytes, sent: deque[bytes]) -> bool:
    if not sent:
        return True
    return len(sent) < _AHEAD and max(len(item), len(sent[0])) <= _SMALL_BYTES


def _reason_of_end(code: int, *, is_retry: bool) -> Reason:
    if code in (-signal.SIGPROF, -signal.SIGALRM):
        return Reason.TOO_SLOW
    if code == decoder.CANNOT_SERVE or (is_retry and code == -signal.SIGKILL):
        # Nothing in a child sends SIGKILL: it came from the system, short of memory, or a person.
        raise GuardError(
            f"A process that decodes pictures was ended from outside or could not begin ({code});"
            " look whether the machine has memory left, and run again."
        )
    return Reason.DECODER_CRASHED


def _start_nursery(order: str) -> tuple[subprocess.Popen[bytes], socket.socket]:
    ours, theirs = socket.socketpair()
    # What a decoder has no use for, a hostile picture shall not find.
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("HUB_", "PG"))}
    environ["PYTHONPATH"] = os.pathsep.join(place or os.getcwd() for place in sys.path)
    # One thread: the children are as many as the cores.
    environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"} | _KEEP_MEMORY
    with theirs:
        nursery = subprocess.Popen(
            [sys.executable, "-m", decoder.__name__, order],
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            env=environ,
            # Ctrl-C is for the parent, whose end ends the nursery.
            start_new_session=True,
        )
    return nursery, ours
