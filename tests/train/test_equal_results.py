"""The same run folder gives the same network: by any number of ranks, killed or not."""

import json
import shutil

import numpy as np

from tests.fixtures.run_folders import write_run_folder
from tests.train.ranks import epoch_images, events, kill_at, train, trained_on


def test_two_ranks_learn_what_one_learns_from_batches_of_twice_the_size(tmp_path):
    plain = {"arch": "vgg16", "dropout": 0.0, "augment": False, "epochs": 1, "warmup_epochs": 0}
    counts = {"train": 20, "validation": 3}
    made = {"learning_rate": 1e-4, "class_weights": "balanced", **counts, **plain}
    # In parts, gradients of wide layers are summed like others, not made of gathered rows.
    ways = {"one": (1, 8, 1), "two": (2, 4, 1), "parts": (2, 4, 2)}
    for name, (ranks, batch, accumulate) in ways.items():
        folder = tmp_path / name
        folder.mkdir()
        write_run_folder(folder, ranks=ranks, batch=batch, accumulate=accumulate, **made)
        train(folder, ranks=ranks, checkpoint_seconds=60)
        assert_alike(tmp_path / "one", folder, steps=3, rate=1e-4 * 8 / 32)
        assert trained_on(tmp_path / "one") == trained_on(folder)


def assert_alike(one, other, *, steps, rate):
    expected, weights = (
        np.load(folder / "model" / "weights.npz", allow_pickle=False) for folder in (one, other)
    )
    for name in expected.files:
        differences = np.abs(expected[name] - weights[name])
        # Adam divides a gradient by its size: where it is next to nothing, rounding decides.
        assert differences.max() <= 2 * steps * rate
        assert differences.mean() < 0.01 * steps * rate, name


def test_a_run_that_was_killed_ends_with_the_same_bits_or_with_other_ranks_exactly_once(tmp_path):
    whole, killed, other = (tmp_path / name for name in ("whole", "killed", "other"))
    for folder in (whole, killed):
        folder.mkdir()
        # 7 steps of 4 pictures, 2 in the last one.
        write_run_folder(folder, train=26, validation=7, test=5, batch=2, dropout=0.5)
    kill_at(killed, 9, ranks=2)
    shutil.copytree(killed, other)

    expected = train(whole, ranks=2)
    resumed = train(killed, ranks=2, attempt=2)
    train(other, ranks=1, attempt=2)

    assert events(killed, "begun")[1]["step"] >= 9
    assert resumed["weights_sha256"] == expected["weights_sha256"]
    names = ("accuracy", "loss", "val_loss", "test_accuracy", "images", "steps", "best_epoch")
    assert [resumed[name] for name in names] == [expected[name] for name in names]
    images = [f"train-{place:06d}" for place in range(26)]
    for folder in (whole, killed, other):
        steps = trained_on(folder)
        assert steps == trained_on(whole)
        assert [epoch_images(steps, epoch) for epoch in (1, 2)] == [images, images]
    predictions = np.load(whole / "predictions.npz", allow_pickle=False)
    assert predictions["split"].tolist() == ["validation"] * 7 + ["test"] * 5
    assert np.allclose(predictions["scores"].sum(axis=1), 1)
    versions = json.loads((whole / "model" / "environment.json").read_text())["packages"]
    assert {"tensorflow", "horovod", "petastorm"} <= {name.split("_")[0] for name in versions}


def test_three_ranks_with_fewer_rows_than_ranks_give_the_same_bits_twice(tmp_path):
    results = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        # The last step has a row for one of the three ranks.
        write_run_folder(tmp_path / name, train=7, validation=2, ranks=3, batch=1)
        results.append(train(tmp_path / name, ranks=3)["weights_sha256"])
        images = [f"train-{place:06d}" for place in range(7)]
        assert epoch_images(trained_on(tmp_path / name), 2) == images
    assert results[0] == results[1]


def test_ranks_that_calculate_in_bfloat16_learn_too(tmp_path):
    # At this side the net has a wide layer, whose rows are gathered.
    few = {"train": 8, "validation": 2, "batch": 2, "epochs": 1}
    write_run_folder(tmp_path, side=64, precision="bfloat16", **few)
    assert train(tmp_path, ranks=2)["images"] == 8
    assert epoch_images(trained_on(tmp_path), 1) == [f"train-{place:06d}" for place in range(8)]
