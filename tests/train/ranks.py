"""Starts the ranks of a run as the launchers do, in the training environment, and looks on."""

import json
import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psutil

from tests.fixtures.exported import train_python

ROOT = Path(__file__).parents[2]
BOUND_SECONDS = 300


def environment(**more):
    python = Path(train_python())
    return {
        **os.environ,
        "PATH": f"{python.parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "OMP_NUM_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "2",
        **more,
    }


def start(folder, *, ranks, attempt=1, checkpoint_seconds=0):
    """Start a run's ranks, which tell what they train on in `<folder>/trace`."""
    (folder / "trace").mkdir(exist_ok=True)
    worker = [train_python(), "-m", "jobs.train.worker", str(folder), "--attempt", str(attempt)]
    return subprocess.Popen(
        worker if ranks == 1 else ["horovodrun", "-np", str(ranks), *worker],
        env=environment(
            HUB_TRAIN_TRACE=str(folder / "trace"),
            HUB_TRAIN_CHECKPOINT_SECONDS=str(checkpoint_seconds),
        ),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def finish(process):
    """Wait for a run's ranks and return their exit status and what they said."""
    try:
        said, _ = process.communicate(timeout=BOUND_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    return process.returncode, said


def train(folder, *, ranks, **started):
    """Train to the end and return the result."""
    status, said = finish(start(folder, ranks=ranks, **started))
    assert status == 0, said[-5000:]
    return json.loads((folder / "result.json").read_bytes())


def kill_at(folder, step, *, ranks):
    """Train until a step has been kept as a checkpoint, then kill all ranks at once."""
    process = start(folder, ranks=ranks)
    try:
        give_up_at = time.monotonic() + BOUND_SECONDS
        while not any(each >= step for each in checkpoints(folder)):
            assert process.poll() is None, process.communicate()[0][-5000:]
            assert time.monotonic() < give_up_at
            time.sleep(0.02)
    finally:
        # The launcher alone would have them end in their own time: its ranks are no group of its.
        started = psutil.Process(process.pid)
        for each in (*started.children(recursive=True), started):
            with suppress(psutil.NoSuchProcess):
                each.kill()
        process.communicate()
    assert not (folder / "result.json").exists()


def events(folder, kind):
    lines = (folder / "events.jsonl").read_text().splitlines()
    return [event for event in map(json.loads, lines) if event["event"] == kind]


def checkpoints(folder):
    if not (folder / "events.jsonl").exists():
        return []
    whole = (folder / "events.jsonl").read_text().rpartition("\n")[0]
    told = [json.loads(line) for line in whole.splitlines()]
    return [event["step"] for event in told if event["event"] == "checkpoint"]


def trained_on(folder):
    """The pictures of each (epoch, step), of the last attempt that took the step."""
    attempts = {}
    for path in sorted((folder / "trace").iterdir()):
        attempt = int(path.name.split("-")[1])
        for line in path.read_text().splitlines():
            epoch, step, image_id = line.split()
            place = attempts.setdefault((int(epoch), int(step)), {})
            place.setdefault(attempt, []).append(image_id)
    return {step: sorted(of[max(of)]) for step, of in attempts.items()}


def epoch_images(steps, epoch):
    return sorted(image for (of, _), images in steps.items() if of == epoch for image in images)
