"""Real trainings whose ranks, launcher, supervisor and files come to harm."""

import json
import os
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from jobs.train.following import EventLog
from jobs.train.marked import find_marked

SECONDS = 240
LAUNCHER, WORKER = "horovod.runner.launch", "jobs.train.worker"
TINY = ("--arch", "smaller_vgg", "--side", 32, "--no-augment", "--dropout", 0)


class Run:
    """A training at work, and what it says meanwhile."""

    def __init__(self, hub, training_id, tmp_path):
        self.hub, self.training_id = hub, training_id
        self.folder = hub.folder(training_id)
        self.traces = tmp_path / "traces"
        self.traces.mkdir(exist_ok=True)
        self.begun = []
        self._heard = []
        self._log = EventLog(self.folder / "events.jsonl")

    def start(self, *words, checkpoint_seconds=0):
        """Run the training in a process of its own, which keeps a checkpoint at each step."""
        return self.hub.start(
            *("train", "run", self.training_id, *words),
            OMP_NUM_THREADS="1",
            HUB_LEASE_SECONDS="10",
            HUB_TRAIN_CHECKPOINT_SECONDS=str(checkpoint_seconds),
            HUB_TRAIN_TRACE=str(self.traces),
        )

    def wait_for(self, kind, holds=lambda event: True):
        """Wait until the run says something."""
        deadline = time.monotonic() + SECONDS
        while True:
            self._heard += self._log.take()
            while self._heard:
                event = self._heard.pop(0)
                if event["event"] == "begun":
                    self.begun.append(event)
                if event["event"] == kind and holds(event):
                    return
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.02)

    def said(self):
        logs = sorted((self.folder / "logs").glob("*.log"))
        return "\n".join(path.read_text()[-3000:] for path in logs)

    def launcher(self):
        return next(one for one in find_marked(self.folder) if LAUNCHER in command_of(one))

    def ranks(self):
        """Return the processes that train: not the launcher, nor the shells that it starts."""
        commands = {one: command_of(one) for one in find_marked(self.folder)}
        return [one for one, words in commands.items() if words[1:3] == ["-m", WORKER]]

    def hold(self, most=None):
        """Stop ranks: no other can take its next step without them, however fast the machine is."""
        for one in self.ranks()[:most]:
            os.kill(one, signal.SIGSTOP)

    def trained(self):
        """Return how often each picture was trained on in each epoch, in steps that were kept."""
        attempts = {}
        for path in self.traces.iterdir():
            rows = [line.split() for line in path.read_text().splitlines()]
            attempts.setdefault(int(path.stem.split("-")[1]), []).extend(rows)
        starts = {event["attempt"]: event["step"] for event in self.begun}
        counts = Counter()
        for attempt, rows in attempts.items():
            gone = min((step for later, step in starts.items() if later > attempt), default=1e9)
            counts.update((epoch, image_id) for epoch, step, image_id in rows if int(step) <= gone)
        return counts


def command_of(number):
    try:
        return Path(f"/proc/{number}/cmdline").read_bytes().decode().split("\0")
    except OSError:
        return []


@pytest.fixture
def run_of(training_hub, tmp_path):
    """Return what makes a run of a tiny network."""

    def make(*words, **shape):
        return Run(training_hub, training_hub.request(*TINY, *words, **shape), tmp_path)

    return make


def test_a_training_outlives_its_ranks_its_launcher_and_its_supervisors(run_of):
    run = run_of("--ranks", 3, "--batch", 1, "--epochs", 5, train=41)
    with run.start() as supervisor:
        # Of 14 steps an epoch: by then the best checkpoint is another than the last.
        run.wait_for("checkpoint", lambda event: event["step"] > 16)
        run.hold(most=1)
        supervisor.kill()
    # Nobody looks after them: the ranks end by themselves.
    deadline = time.monotonic() + SECONDS
    while find_marked(run.folder):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    with run.start("--ranks", 2) as supervisor:
        run.wait_for("begun")
        run.wait_for("checkpoint")
        os.kill(run.ranks()[0], signal.SIGKILL)
        run.wait_for("begun")
        run.wait_for("checkpoint")
        os.kill(run.launcher(), signal.SIGKILL)
        run.wait_for("begun")
        run.hold()
        supervisor.kill()
    last = json.loads((run.folder / "checkpoints" / "last.json").read_text())["file"]
    os.truncate(run.folder / "checkpoints" / last, 1000)
    with run.start("--ranks", 1, checkpoint_seconds=60) as supervisor:
        assert supervisor.wait(timeout=SECONDS) == 0, run.said()
    run.wait_for("judging", lambda event: event["split"] == "validation")
    run.wait_for("finished")
    assert [event["ranks"] for event in run.begun] == [3, 2, 2, 2, 1]
    assert run.begun[-1]["step"] >= 14
    names = {f"train-{place:06d}" for place in range(41)}
    assert run.trained() == Counter((epoch, name) for epoch in "12345" for name in names)
    shown = run.hub.json("train", "show", run.training_id)
    assert (shown["status"], shown["images"], len(shown["history"])) == ("succeeded", 41, 5)
    assert shown["model_id"]
    assert not find_marked(run.folder)


def test_a_training_file_that_was_changed_fails_the_training_and_is_named(run_of):
    run = run_of("--ranks", 2, "--batch", 4, "--epochs", 1)
    path = run.folder / "train" / "00001.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 255
    path.write_bytes(content)
    with run.start() as supervisor:
        assert supervisor.wait(timeout=SECONDS) == 1
    failed = run.hub.json("train", "show", run.training_id)
    assert failed["status"] == "failed"
    assert "train/00001.parquet" in failed["error"]
    assert not (run.folder / "result.json").exists()
    assert not (run.folder / "logs" / "attempt-2.log").exists()


def test_a_full_disk_is_told_and_the_training_goes_on_once_there_is_room(run_of):
    run = run_of("--launcher", "single", "--batch", 30, "--epochs", 1)
    (run.folder / "checkpoints").mkdir()
    # A step of 30 pictures: the first checkpoint, and its first attempt alone, meets a full disk.
    (run.folder / "checkpoints" / ".step-1.npz.incoming").symlink_to("/dev/full")
    with run.start() as supervisor:
        assert supervisor.wait(timeout=SECONDS) == 0, run.said()
        assert "There is no room for the checkpoint" in supervisor.stdout.read()
    assert run.hub.json("train", "show", run.training_id)["status"] == "succeeded"
    assert (run.folder / "logs" / "attempt-2.log").exists()


def test_ranks_on_spark_learn_what_ranks_of_horovodrun_do(run_of):
    weights = set()
    for way in ("spark", "horovodrun"):
        run = run_of("--launcher", way, "--ranks", 2, "--batch", 8, "--epochs", 1)
        with run.start() as supervisor:
            assert supervisor.wait(timeout=SECONDS) == 0, run.said()
        shown = run.hub.json("train", "show", run.training_id)
        assert (shown["ranks"], shown["launcher"]) == (2, way)
        weights.add(shown["weights_sha256"])
    assert len(weights) == 1
