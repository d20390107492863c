"""The far side of `hub.guarded`: a nursery process that forks the children which do the work."""

import importlib
import json
import os
import resource
import select
import signal
import socket
import struct
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from ctypes import CDLL
from typing import Any

DONE, OUT_OF_MEMORY, RAISED = b"D", b"M", b"E"
HEADER = struct.Struct("<cQ")
"""Kind and length of an answer; an item has the length alone."""
LENGTH = struct.Struct("<Q")
STATUS = struct.Struct("<i")
"""How a child ended, as `os.waitstatus_to_exitcode` tells."""

CANNOT_SERVE = 70
"""Exit code of a child that could not begin (EX_SOFTWARE of sysexits.h)."""

_PR_SET_PDEATHSIG = 1
_IS_LINUX = sys.platform == "linux"

Work = Callable[[bytes], bytes]


def receive(connection: socket.socket, size: int) -> bytes | None:
    """Return that many bytes; None where the other side is gone before they are all there.

    Raises MemoryError where they cannot be held, after all were read: the next may come.
    """
    parts: list[bytes] = []
    missing, is_held = size, True
    while missing:
        try:
            part = connection.recv(min(missing, 1024**2))
        except ConnectionError:
            return None
        except MemoryError:
            if not is_held:
                raise
            is_held = False
            parts.clear()
            continue
        if not part:
            return None
        missing -= len(part)
        if is_held:
            parts.append(part)
    if not is_held:
        raise MemoryError
    return b"".join(parts)


def main(order: str) -> None:
    """Fork a child for every connection that arrives on standard input, one at a time.

    Standard input is a Unix socket. Its end is the parent's end, however that came: the child
    that is at work is killed, and nothing is left behind.
    """
    what = json.loads(order)
    work = _load(what["function"], what["arguments"])
    control = socket.socket(fileno=0)
    while True:
        try:
            message, files, _, _ = socket.recv_fds(control, 1, 1)
        except ConnectionError:
            return
        if not message:
            return
        # Without a connection it was the wish to end a child, which is done.
        for file in files:
            with suppress(ConnectionError):
                control.sendall(STATUS.pack(_tend(file, control, work, what)))


def _load(name: str, arguments: dict[str, Any]) -> Work:
    module, _, function = name.partition(":")
    found = getattr(importlib.import_module(module), function)
    return lambda item: found(item, **arguments)


def _tend(file: int, control: socket.socket, work: Work, what: dict[str, Any]) -> int:
    """Let one child serve the connection; return how it ended."""
    # The child holds one end for as long as it lives.
    life, held = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(life)
        control.close()
        _serve(file, work, what)
    os.close(held)
    os.close(file)
    said, _, _ = select.select([control.fileno(), life], [], [])
    if control.fileno() in said:
        # The parent says nothing while a child lives: it is gone, or wants this one gone.
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    os.close(life)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _serve(file: int, work: Work, what: dict[str, Any]) -> None:
    """Answer items until the connection ends; never returns."""
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if _IS_LINUX:  # elsewhere time alone is bounded
            _die_with_parent()
            _bound_memory(what["memory_bytes"])
        connection = socket.socket(fileno=file)
        while (header := receive(connection, LENGTH.size)) is not None:
            kind, answer = _answer_next(connection, LENGTH.unpack(header)[0], work, what)
            connection.sendall(HEADER.pack(kind, len(answer)) + answer)
    except ConnectionError:
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(CANNOT_SERVE)
    os._exit(0)


def _answer_next(
    connection: socket.socket, size: int, work: Work, what: dict[str, Any]
) -> tuple[bytes, bytes]:
    try:
        item = receive(connection, size)
    except MemoryError:
        return OUT_OF_MEMORY, b""
    if item is None:
        raise ConnectionError
    return _answer(work, item, what)


def _answer(work: Work, item: bytes, what: dict[str, Any]) -> tuple[bytes, bytes]:
    try:
        # What the timers send ends the process, whatever code it is in. Processor time, so that
        # a busy machine changes no verdict; by the wall only against what sleeps.
        signal.setitimer(signal.ITIMER_PROF, what["seconds"])
        signal.setitimer(signal.ITIMER_REAL, what["wall_seconds"])
        try:
            return DONE, work(item)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)
    except MemoryError:
        return OUT_OF_MEMORY, b""
    except Exception as error:
        told = [type(error).__name__, str(error), traceback.format_exc()]
        return RAISED, json.dumps(told).encode()


def _bound_memory(memory_bytes: int) -> None:
    """Bound what the child allocates beyond what it was born with.

    RLIMIT_DATA counts private writable memory, heap and anonymous maps alike, as numpy, Pillow and
    the codecs take it (Linux 4.7 and later). RLIMIT_AS would count shared libraries, too.
    """
    with open("/proc/self/status", encoding="ascii") as lines:
        born_kib = next(int(line.split()[1]) for line in lines if line.startswith("VmData:"))
    most = born_kib * 1024 + memory_bytes
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _die_with_parent() -> None:
    """Have the kernel kill this child when the nursery ends, even by SIGKILL."""
    nursery = os.getppid()
    CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != nursery or nursery == 1:
        os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
