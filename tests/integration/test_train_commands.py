"""`hub train`: asked for, run, followed, cancelled and repeated, with ranks that act."""

import json
import os
import signal
import time
from pathlib import Path

import pytest

from hub.catalogue.users import User
from hub.rules.runs import read_run
from hub.services import lineage
from jobs.train.marked import find_marked
from tests.fixtures.pictures import drawn, encoded
from tests.fixtures.trainings import FRUIT

SECONDS = 120


def wait_until(holds):
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_training_is_asked_for_by_labels_and_by_the_lock_it_gets(training_hub, tmp_path):
    asked = training_hub.json("train", "request", *FRUIT, "--epochs", 3, "--arch", "vgg16_bn")
    assert (asked["id"], asked["status"], asked["ranks"], asked["epochs"]) == (1, "queued", 2, 3)
    assert (asked["labels"], asked["model_id"]) == (["Apple", "Banana"], None)
    again = training_hub.json(
        "train", "request", "--lock", asked["root"], "--minimum", 2, "--launcher", "single"
    )
    assert (again["root"], again["ranks"], again["arch"]) == (asked["root"], 1, "vgg16")
    assert [one["id"] for one in training_hub.json("train", "list")] == [2, 1]


def test_a_training_that_waits_says_for_how_many_pictures(training_hub):
    asked = training_hub.json("train", "request", *FRUIT[:-1], 3)
    assert asked["status"] == "waiting"
    wanted = {"label": "Banana", "images": 2, "minimum": 3, "gap": 1}
    assert asked["waits_for"] == [wanted]
    shown = training_hub.call("train", "show", 1).stdout
    assert "vgg16 at 224 x 224 pixels, 10 epochs, 2 ranks with 32 pictures a step each" in shown
    assert "1 more picture of 'Banana'" in shown


@pytest.mark.parametrize("words", [[], ["--lock", "x", "--label", "Apple"]])
def test_labels_or_a_lock_must_be_named_and_not_both(training_hub, words):
    assert training_hub.call("train", "request", *words).exit_code == 2


def test_what_is_due_is_run_and_registered_once(acting_hub):
    first, second = acting_hub.request(), acting_hub.request("--launcher", "single")
    done = acting_hub.json("train", "run")
    assert [(one["id"], one["status"]) for one in done] == [
        (first, "succeeded"),
        (second, "succeeded"),
    ]
    one = done[0]
    assert (one["images"], one["val_accuracy"], one["images_per_second"]) == (60, 0.9, 12.5)
    assert one["model_id"].startswith(f"m{first}-")
    assert one["run_folder"] == str(acting_hub.folder(first))
    shown = acting_hub.call("train", "show", first).stdout
    assert "epoch 1: loss 1.000" in shown
    assert "Validation accuracy 0.900, above the threshold 0.85." in shown
    assert acting_hub.json("train", "run") == []


def test_ranks_see_none_of_the_hubs_secrets(acting_hub, monkeypatch):
    monkeypatch.setenv("HUB_DATABASE_URL", acting_hub.settings.database_url)
    monkeypatch.setenv("HUB_SMTP_URL", "smtp://ann:secret@localhost")
    one = acting_hub.request()
    acting_hub.json("train", "run")
    environ = json.loads((acting_hub.folder(one) / "environ-1.json").read_text())
    marks = {"HUB_RUN_FOLDER", "HUB_RUN_SUPERVISOR"}
    assert {name for name in environ if name.startswith(("HUB_", "PG"))} == marks
    assert "secret" not in json.dumps(environ)


def test_ranks_that_die_are_started_again(acting_hub):
    one = acting_hub.request(acts="die lie end")
    assert acting_hub.json("train", "run", one)["status"] == "succeeded"
    assert len(acting_hub.json("train", "show", one)["history"]) == 3


def test_what_dies_again_and_again_fails_with_its_last_words(acting_hub):
    one = acting_hub.request(acts="die")
    failed = acting_hub.json("train", "run", one, code=1)
    assert failed["status"] == "failed"
    assert "3 attempts in a row came no further than step 0" in failed["error"]
    assert "MemoryError: no memory for the batch" in failed["error"]
    # Mended, it goes on.
    (acting_hub.folder(one) / "acts").write_text("end")
    assert acting_hub.json("train", "run", one)["status"] == "succeeded"


def test_ranks_that_end_well_without_a_result_are_no_success(acting_hub):
    one = acting_hub.request(acts="lie")
    assert acting_hub.json("train", "run", one, code=1)["status"] == "failed"


def test_a_result_of_other_pictures_is_no_success(acting_hub):
    one = acting_hub.request()
    (acting_hub.folder(one) / "result.json").write_text('{"images": 59}')
    failed = acting_hub.json("train", "run", code=1)[0]
    assert (failed["status"], failed["model_id"]) == ("failed", None)
    assert "tells of 59 pictures; the run has 60" in failed["error"]


def test_bad_data_are_not_tried_again(acting_hub):
    one = acting_hub.request(acts="refuse")
    (acting_hub.folder(one) / "train" / "00000.parquet").unlink()
    failed = acting_hub.json("train", "run", code=1)[0]
    assert failed["error"].startswith("train/00000.parquet is not there.")
    assert not (acting_hub.folder(one) / "environ-2.json").exists()
    # The next supervisor writes the files anew.
    assert not (acting_hub.folder(one) / "run.json").exists()


def test_silence_ends_an_attempt(acting_hub):
    acting_hub.environ["HUB_TRAIN_STALL_SECONDS"] = "5"
    one = acting_hub.request(acts="hang end")
    called = acting_hub.call("train", "run", one)
    assert called.exit_code == 0
    assert "it said nothing for too long" in called.stderr


def test_a_running_training_is_cancelled(acting_hub):
    one = acting_hub.request(acts="hang")
    with acting_hub.start("train", "run") as running:
        wait_until(lambda: acting_hub.json("train", "show", one)["loss"])
        with acting_hub.start("train", "show", one, "--follow") as following:
            assert "epoch 1 of 10, step 0, loss 1.000" in following.stdout.readline()
            acting_hub.json("train", "cancel", one)
            assert running.wait(timeout=SECONDS) == 0
            assert "is cancelled: Apple, Banana" in following.stdout.read()
    shown = acting_hub.json("train", "show", one)
    assert (shown["status"], shown["model_id"]) == ("cancelled", None)
    assert acting_hub.call("train", "cancel", one).exit_code == 1


@pytest.mark.parametrize("way", [signal.SIGTERM, signal.SIGKILL])
def test_a_supervisor_that_ends_leaves_the_training_to_the_next(acting_hub, way):
    one = acting_hub.request(acts="hang end")
    with acting_hub.start("train", "run") as running:
        wait_until((acting_hub.folder(one) / "environ-1.json").exists)
        os.kill(running.pid, way)
        running.wait(timeout=SECONDS)
    assert acting_hub.json("train", "run")[0]["status"] == "succeeded"
    first = json.loads((acting_hub.folder(one) / "environ-1.json").read_text())
    assert first["HUB_RUN_FOLDER"] == str(acting_hub.folder(one))
    lease = json.loads((acting_hub.folder(one) / "lease.json").read_text())
    assert lease["attempt"] == 2


def test_what_another_process_works_on_is_followed_to_its_end(acting_hub):
    one = acting_hub.request(acts="hang end")
    with acting_hub.start("train", "run") as first:
        wait_until((acting_hub.folder(one) / "environ-1.json").exists)
        with acting_hub.start("train", "run") as second:
            assert "is worked on by another process" in second.stdout.readline()
            first.kill()
            assert second.wait(timeout=SECONDS) == 0
    assert acting_hub.json("train", "show", one)["status"] == "succeeded"


def test_a_watcher_takes_what_becomes_due_until_it_is_stopped(acting_hub):
    first, second = acting_hub.request(acts="lie"), acting_hub.request()
    acting_hub.json("train", "cancel", second)
    with acting_hub.start("train", "watch") as watching:
        wait_until(lambda: acting_hub.json("train", "show", first)["status"] == "failed")
        with acting_hub.open_db() as db, db.cursor() as cursor:
            cursor.execute(
                "UPDATE training SET status = 'queued', cancel_asked_at = NULL"
                " WHERE training_id = %s",
                [second],
            )
        wait_until(lambda: acting_hub.json("train", "show", second)["status"] == "succeeded")
        watching.terminate()
        assert watching.wait(timeout=SECONDS) == 143


def test_spark_writes_training_files_again_where_they_are_damaged_and_leaves_the_machine(
    acting_hub, published
):
    for seed in range(8):
        picture = published.add(encoded(drawn(90, 60, seed=seed)), ("Vehicle", "Tree")[seed % 2])
    published.write_lake()
    labels = ("--label", "Vehicle", "--label", "Tree", "--minimum", 1)
    one = acting_hub.json("train", "request", *labels, "--side", 32)["id"]
    folder = acting_hub.folder(one)
    folder.mkdir(parents=True)
    (folder / "acts").write_text("hang refuse end")
    with acting_hub.start("train", "run", HUB_SPARK_MEMORY="1g") as running:
        wait_until((folder / "environ-1.json").exists)
        assert uses(acting_hub, picture) == [(one, "running")]
        children = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
        hanging = find_marked(folder)
        assert [int(child) for child in children] == hanging
        (folder / "train" / "00000.parquet").unlink()
        os.kill(hanging[0], signal.SIGKILL)
        assert running.wait(timeout=SECONDS) == 1
    error = acting_hub.json("train", "show", one)["error"]
    assert error.endswith("`hub train run 1` writes the training files anew and goes on.")
    assert uses(acting_hub, picture) == [(one, "failed")]
    with acting_hub.start("train", "run", one, HUB_SPARK_MEMORY="1g") as running:
        assert running.wait(timeout=SECONDS) == 0
    shown = acting_hub.json("train", "show", one)
    assert (shown["status"], shown["error"]) == ("succeeded", None)
    assert shown["images"] == read_run(folder).images("train") > 0


def uses(hub, image_id):
    with hub.open_db() as db:
        found = lineage.of_image(db, image_id, user=User(0, "olga", "ops"))
    return [(one.training_id, one.status) for one in found]


def test_a_training_is_repeated_and_its_weights_are_compared(acting_hub, monkeypatch):
    one = acting_hub.request("--seed", 5)
    acting_hub.json("train", "run")
    other = one + 1

    def prepare(settings, open_db, training, *, folder, over, track):
        acting_hub.make_folder(training.training_id, seed=seeds.pop())
        (folder / "acts").write_text("end")

    monkeypatch.setattr("jobs.train.preparing.prepare", prepare)
    seeds = [6, 5]
    same = acting_hub.json("train", "reproduce", one)
    assert (same["id"], same["reproduces"], same["is_reproduced"]) == (other, one, True)
    differs = acting_hub.call("train", "reproduce", one)
    assert differs.exit_code == 1
    assert "The weights differ" in differs.stdout


def test_no_environment_to_train_in_names_the_command_that_makes_it(acting_hub):
    acting_hub.environ["HUB_TRAIN_PYTHON"] = "/nowhere/python"
    acting_hub.request()
    failed = acting_hub.json("train", "run", code=1)[0]
    assert "make train-setup" in failed["error"]
