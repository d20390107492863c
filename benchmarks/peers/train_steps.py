"""Training steps of one process: `python -m benchmarks.peers.train_steps OUT --arch A ...`.

A rank under horovodrun, or a process by itself, on one core: the hub's own step over pictures that
lie in memory. After some steps to warm up it says so, waits for a line of its standard input where
it is by itself, and writes as JSON to OUT how long the next ones took.
"""

import argparse
import json
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from hub.rules.runs import ClassLabel, Run
from hub.rules.trainings import Options, make_options

_CLASSES = 12
_WARM_UP = 2
_LEAST_STEPS = 3


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--arch", required=True)
    parser.add_argument("--side", type=int, required=True)
    parser.add_argument("--batch", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--core", type=int, help="of a process by itself")
    asked = parser.parse_args()
    core = int(os.environ["HOROVOD_LOCAL_RANK"]) if asked.core is None else asked.core
    # Before TensorFlow and Horovod start their threads, which inherit it.
    os.sched_setaffinity(0, {core})
    told = measure(
        arch=asked.arch,
        side=asked.side,
        batch=asked.batch,
        seconds=asked.seconds,
        is_alone=asked.core is not None,
    )
    if told:
        asked.out.write_text(json.dumps(told))
    # Horovod would wait for the farewells of ranks that are gone.
    os._exit(0)


def measure(
    *, arch: str, side: int, batch: int, seconds: float, is_alone: bool
) -> dict[str, float] | None:
    """Return steps, pictures of this process and seconds; None but of the first rank."""
    from jobs.train.worker.ranks import Ranks, join_ranks, share_json, share_variables

    joined = join_ranks(precision="float32")
    ranks = Ranks(0, 1) if is_alone else joined
    options = make_options(
        {"arch": arch, "side": side, "batch": batch, "ranks": ranks.size}, minimum=1
    )
    stepper = _stepper(options, ranks)
    share_variables(stepper.variables.values(), ranks=ranks)
    images, targets, weights = _batch(options, ranks.rank)

    def take(count: int) -> float:
        begun = time.perf_counter()
        for step in range(count):
            rows = batch * ranks.size
            stepper.train(images, targets, weights, step=step, rate=1e-4, rows=rows)
        stepper.totals.numpy()
        return time.perf_counter() - begun

    take(_WARM_UP)
    steps = max(_LEAST_STEPS, round(seconds / (take(_WARM_UP) / _WARM_UP)))
    shared = share_json({"steps": steps}, ranks=ranks)
    assert shared is not None
    if is_alone:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
    took = take(shared["steps"])
    told = {"steps": shared["steps"], "images": shared["steps"] * batch, "seconds": took}
    return told if ranks.is_first else None


def _stepper(options: Options, ranks: Any) -> Any:
    from jobs.train.worker.nets import build_net
    from jobs.train.worker.stepping import Stepper

    run = Run(
        training_id=1,
        root="0" * 64,
        classes=tuple(ClassLabel(str(number), str(number)) for number in range(_CLASSES)),
        seed=0,
        options=asdict(options),
        batch=options.batch * ranks.size,
        is_multi_label=False,
        files={},
        class_images={},
        left_out={},
    )
    model = build_net(options, classes=_CLASSES, is_multi_label=False, seed=0)
    return Stepper(model, run=run, options=options, ranks=ranks)


def _batch(options: Options, rank: int) -> tuple[Any, Any, Any]:
    import tensorflow as tf

    drawn = np.random.default_rng(rank)
    images = drawn.integers(0, 256, (options.batch, options.side, options.side, 3), np.uint8)
    targets = drawn.integers(0, _CLASSES, options.batch)
    return tf.constant(images), tf.constant(targets), tf.ones(options.batch)


if __name__ == "__main__":
    main()
