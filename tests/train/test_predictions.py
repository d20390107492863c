"""Predictions of files and of whole locks, by a model that tells colours apart."""

import csv
import hashlib
import io
import json
import subprocess
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from PIL import Image

from cluster.cli import cli
from cluster.cli.context import Hub
from hub.catalogue import models, trainings
from hub.db import connect
from hub.errors import TrainingError
from hub.exports import model_zips
from hub.exports.claiming import claimed
from hub.limits import bounds_of
from hub.objects.local import Objects
from hub.rules.recipes import make_recipe
from hub.services import subsets
from hub.services.model_files import MODEL_FILE
from hub.services.sources import open_source
from jobs.train import predicting_parts
from jobs.train.predicting import predict_lock
from jobs.train.predicting_parts import LISTED, Task, part_path, predict_parts
from jobs.train.predictor import Predictor
from tests.fixtures.exported import ROOT, train_python

CLASSES = {"Apple": (220, 10, 10), "Bear": (10, 200, 10), "Car": (10, 10, 210)}


@pytest.fixture(scope="module")
def keras_files(tmp_path_factory):
    """A model's file, and that of one which runs code of its own."""
    folder = tmp_path_factory.mktemp("keras")
    files = [folder / "good.keras", folder / "bad.keras"]
    script = ROOT / "tests" / "fixtures" / "colour_models.py"
    subprocess.run([train_python(), str(script), *map(str, files)], check=True, timeout=120)
    return files


def picture(colour, number=0, *, side=40, form="JPEG"):
    """A picture of a colour that no other number gives."""
    image = Image.new("RGB", (side, 2 * side), colour)
    image.paste((20 * number,) * 3, (0, 0, 8, 8))
    content = io.BytesIO()
    image.save(content, form)
    return content.getvalue()


@pytest.fixture
def model(published, settings, keras_files, tmp_path):
    """The model as the registry has it."""
    run = tmp_path / "run"
    (run / "model").mkdir(parents=True)
    (run / MODEL_FILE).write_bytes(keras_files[0].read_bytes())
    packed = tmp_path / "model.zip"
    with packed.open("wb") as out:
        model_zips.write_zip(run, out)
    objects = Objects(settings.objects_root)
    with objects.incoming() as incoming:
        incoming.write(packed.read_bytes())
        objects.accept(incoming, "models/one.zip")
    with connect(settings.database_url) as db:
        with db.cursor() as cursor:
            cursor.execute("SELECT user_id FROM hub_user")
            (user_id,) = cursor.fetchone()
        training_id = trainings.add_training(
            db, user_id=user_id, root="ab" * 32, recipe={}, options={}
        )
        models.put_model(
            db,
            "m1",
            training_id=training_id,
            name="colours",
            object_key="models/one.zip",
            size_bytes=packed.stat().st_size,
            sha256=hashlib.sha256(packed.read_bytes()).hexdigest(),
            classes=list(CLASSES),
            metrics={},
            confusion=None,
            report={},
            weights_sha256="0" * 64,
        )
    return models.find_model(published.db, "m1")


@pytest.fixture
def run(settings):
    """Run `hub` with these words."""
    environ = {
        "HUB_HOME": str(settings.home),
        "HUB_DATABASE_URL": settings.database_url,
        "HUB_TRAIN_PYTHON": train_python(),
    }
    return lambda *words: CliRunner().invoke(cli, [*map(str, words)], obj=Hub(environ))


def test_every_file_gets_a_label_or_says_what_is_wrong_with_it(run, model, tmp_path):
    red, blue, broken = (tmp_path / name for name in ("red.jpg", "blue.png", "broken.jpg"))
    red.write_bytes(picture(CLASSES["Apple"]))
    blue.write_bytes(picture(CLASSES["Car"], form="PNG"))
    broken.write_bytes(picture(CLASSES["Apple"])[:200])
    ran = run("model", "predict", "m1", red, broken, tmp_path / "none.jpg", blue, "--json")
    assert ran.exit_code == 0, ran.output
    first, second, third, fourth = json.loads(ran.stdout)
    assert (first["path"], first["label"]) == (str(red), "Apple")
    assert first["scores"]["Apple"] == first["probability"] == max(first["scores"].values())
    assert sum(first["scores"].values()) == pytest.approx(1, abs=1e-5)
    # The model, by hand: ten times the mean colour, and softmax.
    expected = np.exp(10 * np.array(CLASSES["Apple"]) / 255)
    assert list(first["scores"].values()) == pytest.approx(expected / expected.sum(), abs=0.01)
    assert "no picture" in second["error"]
    assert "cannot be read" in third["error"]
    assert fourth["label"] == "Car"


def test_a_damaged_model_is_not_opened(run, model, settings, tmp_path):
    red = tmp_path / "red.jpg"
    red.write_bytes(picture(CLASSES["Apple"]))
    path = Objects(settings.objects_root).path("models/one.zip")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o600)
    path.write_bytes(content)
    ran = run("model", "predict", "m1", red, "--json")
    assert ran.exit_code != 0
    assert "damaged" in str(ran.exception)
    assert not ran.stdout


def test_a_model_that_runs_code_of_its_own_is_not_opened(keras_files):
    with pytest.raises(TrainingError, match="ended"):
        Predictor(train_python(), keras_files[1])


@pytest.mark.parametrize(
    ("python", "said"), [("/nowhere/python", "make train-setup"), ("/bin/false", "ended")]
)
def test_a_training_environment_that_is_not_there_is_said(python, said, tmp_path):
    with pytest.raises(TrainingError, match=said):
        Predictor(python, tmp_path / "model.keras")


@pytest.fixture
def source(published, settings):
    """A lock of twelve pictures, one of which nobody can decode."""
    for number in range(11):
        label = [*CLASSES][number % 3]
        published.add(picture(CLASSES[label], number), label)
    published.add(b"no picture", "Car")
    published.write_lake()
    with connect(settings.database_url) as db:
        made = subsets.create(
            db,
            "colours",
            recipe=make_recipe({"labels": [*CLASSES]}),
            settings=settings,
            by="ann",
        )
    return open_source(settings, made.lock)


def test_a_lock_is_predicted_picture_by_picture_and_goes_on_where_it_stopped(
    source, model, settings, spark, tmp_path
):
    out = tmp_path / "out"

    @contextmanager
    def open_spark(_settings, _name):
        yield spark

    def predict(model=model):
        return predict_lock(
            source,
            out,
            model=model,
            open_db=lambda: connect(settings.database_url),
            settings=replace(settings, train_python=Path(train_python()), partitions=1),
            # So that one part has no picture to ask the model about.
            part_rows=1,
            open_spark=open_spark,
        )

    summary = predict()
    assert (summary["images"], summary["failed"]) == (12, 1)
    assert summary["per_label"] == {"Apple": 4, "Bear": 4, "Car": 3}
    assert set(summary["accuracy"].values()) == {1.0}
    with (out / "predictions.csv").open(newline="") as lines:
        rows = [*csv.DictReader(lines)]
    assert [row["image_id"] for row in rows] == [one.image_id for one in source.pictures()]
    assert all((row["label"] == row["picked"]) != bool(row["error"]) for row in rows)
    parts = sorted((out / "parts").iterdir())
    told = [row for part in parts for row in pq.read_table(part).to_pylist()]
    assert all(sum(row["scores"]) == pytest.approx(1, abs=1e-5) for row in told if row["scores"])
    assert all(row["is_right"] is (None if row["error"] else True) for row in told)

    # As a job leaves it that was killed when one of its parts lacked.
    left = out / ".predicting" / "unfinished"
    left.parent.mkdir()
    left.write_bytes(b"half a part")
    before = [path.stat().st_mtime_ns for path in parts]
    table = (out / "predictions.csv").read_bytes()
    for path in (parts[1], out / "summary.json", out / "predictions.csv"):
        path.unlink()
    assert predict() == summary
    after = [path.stat().st_mtime_ns for path in parts]
    anew = [part for part, old, new in zip(parts, before, after, strict=True) if old != new]
    assert anew == [parts[1]]
    assert (out / "predictions.csv").read_bytes() == table
    names = {"job.json", "model", "parts", "predictions.csv", "summary.json"}
    assert {path.name for path in out.iterdir()} == names
    assert sorted((out / "parts").iterdir()) == parts

    with claimed(out), pytest.raises(TrainingError, match="Another process"):
        predict()
    with pytest.raises(TrainingError, match="another model"):
        predict(replace(model, sha256="0" * 64))


class _Scores:
    """Stands for a process that has a model open, and must be asked for nothing."""

    side = 32

    def __init__(self, *_words, **_options):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_how):
        pass


def test_a_task_that_runs_again_writes_the_parts_alone_that_lack(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(predicting_parts, "Predictor", _Scores)
    row = dict.fromkeys(LISTED.names) | {"image_id": "a", "picked": []}
    with pq.ParquetWriter(tmp_path / "listed", LISTED) as writer:
        writer.write_table(pa.Table.from_pylist([row], LISTED))
    part_path(tmp_path, 7).write_bytes(b"there already")
    task = Task(
        lake_root=settings.lake_root,
        model="model.keras",
        listed=str(tmp_path / "listed"),
        due=[7],
        parts=str(tmp_path),
        work=str(tmp_path),
        python="python",
        classes=[*CLASSES],
        bounds=bounds_of(settings),
        threads=1,
        progress=str(tmp_path),
    )
    asked = pa.RecordBatch.from_pydict({"id": [0]})
    assert [batch["id"].to_pylist() for batch in predict_parts(iter([asked]), task=task)] == [[0]]
    assert part_path(tmp_path, 7).read_bytes() == b"there already"
