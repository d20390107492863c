"""Trainings that wait for pictures: queued by themselves, their users told once."""

import hashlib
import multiprocessing
import os
import signal
from dataclasses import replace

import pytest
from click.testing import CliRunner

from cluster.cli import cli
from cluster.cli.context import Hub
from hub.catalogue import trainings as rows
from hub.db import connect
from hub.rules.recipes import make_recipe
from hub.services import training_waits, trainings
from hub.services.accounts import add_user, set_email
from hub.services.counting import counting

FRUIT = make_recipe({"labels": ["Apple", "Banana"]})


@pytest.fixture
def open_db(database_url):
    return lambda: connect(database_url)


@pytest.fixture
def hub(published, settings):
    """A hub with 100 apples and 98 bananas: two bananas fewer than a training needs."""
    for number in range(100):
        published.add(b"apple %d" % number, "Apple")
    for number in range(98):
        published.add(b"banana %d" % number, "Banana")
    published.write_lake()
    return settings


@pytest.fixture
def pia(hub, open_db):
    with open_db() as db:
        user = add_user(db, "pia", role="premium")
        set_email(db, "pia", email="pia@x.test", by="olga")
    return user


@pytest.fixture
def bring(published):
    """Return what publishes a picture of a banana."""

    def bring(number):
        published.add(b"new banana %d" % number, "Banana")
        published.write_lake()

    return bring


def request(open_db, hub, user, **options):
    with open_db() as db:
        return trainings.request(db, settings=hub, user=user, recipe=FRUIT, options=options)


def mails(open_db):
    with open_db() as db, db.cursor() as cursor:
        cursor.execute("SELECT recipient, body FROM outbox ORDER BY mail_id")
        return cursor.fetchall()


def statuses(open_db, user):
    with open_db() as db:
        return [one.status for one in trainings.list_trainings(db, user=user)]


def notices(open_db, user):
    with open_db() as db:
        return [one.training_id for one in training_waits.list_notices(db, user=user)]


def test_the_hundredth_picture_queues_it_and_tells_its_user_once(hub, open_db, pia, bring):
    waiting = request(open_db, hub, pia).training_id
    bring(1)
    assert training_waits.queue_ready(open_db, hub) == 0
    assert (statuses(open_db, pia), mails(open_db), notices(open_db, pia)) == (["waiting"], [], [])
    bring(2)
    assert [training_waits.queue_ready(open_db, hub) for _ in range(3)] == [1, 0, 0]
    [(to, body)] = mails(open_db)
    assert to == "pia@x.test"
    assert f"{hub.site_url}/training" in body
    assert f"Training {waiting} (Apple, Banana): every label has enough" in body
    assert (statuses(open_db, pia), notices(open_db, pia)) == (["queued"], [waiting])
    with open_db() as db:
        training_waits.see(db, waiting, user=pia)
    assert notices(open_db, pia) == []


def test_of_what_is_submitted_only_the_last_real_picture_frees_it(new_hub, folder, draw):
    """By the command and the job themselves: a duplicate and a refused file are no pictures."""
    hub = new_hub()
    environ = {
        "HUB_HOME": str(hub.settings.home),
        "HUB_DATABASE_URL": hub.settings.database_url,
        "HUB_TRAINABLE_MINIMUM": "5",
    }

    def submit(label, name, files):
        where = str(folder(name, files))
        called = CliRunner().invoke(cli, ["submit", where, "--label", label], obj=Hub(environ))
        assert called.exit_code == 0, called.output

    def look():
        hub.run(augment_count=0)
        before = training_waits.queue_ready(hub.open_db, settings)
        return before, training_waits.queue_ready(hub.open_db, settings)

    settings = replace(hub.settings, trainable_minimum=5)
    with hub.open_db() as db:
        pia = add_user(db, "pia", role="premium")
        set_email(db, "pia", email="pia@x.test", by="olga")
    asked = request(hub.open_db, settings, pia)
    submit("Apple", "apples", {f"{seed}.jpg": draw(seed) for seed in range(5)})
    four = {f"{seed}.jpg": draw(seed) for seed in range(10, 14)}
    submit("Banana", "bananas", {**four, "again.jpg": draw(10), "broken.jpg": draw(14)[:-200]})
    assert look() == (0, 0)
    assert (statuses(hub.open_db, pia), mails(hub.open_db)) == (["waiting"], [])
    submit("Banana", "last", {"last.jpg": draw(15)})
    assert look() == (1, 0)
    [(to, body)] = mails(hub.open_db)
    assert to == "pia@x.test"
    assert f"Training {asked.training_id} (Apple, Banana)" in body
    assert statuses(hub.open_db, pia) == ["queued"]
    assert hub.ask("SELECT outcome, count(*) FROM submission_file GROUP BY 1 ORDER BY 1") == [
        ("duplicate", 1),
        ("published", 10),
        ("rejected", 1),
    ]


def test_several_trainings_of_a_user_are_one_mail(hub, open_db, pia, bring):
    numbers = [request(open_db, hub, pia, epochs=epochs).training_id for epochs in (3, 4)]
    later = request(open_db, hub, pia, minimum=101).training_id
    bring(1), bring(2)
    assert training_waits.queue_ready(open_db, hub) == 2
    [(_, body)] = mails(open_db)
    assert all(f"Training {number} " in body for number in numbers)
    assert f"Training {later} " not in body
    assert statuses(open_db, pia) == ["waiting", "queued", "queued"]


def test_who_has_no_address_sees_it_on_the_site(hub, open_db, bring):
    with open_db() as db:
        pete = add_user(db, "pete", role="premium")
    waiting = request(open_db, hub, pete).training_id
    bring(1), bring(2)
    assert training_waits.queue_ready(open_db, hub) == 1
    with open_db() as db:
        set_email(db, "pete", email="pete@x.test", by="olga")
    training_waits.queue_ready(open_db, hub)
    assert (mails(open_db), notices(open_db, pete)) == ([], [waiting])


def test_a_label_that_falls_below_again_is_waited_for_again(hub, open_db, pia, bring):
    request(open_db, hub, pia)
    bring(1), bring(2)
    apple = hashlib.sha256(b"apple 7").hexdigest()
    with open_db() as db, counting(db, images=[apple]), db.cursor() as cursor:
        cursor.execute("DELETE FROM label_claim WHERE image_id = %s", [apple])
    assert training_waits.queue_ready(open_db, hub) == 0
    assert (statuses(open_db, pia), mails(open_db)) == (["waiting"], [])


def test_one_that_cannot_be_run_any_more_is_told_of_too(hub, open_db, pia, bring):
    request(open_db, hub, pia)
    bring(1), bring(2)
    with open_db() as db, db.cursor() as cursor:
        cursor.execute("UPDATE hub_user SET role = 'data_scientist'")
    assert training_waits.queue_ready(open_db, hub) == 0
    [(_, body)] = mails(open_db)
    assert "cannot be run: Only premium users" in body


def queue_until(database_url, hub, killed_at):
    """Queue what is ready, and die as soon as that function is called."""

    def die(*_args, **_given):
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(rows, killed_at, die)
    training_waits.queue_ready(lambda: connect(database_url), hub)


@pytest.mark.parametrize("killed_at", ["set_queued", "list_untold", "set_told"])
def test_a_process_killed_between_the_count_and_the_mail_leaves_one_mail(
    hub, open_db, pia, bring, database_url, killed_at
):
    request(open_db, hub, pia)
    bring(1), bring(2)
    child = multiprocessing.get_context("spawn").Process(
        target=queue_until, args=(database_url, hub, killed_at)
    )
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    assert mails(open_db) == []
    for _ in range(2):
        training_waits.queue_ready(open_db, hub)
    assert (statuses(open_db, pia), len(mails(open_db))) == (["queued"], 1)


def test_two_that_tell_at_once_write_one_mail(hub, open_db, pia, bring):
    request(open_db, hub, pia)
    bring(1), bring(2)
    training_waits.queue_ready(open_db, hub)
    with open_db() as db, db.cursor() as cursor:
        cursor.execute("UPDATE training SET told_at = NULL")
        cursor.execute("DELETE FROM outbox")
    with open_db() as first, open_db() as second:
        assert [training_waits.tell(one, hub) for one in (first, second)] == [1, 0]
    assert len(mails(open_db)) == 1
