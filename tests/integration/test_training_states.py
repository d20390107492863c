"""Trainings as supervisors take them, keep them alive, follow and end them."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from hub.catalogue import trainings
from hub.catalogue.trainings import Epoch
from hub.db import connect
from hub.services.accounts import add_user
from hub.services.training_states import TERM_SECONDS, take_next


@pytest.fixture
def open_db(database_url):
    return lambda: connect(database_url)


@pytest.fixture
def queue(open_db):
    """Return what queues a training, and its number."""
    with open_db() as db:
        user = add_user(db, "pia", role="premium")

    def add():
        with open_db() as db:
            return trainings.add_training(
                db, user_id=user.user_id, root="a" * 64, recipe={"labels": ["A", "B"]}, options={}
            )

    return add


@pytest.fixture
def run(open_db):
    """Return what runs one of the functions in a transaction of its own."""

    def run(function, *args, **given):
        with open_db() as db:
            return function(db, *args, **given)

    return run


def ask_cancel(db, training_id):
    return trainings.set_cancel_asked(db, training_id, term_seconds=TERM_SECONDS)


def silence(open_db, training_id, seconds):
    with open_db() as db, db.cursor() as cursor:
        cursor.execute(
            "UPDATE training SET beat_at = now() - %s * interval '1 second',"
            " started_at = now() - %s * interval '1 second' WHERE training_id = %s",
            [seconds, seconds, training_id],
        )


def test_the_oldest_is_taken_once_however_many_ask(queue, run):
    first, second = queue(), queue()
    with ThreadPoolExecutor(4) as pool:
        taken = [*pool.map(lambda _: run(take_next), range(4))]
    found = sorted((one.training_id, one.status, one.attempt) for one in taken if one)
    assert found == [(first, "running", 1), (second, "running", 1)]
    assert run(take_next) is None


def test_a_silent_supervisor_is_replaced_and_not_believed_any_more(queue, run, open_db):
    one = queue()
    assert run(take_next).attempt == 1
    assert run(trainings.set_beat, one, attempt=1)
    silence(open_db, one, 100)
    assert run(trainings.list_running, silent_seconds=TERM_SECONDS) == []
    assert not run(trainings.set_given_back, one, attempt=1, silent_seconds=TERM_SECONDS)
    silence(open_db, one, 130)
    [silent] = run(trainings.list_running, silent_seconds=TERM_SECONDS)
    assert silent.training_id == one
    assert run(take_next) is None
    assert run(trainings.set_given_back, one, attempt=1, silent_seconds=TERM_SECONDS)
    again = run(take_next)
    assert (again.training_id, again.attempt) == (one, 2)
    assert not run(trainings.set_beat, one, attempt=1)
    assert not run(trainings.set_ended, one, attempt=1, status="failed", error="late")
    assert run(
        trainings.set_ended, one, attempt=2, status="succeeded", metrics={"val_accuracy": 0.9}
    )
    ended = run(trainings.find_training, one)
    assert (ended.status, ended.error, ended.metrics) == ("succeeded", None, {"val_accuracy": 0.9})


def test_what_runs_is_asked_to_stop_and_ended_by_its_supervisor(queue, run):
    one = queue()
    run(take_next)
    assert run(ask_cancel, one)
    assert run(trainings.find_training, one).status == "running"
    assert not run(trainings.set_beat, one, attempt=1)
    assert run(trainings.set_ended, one, attempt=1, status="cancelled")
    assert not run(ask_cancel, one)


def test_what_is_to_be_cancelled_and_lost_its_supervisor_is_not_begun_again(queue, run, open_db):
    asked_before, asked_after = queue(), queue()
    run(take_next), run(take_next)
    run(ask_cancel, asked_before)
    for one in (asked_before, asked_after):
        silence(open_db, one, 130)
    run(ask_cancel, asked_after)
    assert run(trainings.set_given_back, asked_before, attempt=1)
    assert run(take_next) is None
    for one in (asked_before, asked_after):
        assert run(trainings.find_training, one).status == "cancelled"


def test_what_is_given_back_is_taken_by_the_next_at_once(queue, run):
    one = queue()
    run(take_next)
    assert run(trainings.set_given_back, one, attempt=1)
    assert run(take_next).attempt == 2
    assert not run(trainings.set_given_back, one, attempt=1)


def test_one_that_failed_while_it_was_being_cancelled_goes_on_when_asked_to(queue, run):
    one = queue()
    assert run(take_next)
    assert run(ask_cancel, one)
    assert run(trainings.set_ended, one, attempt=1, status="failed", error="no disk")
    assert run(trainings.set_resumed, one)
    assert run(take_next).training_id == one


def test_figures_add_up_and_an_epoch_that_ends_again_replaces_itself(queue, run):
    one, at = queue(), datetime(2026, 1, 1, tzinfo=UTC)
    for loss in (0.9, 0.8):
        run(trainings.put_epoch, one, Epoch(1, loss, 0.5, None, 0.4, 100.0, at))
    run(trainings.put_metrics, one, {"step": 3, "loss": 0.9}, run_folder="/runs/1")
    run(trainings.put_metrics, one, {"step": 4}, run_folder="/runs/1")
    found = run(trainings.find_training, one)
    assert json.dumps(found.metrics, sort_keys=True) == '{"loss": 0.9, "step": 4}'
    assert found.run_folder == "/runs/1"
    [epoch] = run(trainings.list_epochs, one)
    assert (epoch.epoch, epoch.loss, epoch.ended_at) == (1, 0.8, at)
