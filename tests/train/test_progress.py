"""How fast a network may learn, when it has learned enough, and who looks after a run."""

import json
import subprocess
import sys
import time

import pytest

from hub.rules.trainings import make_options
from jobs.train.worker.events import append_event
from jobs.train.worker.progress import Progress, learning_rate

OPTIONS = make_options({"epochs": 9, "patience": 4, "arch": "smaller_vgg"}, minimum=1)
WATCHED = """
import sys, time
from pathlib import Path
from jobs.train.worker.watchdog import watch_lease
watch_lease(Path(sys.argv[1]), attempt=2, lease_seconds=0.5)
time.sleep(float(sys.argv[2]))
"""


def test_the_learning_rate_grows_with_the_batch_and_in_the_first_epoch():
    rates = [
        learning_rate(Progress(step=step), options=OPTIONS, batch=64, steps=4) for step in range(6)
    ]
    assert rates == pytest.approx([0.0005, 0.001, 0.0015, 0.002, 0.002, 0.002])


def test_it_is_halved_where_nothing_gets_better_and_then_training_ends():
    progress, factors = Progress(), []
    seen = [(0.5, 3.0), (0.7, 4.0), (0.6, 2.0), (0.7, 4.0), (0.7, 5.0), (0.1, 1.0)]
    for accuracy, loss in seen:
        assert not progress.is_over(OPTIONS)
        validated = {"val_accuracy": accuracy, "val_loss": loss}
        progress.end_epoch({"epoch": progress.epoch, **validated}, options=OPTIONS)
        factors.append(progress.factor)
    assert factors == [1, 1, 1, 0.5, 0.5, 0.25]
    assert progress.is_over(OPTIONS)
    assert progress.best_epoch == 2


def test_of_equally_right_epochs_the_one_of_smaller_loss_is_better():
    progress = Progress()
    for loss in (3.0, 2.0, 2.5):
        measured = {"epoch": progress.epoch, "val_accuracy": 0.5, "val_loss": loss}
        progress.end_epoch(measured, options=OPTIONS)
    assert progress.best_epoch == 2


def test_without_a_validation_split_the_loss_decides():
    progress = Progress()
    for loss in (3.0, 2.0, 2.5):
        measured = {"epoch": progress.epoch, "loss": loss, "val_loss": None}
        progress.end_epoch(measured, options=OPTIONS)
    assert progress.best_epoch == 2


def test_an_event_is_a_line_of_its_own_after_one_that_was_cut(tmp_path):
    append_event(tmp_path, "begun", attempt=1)
    with (tmp_path / "events.jsonl").open("a") as file:
        file.write('{"event": "st')
    append_event(tmp_path, "begun", attempt=2)
    first, _, last = (tmp_path / "events.jsonl").read_text().splitlines()
    assert [json.loads(line)["attempt"] for line in (first, last)] == [1, 2]


@pytest.mark.parametrize(
    ("lease", "words"),
    [
        ({"attempt": 2, "beat": 1.0, "cancel": True}, "was cancelled"),
        ({"attempt": 3, "beat": 1.0, "cancel": False}, "Attempt 3 has taken this training over"),
        ({"attempt": 2, "beat": 1.0, "cancel": False}, "Nobody has looked after this training"),
    ],
)
def test_a_rank_ends_when_its_lease_is_lost(tmp_path, lease, words):
    (tmp_path / "lease.json").write_text(json.dumps(lease))
    watched = _watched(tmp_path, seconds=30)
    assert words in watched.communicate(timeout=20)[1]
    assert watched.returncode == 4


def test_a_rank_that_is_looked_after_goes_on(tmp_path):
    (tmp_path / "lease.json").write_text("{}")
    watched = _watched(tmp_path, seconds=2)
    beat = 0
    while watched.poll() is None:
        beat += 1
        incoming = tmp_path / "incoming"
        incoming.write_text(json.dumps({"attempt": 2, "beat": beat, "cancel": False}))
        incoming.replace(tmp_path / "lease.json")
        time.sleep(0.05)
    assert watched.returncode == 0, watched.communicate()


def _watched(folder, *, seconds):
    return subprocess.Popen(
        [sys.executable, "-c", WATCHED, str(folder), str(seconds)],
        stderr=subprocess.PIPE,
        text=True,
    )
