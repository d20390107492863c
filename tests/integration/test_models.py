"""Models: registered from a run folder, brought to a folder, followed both ways."""

import fcntl
import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner

from cluster.cli import cli
from cluster.cli.context import Hub
from hub.catalogue import trainings as rows
from hub.db import connect
from hub.errors import NotFound, StorageError, TrainingError
from hub.exports import model_zips
from hub.rules.recipes import make_recipe
from hub.rules.runs import ClassLabel, Run, TrainingFile, read_run, write_json, write_run
from hub.services import lineage, model_files, models, trainings
from hub.services.accounts import add_user

FRUIT = make_recipe({"labels": ["Apple", "Banana"]})
WEIGHTS = "ab" * 32
SCORES = [{"name": "Apple", "precision": 0.5, "recall": None, "f1": 0.25}]
REPORT = {"val_accuracy": 0.75, "confusion": [[2, 1], [0, 1]], "labels": SCORES, "note": "below"}


@pytest.fixture
def open_db(database_url):
    return lambda: connect(database_url)


@pytest.fixture
def fruit(published):
    return [
        published.add(b"%s %d" % (name.encode(), number), name)
        for name in ("Apple", "Banana")
        for number in range(3)
    ]


@pytest.fixture
def training(fruit, published, settings, open_db):
    published.write_lake()
    with open_db() as db:
        pia = add_user(db, "pia", role="premium")
    with open_db() as db:
        asked = trainings.request(
            db, settings=settings, user=pia, recipe=FRUIT, options={"minimum": 3}
        )
        rows.set_running(db, asked.training_id)
    return asked


@pytest.fixture
def folder(tmp_path, training, fruit):
    """A run folder as a finished run leaves it, with a checkpoint and pixels beside."""
    folder = tmp_path / "runs" / "1"
    for name in ("model", "report/worst", "checkpoints", "train"):
        (folder / name).mkdir(parents=True)
    write_run(
        folder,
        Run(
            training_id=training.training_id,
            root=training.root,
            classes=(ClassLabel("m_1", "Apple"), ClassLabel("m_2", "Banana")),
            seed=0,
            options=dict(training.options),
            batch=64,
            is_multi_label=False,
            files={"train": (TrainingFile("train/00000.parquet", 5, 1, "c" * 64),)},
            class_images={"m_1": 3, "m_2": 2},
            left_out={"several labels": 1},
        ),
    )
    texts = {
        "lock.toml": "lock",
        "attribution.csv": "image_id,author\n",
        "left_out.csv": f"image_id,reason\n{fruit[0]},several labels\n{'0' * 64},gone\n",
        "model/model.keras": "keras" * 1000,
        "model/weights.npz": "npz",
        "model/classes.txt": "Apple\nBanana\n",
        "report/MODEL_CARD.md": "# Card",
        "report/worst/1.jpg": "jpeg",
        "checkpoints/step-1.npz": "big",
        "train/00000.parquet": "pixels",
    }
    for name, text in texts.items():
        (folder / name).write_text(text)
    write_json(folder / "result.json", {"val_accuracy": 0.75, "weights_sha256": WEIGHTS})
    (folder / "report" / "report.json").write_text(json.dumps(REPORT)[:-1] + ', "ece": NaN}')
    os.symlink("/etc/passwd", folder / "report" / "link.txt")
    return folder


@pytest.fixture
def register(open_db, settings, training, folder):
    def register():
        with open_db() as db:
            return models.register(db, settings, training, folder)

    return register


@pytest.fixture
def pull(open_db, settings):
    def pull(model_id, folder):
        with open_db() as db:
            return model_files.pull(db, settings, model_id, folder)

    return pull


def stored(settings):
    return sorted(Path(settings.objects_root, "models").iterdir())


def test_a_run_becomes_one_model_however_often_it_is_registered(
    register, settings, open_db, folder, training
):
    model = register()
    # Written anew, a report is no other model.
    (folder / "report" / "report.json").write_text("{}")
    assert register() == model
    [path] = stored(settings)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == model.sha256
    assert (model.training_id, model.classes) == (training.training_id, ["Apple", "Banana"])
    assert (model.weights_sha256, model.confusion) == (WEIGHTS, [[2, 1], [0, 1]])
    assert model.metrics == {
        "train_images": 5,
        "validation_images": 0,
        "test_images": 0,
        "val_accuracy": 0.75,
    }
    with open_db() as db:
        assert models.find_report(db, model.model_id) == REPORT | {"ece": None}
    assert models.read_card(settings, model) == "# Card"
    names = ZipFile(path).namelist()
    assert {"model/model.keras", "report/worst/1.jpg", "run.json", "lock.toml"} <= {*names}
    assert not [name for name in names if name.startswith(("check", "train/")) or "link" in name]


def test_a_model_whose_bytes_were_lost_is_stored_again(register, settings):
    model = register()
    [path] = stored(settings)
    path.unlink()
    assert register() == model
    assert stored(settings) == [path]


def test_a_model_says_of_a_file_of_first_weights_its_name_and_not_where_it_lay(
    register, pull, open_db, settings, training, folder, tmp_path
):
    first = {"weights": "/home/ann/secret/first.npz", "weights_sha256": "c" * 64}
    run = read_run(folder)
    write_run(folder, replace(run, options={**run.options, **first}))
    with open_db() as db, db.cursor() as cursor:
        cursor.execute("UPDATE training SET options = options || %s", [json.dumps(first)])
    model = register()
    portable = {**first, "weights": "first.npz"}
    assert model.options.items() >= portable.items()
    [path] = stored(settings)
    assert b"/home/ann" not in path.read_bytes()
    pull(model.model_id, tmp_path / "there")
    assert read_run(tmp_path / "there").options.items() >= portable.items()
    assert read_run(folder).options["weights"] == first["weights"]


@pytest.mark.parametrize(
    "gone", ["model/model.keras", "result.json", "report/report.json", "run.json", "lock.toml"]
)
def test_a_run_that_lacks_something_is_no_model(register, settings, folder, gone):
    (folder / gone).unlink()
    with pytest.raises(TrainingError, match=gone):
        register()
    assert not Path(settings.objects_root, "models").exists()


def test_a_model_is_pulled_whole_and_again_for_nothing(register, pull, tmp_path, folder):
    model = register()
    there = tmp_path / "there"
    assert pull(model.model_id, there) == model
    assert (there / "model" / "model.keras").read_text() == "keras" * 1000
    assert not list(tmp_path.glob(".there*"))
    before = (there / "run.json").stat().st_ino
    pull(model.model_id, there)
    assert (there / "run.json").stat().st_ino == before
    (there / "model" / "classes.txt").write_text("Pear\nQuince\n")
    with pytest.raises(TrainingError, match="something else"):
        pull(model.model_id, there)


def test_nothing_else_is_overwritten_and_an_empty_folder_is_filled(register, pull, tmp_path):
    model = register()
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years")
    with pytest.raises(TrainingError):
        pull(model.model_id, mine)
    with pytest.raises(TrainingError):
        pull(model.model_id, mine / "thesis.txt")
    assert [one.name for one in mine.iterdir()] == ["thesis.txt"]
    (tmp_path / "empty").mkdir()
    pull(model.model_id, tmp_path / "empty")
    assert (tmp_path / "empty" / "lock.toml").is_file()


def test_a_pull_removes_what_one_left_that_was_killed_and_nothing_of_one_at_work(
    register, pull, tmp_path
):
    model = register()
    for name in ("dead", "alive"):
        (tmp_path / f".there.{name}.part" / "model").mkdir(parents=True)
    alive = os.open(tmp_path / ".there.alive.part", os.O_RDONLY)
    fcntl.flock(alive, fcntl.LOCK_EX)
    pull(model.model_id, tmp_path / "there")
    os.close(alive)
    assert [path.name for path in tmp_path.glob(".there*")] == [".there.alive.part"]


def test_what_predicts_is_read_once_and_checked_each_time(register, settings):
    model = register()
    path = model_files.cached_file(settings, model)
    assert path.read_text() == "keras" * 1000
    [zipped] = stored(settings)
    content = zipped.read_bytes()
    zipped.unlink()
    assert model_files.cached_file(settings, model) == path
    path.write_text("cares" * 1000)
    with pytest.raises(NotFound):
        model_files.cached_file(settings, model)
    zipped.write_bytes(content)
    assert model_files.cached_file(settings, model).read_text() == "keras" * 1000


def test_only_the_models_used_last_are_kept_to_predict(register, settings, folder, monkeypatch):
    monkeypatch.setattr(model_files, "_MOST_CACHED", 1)
    paths = []
    for digit in "ab":
        write_json(folder / "result.json", {"val_accuracy": 0.75, "weights_sha256": digit * 64})
        paths.append(model_files.cached_file(settings, register()))
    assert [path.exists() for path in paths] == [False, True]


def test_stored_bytes_that_were_changed_are_not_pulled(register, pull, settings, tmp_path):
    model = register()
    [path] = stored(settings)
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)
    with pytest.raises(StorageError, match="damaged"):
        pull(model.model_id, tmp_path / "there")
    path.unlink()
    with pytest.raises(NotFound, match="is not there"):
        pull(model.model_id, tmp_path / "there")
    assert not (tmp_path / "there").exists()


@pytest.mark.parametrize("name", ["../out", "/tmp/out", "a/../../out", "a\\b", "./a", "a//b"])
def test_no_zip_writes_outside_its_folder(tmp_path, name):
    path = tmp_path / "evil.zip"
    with ZipFile(path, "w") as packed:
        packed.writestr(name, "x")
    (tmp_path / "in").mkdir()
    with pytest.raises(TrainingError):
        model_zips.unpack(path, tmp_path / "in")
    assert list((tmp_path / "in").iterdir()) == []


def test_pictures_and_models_lead_to_each_other(register, open_db, training, fruit):
    model = register()
    with open_db() as db:
        people = {
            name: add_user(db, name, role=role)
            for name, role in [("dan", "data_scientist"), ("olga", "ops")]
        }
        for user in people.values():
            [use] = lineage.of_image(db, fruit[1], user=user)
            assert (use.training_id, use.root, use.model_id, use.trained_by) == (
                *(training.training_id, training.root, model.model_id, "pia"),
            )
            assert lineage.of_image(db, fruit[0], user=user) == []
        found = lineage.of_model(db, model, user=people["dan"])
        assert (found.training_id, found.images, found.subset) == (training.training_id, 5, None)
        assert lineage.of_model(db, model).subset == "training on Apple, Banana"


def test_a_training_without_a_model_is_told_to_its_user_and_ops(
    open_db, settings, training, fruit, folder
):
    with open_db() as db:
        for _ in range(2):
            assert lineage.put_images(db, settings, training.training_id, folder) == 5
        people = [add_user(db, "pete", role="premium"), add_user(db, "olga", role="ops")]
        seen = [len(lineage.of_image(db, fruit[1], user=user)) for user in people]
        assert seen == [0, 1]
        # Of a run folder that was written anew.
        (folder / "left_out.csv").unlink()
        assert lineage.put_images(db, settings, training.training_id, folder) == 6


def test_commands_list_show_and_pull_models(register, settings, tmp_path, fruit):
    model = register()
    environ = {"HUB_HOME": str(settings.home), "HUB_DATABASE_URL": settings.database_url}

    def said(*words):
        called = CliRunner().invoke(cli, [*words, "--json"], obj=Hub(environ))
        assert called.exit_code == 0, called.output
        return json.loads(called.stdout)

    [listed] = said("model", "list")
    assert (listed["id"], listed["training"], listed["val_accuracy"]) == (
        *(model.model_id, model.training_id, 0.75),
    )
    assert (listed["classes"], listed["sha256"]) == (["Apple", "Banana"], model.sha256)
    shown = said("model", "show", model.model_id)
    assert shown["lineage"]["images"] == 5
    assert (shown["lineage"]["root"], shown["note"]) == (model.root, "below")
    read = CliRunner().invoke(cli, ["model", "show", model.model_id], obj=Hub(environ)).stdout
    assert read.splitlines()[-1].split() == ["Apple", "50.0%", "-", "25.0%"]
    pulled = said("model", "pull", model.model_id, str(tmp_path / "there"))
    assert (tmp_path / "there" / "model" / "model.keras").is_file()
    assert pulled["sha256"] == hashlib.sha256(stored(settings)[0].read_bytes()).hexdigest()
    wanted = {one["label"]: one for one in said("train", "wanted")}
    assert (wanted["Apple"]["trainable"], wanted["Apple"]["gap"]) == (3, 97)


def test_the_same_files_make_the_same_zip(folder, tmp_path):
    for name in ("a", "b"):
        with (tmp_path / name).open("w+b") as out:
            model_zips.write_zip(folder, out)
        os.utime(folder / "run.json", (0, 0))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
