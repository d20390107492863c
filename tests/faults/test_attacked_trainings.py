"""Hostile and wrong input to trainings and models: a sentence, nothing lost, nothing made up."""

import json
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Timer

import pytest

from cluster.cli.output import print_json
from hub.catalogue import trainings as rows
from hub.errors import TrainingError
from hub.rules.recipes import make_recipe
from hub.services import models, training_waits, trainings
from hub.services.accounts import add_user, set_email
from jobs.failures import StageFailed, failing_as
from jobs.train.preparing import ending
from tests.fixtures.trainings import FRUIT


def test_the_run_of_another_training_is_not_taken_for_this_one(acting_hub):
    first = acting_hub.request()
    acting_hub.json("train", "run")
    # As where the catalogue was put back from a backup, and counts on from an earlier number.
    second = acting_hub.json("train", "request", *FRUIT, "--epochs", 3)["id"]
    shutil.copytree(acting_hub.folder(first), acting_hub.folder(second))
    failed = acting_hub.json("train", "run", second, code=1)
    assert (failed["status"], failed["model_id"]) == ("failed", None)
    assert f"{acting_hub.folder(second)} holds the run of another training" in failed["error"]
    assert len(acting_hub.json("model", "list")) == 1


def test_runs_that_have_no_place_to_lie_in_fail_with_what_to_do(acting_hub, tmp_path):
    (tmp_path / "file").write_text("")
    acting_hub.environ["HUB_RUNS_ROOT"] = str(tmp_path / "file")
    one = acting_hub.json("train", "request", *FRUIT)["id"]
    [failed] = acting_hub.json("train", "run", code=1)
    assert f"{tmp_path / 'file'}" in failed["error"]
    assert f"`hub train run {one}` goes on" in failed["error"]


@pytest.mark.parametrize("command", ["run", "show", "cancel", "reproduce"])
def test_a_number_that_no_training_can_have_is_said(training_hub, command):
    assert training_hub.call("train", command, "9" * 25).exit_code == 2


def test_a_file_whose_name_is_no_text_is_told_as_json(capsys):
    print_json([{"path": "a\udcff.jpg"}])
    assert json.loads(capsys.readouterr().out) == [{"path": "a\udcff.jpg"}]


def test_a_name_that_no_model_can_have_is_not_found(api):
    pat = api.person("pat", "premium")
    signed_in = {"Authorization": f"Bearer {pat.token}"}
    answered = api.app.test_client().get("/models/%00/download", headers=signed_in)
    assert answered.status_code == 404


def test_a_training_that_is_cancelled_while_it_is_prepared_has_not_failed(acting_hub, monkeypatch):
    acting_hub.json("train", "request", *FRUIT)

    def prepare(settings, open_db, training, *, folder, over, track):
        with open_db() as db:
            rows.set_cancel_asked(db, training.training_id, term_seconds=120)
        assert over.wait(60)
        raise TrainingError("Spark's job was cancelled.")

    monkeypatch.setattr("jobs.train.preparing.prepare", prepare)
    [ended] = acting_hub.json("train", "run")
    assert (ended["status"], ended["error"]) == ("cancelled", None)


def test_spark_ends_what_it_does_once_a_training_is_over(spark):
    over = Event()
    Timer(1, over.set).start()
    # Ten minutes' work, if it is done.
    numbers = spark.range(0, 1200, 1, 1200)
    with ending(spark, over), pytest.raises(StageFailed), failing_as("preparing"):
        numbers.mapInArrow(wait_a_second, "id bigint").collect()


def wait_a_second(batches):
    time.sleep(1)
    yield from batches


def test_a_waiting_training_whose_labels_became_one_can_be_shown_and_cancelled(training_hub):
    training_hub.json("train", "request", *FRUIT[:-1], 3)
    assert training_hub.call("label", "merge", "Apple", "Banana").exit_code == 0
    shown = training_hub.json("train", "show", 1)
    assert (shown["status"], shown["waits_for"]) == ("waiting", [])
    assert training_hub.json("train", "cancel", 1)["status"] == "cancelled"


def test_a_model_whose_file_was_damaged_is_shown_without_its_card(acting_hub):
    one = acting_hub.request()
    (acting_hub.folder(one) / "report").mkdir()
    (acting_hub.folder(one) / "report" / "MODEL_CARD.md").write_text("# Card")
    acting_hub.json("train", "run")
    with acting_hub.open_db() as db:
        [model] = models.list_models(db)
    assert models.read_card(acting_hub.settings, model) == "# Card"
    path = Path(acting_hub.settings.objects_root, model.object_key)
    content = path.read_bytes()
    for damaged in (content.replace(b"# Card", b"# Bard"), content[:-30] + bytes(30)):
        path.write_bytes(damaged)
        assert models.read_card(acting_hub.settings, model) is None


def test_watchers_that_look_at_once_queue_and_tell_once(training_hub, published):
    with training_hub.open_db() as db:
        pia = add_user(db, "pia", role="premium")
        set_email(db, "pia", email="pia@x.test", by="olga")
    fruit = make_recipe({"labels": ["Apple", "Banana"]})
    settings, open_db = training_hub.settings, training_hub.open_db
    for _ in range(3):
        with open_db() as db:
            trainings.request(db, settings=settings, user=pia, recipe=fruit, options={"minimum": 3})
    published.add(b"one more banana", "Banana", split="train")
    published.write_lake()
    with ThreadPoolExecutor(4) as watchers:
        looks = [watchers.submit(training_waits.queue_ready, open_db, settings) for _ in range(4)]
    assert sum(look.result() for look in looks) == 3
    with open_db() as db, db.cursor() as cursor:
        cursor.execute("SELECT string_agg(body, '') FROM outbox")
        [said] = cursor.fetchone()
    assert [said.count(f"Training {number} ") for number in (1, 2, 3)] == [1, 1, 1]
