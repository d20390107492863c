"""Checkpoints are there whole or not at all, and the newest whole one is gone on from."""

import json
import os

import numpy as np
import pytest

from hub.errors import TrainingError
from jobs.train.worker import checkpoints
from jobs.train.worker.checkpoints import find_checkpoint, find_newest, save_checkpoint
from jobs.train.worker.digests import DataError
from jobs.train.worker.progress import Progress


class Variable:
    def __init__(self, values):
        self.values = np.asarray(values, np.float32)

    def numpy(self):
        return self.values

    def assign(self, values):
        assert values.shape == self.values.shape
        self.values = values


def save(folder, step, *, is_best=False):
    made = {"weights/a": Variable([[step, 1]]), "totals": Variable([step])}
    progress = Progress(step=step, epoch=2, history=[{"epoch": 1, "loss": 0.5}], best_epoch=1)
    save_checkpoint(folder, made, progress=progress, is_best=is_best)


def cut(folder, step):
    path = folder / "checkpoints" / f"step-{step}.npz"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def test_a_checkpoint_comes_back_as_it_was_and_only_the_last_and_the_best_are_kept(tmp_path):
    save(tmp_path, 3, is_best=True)
    save(tmp_path, 5)
    save(tmp_path, 7)
    found, faults = find_newest(tmp_path)
    assert not faults
    assert found.progress == Progress(
        step=7, epoch=2, history=[{"epoch": 1, "loss": 0.5}], best_epoch=1
    )
    taken = {"weights/a": Variable([[0, 0]]), "totals": Variable([0])}
    found.put_into(taken)
    assert taken["weights/a"].values.tolist() == [[7, 1]]
    assert taken["totals"].values.tolist() == [7]
    names = sorted(path.name for path in (tmp_path / "checkpoints").iterdir())
    assert names == ["best.json", "last.json", "step-3.npz", "step-7.npz"]


def test_what_a_killed_rank_left_half_written_goes_with_the_next_one(tmp_path):
    save(tmp_path, 3)
    left = tmp_path / "checkpoints" / ".step-4.npz.incoming"
    left.write_bytes(b"half")
    save(tmp_path, 5)
    assert not left.exists()


def test_one_that_was_cut_is_not_used_and_the_other_is(tmp_path):
    save(tmp_path, 3, is_best=True)
    save(tmp_path, 5)
    cut(tmp_path, 5)
    found, faults = find_newest(tmp_path)
    assert found.progress.step == 3
    assert faults == ["The checkpoint step-5.npz is damaged and was not used."]
    cut(tmp_path, 3)
    found, faults = find_newest(tmp_path)
    assert found is None
    assert len(faults) == 2


def test_what_says_which_one_it_is_may_be_cut_as_well(tmp_path):
    save(tmp_path, 3, is_best=True)
    said = tmp_path / "checkpoints" / "last.json"
    said.write_text(said.read_text()[:40])
    found, faults = find_newest(tmp_path)
    assert found.progress.step == 3
    assert "last.json cannot be read" in faults[0]
    save(tmp_path, 4)
    assert find_newest(tmp_path)[0].progress.step == 4


def test_one_that_is_missing_is_said_and_none_is_no_fault(tmp_path):
    assert find_newest(tmp_path) == (None, [])
    save(tmp_path, 3)
    (tmp_path / "checkpoints" / "step-3.npz").unlink()
    _, fault = find_checkpoint(tmp_path, "last")
    assert fault.endswith("step-3.npz is missing.")


def test_a_full_disk_is_said_and_harms_no_checkpoint(tmp_path, monkeypatch):
    save(tmp_path, 3)
    monkeypatch.setattr(checkpoints, "_Hashed", FullDisk)
    with pytest.raises(TrainingError, match=r"no room for the checkpoint .*step-5\.npz: make room"):
        save(tmp_path, 5)
    assert find_newest(tmp_path)[0].progress.step == 3
    names = sorted(path.name for path in (tmp_path / "checkpoints").iterdir())
    assert names == ["last.json", "step-3.npz"]


def test_no_pickled_object_is_read(tmp_path):
    save(tmp_path, 3)
    path = tmp_path / "checkpoints" / "step-3.npz"
    np.savez(path, **{"weights/a": np.array([{"a": 1}], object)})
    said = tmp_path / "checkpoints" / "last.json"
    told = json.loads(said.read_text()) | {"sha256": checkpoints.digest_file(path)}
    said.write_text(json.dumps(told))
    found, _ = find_newest(tmp_path)
    with pytest.raises(ValueError, match="allow_pickle=False"):
        found.put_into({"weights/a": Variable([[0, 0]])})


def test_one_of_other_variables_is_not_gone_on_from(tmp_path):
    save(tmp_path, 3)
    found, _ = find_newest(tmp_path)
    with pytest.raises(DataError, match="made by another release of the hub"):
        found.put_into({"weights/b": Variable([[0, 0]])})


class FullDisk:
    def __init__(self, file):
        self._descriptor = os.open("/dev/full", os.O_WRONLY)

    def write(self, data):
        return os.write(self._descriptor, data)

    def flush(self):
        os.close(self._descriptor)

    read = None
