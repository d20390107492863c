"""Runs `hub` with one function armed: `python -m tests.faults.killed WHEN TARGET NTH ACT ARG...`.

WHEN is before or after, TARGET `module:name`, NTH the call meant, ACT kill or a file: then the
call waits there until that file is gone. WHEN can be `worker` with TARGET a function that runs on
Spark's workers and ACT who dies when its first rows have come out: see `tests.faults.dying`.
"""

import os
import signal
import sys
import time
from functools import partial, wraps
from importlib import import_module
from itertools import count
from pathlib import Path

from cluster.cli import main
from tests.faults.dying import dying


def arm(when, target, nth, act):
    module, _, path = target.partition(":")
    owner = import_module(module)
    *outer, name = path.split(".")
    for part in outer:
        owner = getattr(owner, part)
    setattr(owner, name, armed(getattr(owner, name), when, nth, act))


def armed(function, when, nth, act):
    calls = count(1)

    @wraps(function)
    def instead(*args, **kwargs):
        is_due = next(calls) == nth
        if is_due and when == "before":
            happen(act)
        result = function(*args, **kwargs)
        if is_due and when == "after":
            happen(act)
        return result

    return instead


def happen(act):
    if act == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    waiting = Path(act)
    waiting.touch()
    while waiting.exists():
        time.sleep(0.05)


if __name__ == "__main__":
    when, target, nth, act, *arguments = sys.argv[1:]
    if when == "worker":
        module, _, name = target.partition(":")
        setattr(import_module(module), name, partial(dying, function=target, victim=act))
    else:
        arm(when, target, int(nth), act)
    sys.argv = ["hub", *arguments]
    main()
