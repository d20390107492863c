"""Two ranks beside two processes that know nothing of each other, each on a core of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

from benchmarks.contender import Measured
from benchmarks.knobs import say
from benchmarks.processes import BenchError, run

STEPS = (
    ("vgg16", 64, 32),
    ("vgg16", 64, 8),
    ("smaller_vgg", 64, 32),
    ("smaller_vgg", 64, 8),
)
"""Network, side in pixels, and pictures a step of each rank."""
_RANKS = 2


class _Places(Protocol):
    train: Path
    work: Path
    environ: dict[str, str]


def steps_name(arch: str, side: int, batch: int) -> str:
    return f"{arch} at {side} pixels, {batch} pictures a step and rank"


def ranks_round(
    places: _Places, arch: str, side: int, batch: int, *, seconds: int, number: int
) -> dict[str, Measured]:
    """Measure both, in the opposite order in every second round."""
    words = [f"--arch={arch}", f"--side={side}", f"--batch={batch}", f"--seconds={seconds}"]
    ways = {"hub": _connected, "unconnected": _unconnected}
    done = {name: ways[name](places, words) for name in [*ways][:: 1 if number % 2 == 0 else -1]}
    rates = ", ".join(f"{name} {done[name].rate:.1f} images/s" for name in ways)
    say(f"{steps_name(arch, side, batch)}, round {number + 1}: {rates}")
    return {name: done[name] for name in ways}


def _connected(places: _Places, words: list[str]) -> Measured:
    out = places.work / "ranks.json"
    out.unlink(missing_ok=True)
    python = str(places.train)
    launcher = ["horovod.runner.launch", "-np", str(_RANKS), "-H", f"localhost:{_RANKS}"]
    rank = [python, "-m", "benchmarks.peers.train_steps", str(out), *words]
    command = [python, "-m", *launcher, "--disable-cache", *rank]
    run(command, environ=_one_thread(places), log=places.work / "ranks.log")
    told = _told(out)
    return Measured(round(told["images"] * _RANKS), told["seconds"])


def _unconnected(places: _Places, words: list[str]) -> Measured:
    """Return both together: the pictures that they take in a second, times a second."""
    outs = [places.work / f"alone-{core}.json" for core in range(_RANKS)]
    with ExitStack() as ending:
        processes = []
        for core, out in enumerate(outs):
            out.unlink(missing_ok=True)
            process = subprocess.Popen(
                [
                    *(str(places.train), "-m", "benchmarks.peers.train_steps", str(out)),
                    *(*words, f"--core={core}"),
                ],
                env=_one_thread(places),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=sys.stderr if os.environ.get("BENCH_SHOW") else subprocess.DEVNULL,
                text=True,
            )
            ending.callback(_end, process)
            processes.append(process)
        # Both begin at once, when both are warm.
        for process in processes:
            assert process.stdout is not None
            if process.stdout.readline() != "ready\n":
                raise BenchError("a process that trains by itself ended before it began")
        for process in processes:
            process.communicate("go\n")
    found = [_told(out) for out in outs]
    images = sum(told["images"] for told in found)
    rate = sum(told["images"] / told["seconds"] for told in found)
    return Measured(round(images), images / rate)


def _one_thread(places: _Places) -> dict[str, str]:
    return {**places.environ, "OMP_NUM_THREADS": "1"}


def _end(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.communicate()


def _told(path: Path) -> Mapping[str, float]:
    try:
        told: Mapping[str, float] = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise BenchError(f"steps were not timed: {error}") from error
    return told
