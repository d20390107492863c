"""Reports of runs: scores beside plain references, and the files for runs of every kind."""

import csv
import hashlib
import io
import json
import os
import random
import subprocess

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from hub.errors import TrainingError
from hub.rules.runs import ClassLabel, Run, TrainingFile, write_json, write_run
from jobs.train.worker import scores
from jobs.train.worker.predicted import Predicted, read_predicted
from tests.fixtures.exported import ROOT, train_python

SIDE = 8
CLASSES = (ClassLabel("k_a", "Apple"), ClassLabel("k_b", "=Banana $x$"), ClassLabel("k_c", "Car"))


def draw(rows, classes, *, seed, is_multi_label):
    chance = random.Random(seed)
    # Few values, so that equal scores are met.
    drawn = [[chance.randrange(1, 8) / 8 for _ in range(classes)] for _ in range(rows)]
    if is_multi_label:
        truth = [[chance.choice((-1, 0, 1)) for _ in range(classes)] for _ in range(rows)]
    else:
        drawn = [[value / sum(row) for value in row] for row in drawn]
        # The last class is never shown.
        shown = [chance.randrange(classes - 1) for _ in range(rows)]
        truth = [[int(number == one) for number in range(classes)] for one in shown]
    return Predicted(
        np.array([f"{number:064x}" for number in range(rows)]),
        np.array(["validation"] * rows),
        np.array(truth, np.int8).reshape(rows, classes),
        np.array(drawn, np.float32).reshape(rows, classes),
        is_multi_label,
    )


def decisions(predicted, number):
    """Yield of each picture whose state of the class is known: shown, chosen, score."""
    for truth, found in zip(predicted.truth.tolist(), predicted.scores.tolist(), strict=True):
        chosen = found[number] >= 0.5 if predicted.is_multi_label else _first_best(found) == number
        if truth[number] != -1:
            yield truth[number] == 1, chosen, found[number]


def _first_best(found):
    return found.index(max(found))


def average_precision(ranked):
    """As the mean over shown pictures of the precision among all that score as high or higher."""
    shown = [score for is_shown, _, score in ranked if is_shown]
    if not shown:
        return None
    total = 0
    for score in shown:
        above = [is_shown for is_shown, _, other in ranked if other >= score]
        total += sum(above) / len(above)
    return total / len(shown)


@pytest.mark.parametrize("is_multi_label", [False, True])
def test_scores_of_labels_are_those_of_a_plain_count(is_multi_label):
    for seed in range(8):
        predicted = draw(40, 4, seed=seed, is_multi_label=is_multi_label)
        labels = [ClassLabel(f"k_{number}", f"label {number}") for number in range(4)]
        for number, found in enumerate(scores.score_labels(predicted, labels)):
            ranked = [*decisions(predicted, number)]
            right = sum(shown and chosen for shown, chosen, _ in ranked)
            chosen = sum(chosen for _, chosen, _ in ranked)
            shown = sum(shown for shown, _, _ in ranked)
            assert found.support == shown
            assert found.precision == (pytest.approx(right / chosen) if chosen else None)
            assert found.recall == (pytest.approx(right / shown) if shown else None)
            some = shown + chosen
            assert found.f1 == (pytest.approx(2 * right / some) if some else None)
            expected = average_precision(ranked)
            assert found.average_precision == (
                None if expected is None else pytest.approx(expected, abs=1e-6)
            )


def test_calibration_is_that_of_a_plain_count():
    predicted = draw(200, 4, seed=1, is_multi_label=False)
    bins = [[] for _ in range(10)]
    for truth, found in zip(predicted.truth.tolist(), predicted.scores.tolist(), strict=True):
        best = _first_best(found)
        place = next(number for number in range(10) if max(found) * 10 <= number + 1)
        bins[place].append((max(found), truth[best]))
    found = scores.calibrate(predicted)
    error = 0.0
    for one, expected in zip(found.bins, bins, strict=True):
        assert one.count == len(expected)
        if expected:
            confidence = sum(each for each, _ in expected) / len(expected)
            accuracy = sum(right for _, right in expected) / len(expected)
            assert (one.confidence, one.accuracy) == pytest.approx((confidence, accuracy))
            error += len(expected) / 200 * abs(confidence - accuracy)
    assert found.ece == pytest.approx(error)


def test_the_worst_mistakes_are_the_surest_ones_with_ties_by_image_id():
    predicted = draw(60, 4, seed=2, is_multi_label=False)
    labels = [ClassLabel(str(number), str(number)) for number in range(4)]
    expected = sorted(
        (-max(found), image_id)
        for image_id, truth, found in zip(
            predicted.image_ids.tolist(),
            predicted.truth.tolist(),
            predicted.scores.tolist(),
            strict=True,
        )
        if not truth[_first_best(found)]
    )
    found = scores.list_worst(predicted, labels, most=10)
    assert [one.image_id for one in found] == [image_id for _, image_id in expected[:10]]
    assert all(one.true != one.predicted for one in found)


def test_scores_that_are_no_numbers_are_refused(tmp_path):
    np.savez(
        tmp_path / "predictions.npz",
        image_id=["a"],
        split=["validation"],
        label=[0],
        scores=np.array([[np.nan, 1]], np.float32),
    )
    with pytest.raises(TrainingError, match="smaller learning rate"):
        read_predicted(tmp_path, classes=2, is_multi_label=False)


def pixels(number):
    return bytes([40 * number % 256, 100, 200 - number]) * SIDE**2


def make_run(folder, *, rows, is_multi_label=False):
    """A run folder that has ended; `rows` are (split, label or states, scores)."""
    folder.mkdir()
    ids = [hashlib.sha256(bytes([number])).hexdigest() for number in range(len(rows))]
    files = {"train": (), "validation": (), "test": ()}
    for split in ("validation", "test"):
        held = [number for number, row in enumerate(rows) if row[0] == split]
        if held:
            (folder / split).mkdir()
            path = f"{split}/00000.parquet"
            table = pa.table(
                {
                    "image_id": [ids[number] for number in held],
                    "image": pa.array([pixels(number) for number in held], pa.binary()),
                }
            )
            pq.write_table(table, folder / path, compression="none")
            files[split] = (TrainingFile(path, len(held), 1, "0" * 64),)
    write_run(folder, a_run(files, is_multi_label))
    shown = np.array([row[1] for row in rows], np.int64)
    truth = {"states": shown.reshape(-1, len(CLASSES))} if is_multi_label else {"label": shown}
    np.savez(
        folder / "predictions.npz",
        image_id=np.array(ids, "U64"),
        split=np.array([row[0] for row in rows], "U10"),
        scores=np.array([row[2] for row in rows], np.float32).reshape(-1, len(CLASSES)),
        **truth,
    )
    (folder / "attribution.csv").write_text(
        "image_id,author,licence,source\n"
        "1,Ann|Lee,CC BY 4.0,\n2,Ann|Lee,CC BY 4.0,\n3,Bo,CC0 1.0,\n"
    )
    events = [
        {"event": "begun", "attempt": 1, "step": 0},
        {"event": "step", "step": 1, "images_per_second": 9.0, "learning_rate": 0.1},
        {"event": "epoch", "epoch": 1, "loss": 2.0, "accuracy": 0.3, "val_loss": None},
        {"event": "step", "step": 2, "images_per_second": 9.5, "learning_rate": 0.2},
        {"event": "epoch", "epoch": 2, "loss": 9.0, "accuracy": 0.1},
    ]
    lines = [json.dumps(event) for event in events]
    # What a crash leaves: half a line, and after it the last epoch again.
    lines += ['{"event": "st', json.dumps({**events[4], "loss": 1.0, "accuracy": 0.6})]
    (folder / "events.jsonl").write_text("\n".join(lines) + "\n")
    write_json(folder / "result.json", {"val_accuracy": 0.5, "epochs": 2, "steps": 2})
    return ids


def a_run(files, is_multi_label):
    return Run(
        training_id=7,
        root="ab" * 32,
        classes=CLASSES,
        seed=1,
        options={"arch": "smaller_vgg", "side": SIDE, "batch": 2, "ranks": 1},
        batch=2,
        is_multi_label=is_multi_label,
        files=files,
        class_images={"k_a": 12, "k_b": 9, "k_c": 0},
        left_out={"several_labels": 3},
    )


def report(folder):
    """Let the training environment write the report; return what it says."""
    subprocess.run(
        [train_python(), "-m", "jobs.train.worker.report", str(folder)],
        check=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    # JSON as everybody reads it: without NaN.
    text = (folder / "report" / "report.json").read_text()
    return json.loads(text, parse_constant=lambda word: pytest.fail(f"report.json has {word}"))


def drawings(folder):
    return {path.name for path in (folder / "report").glob("*.png")}


def table(path):
    with path.open(newline="") as lines:
        return [*csv.reader(lines)]


def test_a_report_says_and_draws_what_a_run_came_to(tmp_path):
    ids = make_run(
        tmp_path / "run",
        rows=[
            ("validation", 0, (0.9, 0.05, 0.05)),
            ("validation", 0, (0.2, 0.7, 0.1)),
            ("validation", 1, (0.1, 0.8, 0.1)),
            ("validation", 1, (0.95, 0.03, 0.02)),
            ("test", 0, (0.6, 0.2, 0.2)),
        ],
    )
    told = report(tmp_path / "run")
    written = tmp_path / "run" / "report"
    assert told["val_accuracy"] == 0.5
    assert told["note"] == "Validation accuracy 0.5000: below threshold 0.85."
    assert told["confusion"] == [[1, 1, 0], [1, 1, 0], [0, 0, 0]]
    absent = told["labels"][2]
    assert (absent["support"], absent["precision"], absent["recall"]) == (0, None, None)
    assert [one["image_id"] for one in told["worst"]] == [ids[3], ids[1]]
    assert [(one["epoch"], one["loss"]) for one in told["history"]] == [(1, 2.0), (2, 1.0)]
    assert told["throughput"] == [[1, 9.0, 0.1], [2, 9.5, 0.2]]
    assert told["test"]["accuracy"] == 1.0
    assert drawings(tmp_path / "run") == {
        *("curves.png", "confusion.png", "calibration.png", "throughput.png"),
    }
    with Image.open(io.BytesIO((written / "worst" / "1.jpg").read_bytes())) as picture:
        assert np.abs(np.array(picture.getpixel((4, 4))) - [*pixels(3)[:3]]).max() < 12
    rows = table(written / "predictions.csv")
    assert rows[0] == ["True Filename", "Predicted Filename"]
    assert rows[2] == [f"Apple/{ids[1]}.jpg", f"'=Banana $x$/{ids[1]}.jpg"]
    wide = table(written / "predictions_wide.csv")
    assert wide[0][-3:] == ["Apple", "'=Banana $x$", "Car"]
    assert wide[4][:5] == [ids[3], "validation", "'=Banana $x$", "Apple", "0.950000"]


def test_a_model_card_credits_everybody_and_says_how_to_open_the_model(tmp_path):
    make_run(tmp_path / "run", rows=[("validation", 0, (0.9, 0.05, 0.05))])
    told = report(tmp_path / "run")
    card = (tmp_path / "run" / "report" / "MODEL_CARD.md").read_text()
    assert "| CC BY 4.0 | Ann\\|Lee | 2 |" in card
    assert "| CC0 1.0 | Bo | 1 |" in card
    assert "safe_mode=True" in card
    assert "ab" * 32 in card
    assert "above threshold 0.85" in card
    # Nothing went wrong, so there is nothing to show of it.
    assert told["worst"] == []
    assert not [*(tmp_path / "run" / "report" / "worst").iterdir()]


def test_a_run_without_validation_pictures_says_that_nothing_is_known(tmp_path):
    make_run(tmp_path / "run", rows=[])
    told = report(tmp_path / "run")
    assert told["val_accuracy"] is None
    assert told["note"].startswith("No validation pictures")
    assert told["calibration"]["ece"] is None
    assert told["test"] is None
    assert drawings(tmp_path / "run") == {"curves.png", "throughput.png"}


def test_a_run_of_several_labels_is_scored_over_what_is_known(tmp_path):
    make_run(
        tmp_path / "run",
        rows=[
            ("validation", (1, 0, -1), (0.9, 0.8, 0.99)),
            ("validation", (1, 1, 0), (0.4, 0.7, 0.1)),
        ],
        is_multi_label=True,
    )
    told = report(tmp_path / "run")
    assert told["val_accuracy"] == pytest.approx(3 / 5)
    assert told["confusion"] is None
    assert [one["precision"] for one in told["labels"]] == [1.0, 0.5, None]
    assert [one["recall"] for one in told["labels"]] == [0.5, 1.0, None]
    found = [(one["true"], one["predicted"]) for one in told["worst"]]
    assert found == [("not =Banana $x$", "=Banana $x$"), ("Apple", "not Apple")]
    assert drawings(tmp_path / "run") == {"curves.png", "calibration.png", "throughput.png"}
