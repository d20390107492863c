"""Trainings: asked for, waiting for pictures, queued with a subset of their own, cancelled."""

from dataclasses import replace

import pytest

from hub.db import connect
from hub.errors import Forbidden, NotFound, RecipeError, TrainingError
from hub.rules.recipes import make_recipe
from hub.services import subsets, training_waits, trainings
from hub.services.accounts import add_user

FRUIT = make_recipe({"labels": ["Apple", "Banana"]})


@pytest.fixture
def open_db(database_url):
    return lambda: connect(database_url)


@pytest.fixture
def hub(published, settings):
    """A hub of three apples and two bananas, whose labels are trainable from three on."""
    for number in range(3):
        published.add(b"apple %d" % number, "Apple")
    for number in range(2):
        published.add(b"banana %d" % number, "Banana")
    published.write_lake()
    return replace(settings, trainable_minimum=3)


@pytest.fixture
def users(hub, db):
    made = {
        name: add_user(db, name, role=role)
        for name, role in [("pia", "premium"), ("pete", "premium"), ("olga", "ops")]
    } | {"dan": add_user(db, "dan", role="data_scientist")}
    db.commit()
    return made


@pytest.fixture
def request_training(open_db, hub, users):
    """Return what asks for a training as somebody."""

    def ask(name="pia", **asked):
        with open_db() as db:
            return trainings.request(db, settings=hub, user=users[name], **asked)

    return ask


def watched(open_db):
    with open_db() as db, db.cursor() as cursor:
        cursor.execute(
            "SELECT label_name.name, hub_user.name FROM watch JOIN label_name USING (label_id)"
            " JOIN hub_user USING (user_id) WHERE NOT is_alias ORDER BY 1, 2"
        )
        return cursor.fetchall()


def test_labels_that_have_enough_get_a_subset_of_the_trainings_own(
    request_training, open_db, users
):
    training = request_training(recipe=FRUIT, options={"minimum": 2, "epochs": 5})
    assert (training.status, training.requested_by) == ("queued", "pia")
    assert training.options["epochs"] == 5
    with open_db() as db:
        lock = subsets.find_lock(db, training.root, viewer="pia")
    assert (lock.images, lock.recipe.labels) == (5, ("Apple", "Banana"))
    assert watched(open_db) == []


def test_a_label_with_too_few_is_waited_for_and_watched_once_a_user(request_training, open_db):
    training = request_training(recipe=FRUIT)
    request_training(recipe=FRUIT)
    request_training("pete", recipe=FRUIT)
    assert (training.status, training.root, training.options["minimum"]) == ("waiting", None, 3)
    assert watched(open_db) == [("Banana", "pete"), ("Banana", "pia")]


def test_what_waited_is_queued_once_its_labels_have_enough(
    request_training, open_db, hub, published
):
    waiting = request_training(recipe=FRUIT)
    assert training_waits.queue_ready(open_db, hub) == 0
    published.add(b"another banana", "Banana")
    published.write_lake()
    assert training_waits.queue_ready(open_db, hub) == 1
    assert training_waits.queue_ready(open_db, hub) == 0
    with open_db() as db:
        lock = subsets.find_lock(db, "training on Apple, Banana", viewer="pia")
        [training] = trainings.list_trainings(db, user=users_of(db)["pia"])
    assert (training.training_id, training.status) == (waiting.training_id, "queued")
    assert (training.root, lock.images) == (lock.root, 6)


def users_of(db):
    from hub.catalogue.users import find_user

    return {name: find_user(db, name) for name in ("pia", "olga")}


def test_who_may_train_no_more_waits_no_more(request_training, open_db, hub, published):
    request_training(recipe=FRUIT)
    published.add(b"another banana", "Banana")
    published.write_lake()
    with open_db() as db, db.cursor() as cursor:
        cursor.execute("UPDATE hub_user SET role = 'data_scientist' WHERE name = 'pia'")
    assert training_waits.queue_ready(open_db, hub) == 0
    with open_db() as db:
        [training] = trainings.list_trainings(db, user=users_of(db)["olga"])
    assert training.status == "cancelled"
    assert "premium" in training.error


def test_a_subset_is_trained_on_as_it_was_locked(request_training, open_db, hub):
    with open_db() as db:
        lock = subsets.create(db, "fruit", recipe=FRUIT, settings=hub, by="pia").lock
    training = request_training(root=lock.root, options={"minimum": 2})
    assert (training.status, training.root) == ("queued", lock.root)


def test_a_subset_of_another_is_not_found(request_training, open_db, hub):
    with open_db() as db:
        lock = subsets.create(db, "fruit", recipe=FRUIT, settings=hub, by="pia").lock
    with pytest.raises(NotFound):
        request_training("pete", root=lock.root)


def test_a_subset_whose_filters_leave_too_few_is_refused_and_not_kept(request_training, open_db):
    capped = make_recipe({"labels": ["Apple", "Banana"], "max_per_label": 1})
    with pytest.raises(TrainingError, match="1 pictures of 'Apple'"):
        request_training(recipe=capped, options={"minimum": 2})
    with open_db() as db:
        assert subsets.list_subsets(db) == []


def test_only_premium_users_and_ops_ask(request_training):
    with pytest.raises(Forbidden):
        request_training("dan", recipe=FRUIT)
    assert request_training("olga", recipe=FRUIT).status == "waiting"


@pytest.mark.parametrize(
    "options",
    [
        {"epochs": 0},
        {"epochs": True},
        {"side": "224"},
        {"arch": "resnet"},
        {"launcher": "mpirun"},
        {"lr": 1},
        {"minimum": 0},
    ],
)
def test_options_out_of_range_are_named(request_training, options):
    with pytest.raises(TrainingError, match=next(iter(options))):
        request_training(recipe=FRUIT, options=options)


def test_a_single_label_or_none_cannot_be_told_apart(request_training):
    with pytest.raises(TrainingError, match="at least two"):
        request_training(recipe=make_recipe({"labels": ["Apple"]}))
    with pytest.raises((TrainingError, RecipeError)):
        request_training()


def test_everyone_sees_their_own_and_ops_see_all(request_training, open_db, hub, users):
    mine = request_training(recipe=FRUIT).training_id
    others = request_training("pete", recipe=FRUIT).training_id
    with open_db() as db:

        def seen(name):
            return [one.training_id for one in trainings.list_trainings(db, user=users[name])]

        assert (seen("pia"), seen("olga"), seen("dan")) == ([mine], [others, mine], [])
        with pytest.raises(NotFound):
            trainings.find_training(db, others, user=users["pia"])
        with pytest.raises(NotFound):
            trainings.cancel(db, others, settings=hub, user=users["pia"])


def test_what_has_not_begun_is_cancelled_and_demands_no_more(request_training, open_db, hub, users):
    first = request_training(recipe=FRUIT).training_id
    second = request_training(recipe=FRUIT, options={"minimum": 9}).training_id
    with open_db() as db:
        assert trainings.cancel(db, first, settings=hub, user=users["pia"]).status == "cancelled"
    assert watched(open_db) == [("Apple", "pia"), ("Banana", "pia")]
    with open_db() as db:
        trainings.cancel(db, second, settings=hub, user=users["pia"])
        with pytest.raises(TrainingError, match="ended already"):
            trainings.cancel(db, second, settings=hub, user=users["pia"])
    assert watched(open_db) == []


def test_only_who_works_on_the_machine_names_a_file_of_it(request_training):
    weights = {"weights": "/etc/passwd", "weights_sha256": "a" * 64, "minimum": 2}
    for name, given in [("pia", {}), ("olga", {}), ("pia", {"may_name_files": True})]:
        with pytest.raises(Forbidden, match="first weights"):
            request_training(name, recipe=FRUIT, options=weights, **given)
    asked = request_training("olga", recipe=FRUIT, options=weights, may_name_files=True)
    assert asked.options["weights"] == "/etc/passwd"


def test_a_training_is_asked_for_once_more_as_it_was(request_training, open_db, users):
    first = request_training(recipe=FRUIT, options={"minimum": 2, "seed": 7})
    with open_db() as db:
        again = trainings.reproduce(db, first.training_id, user=users["pia"])
        assert (again.status, again.root, again.options) == ("queued", first.root, first.options)
        assert again.reproduces_id == first.training_id
        with pytest.raises(NotFound):
            trainings.reproduce(db, first.training_id, user=users["pete"])


def test_the_want_list_counts_a_user_once_and_says_what_lacks(request_training, open_db, hub):
    for name in ("pia", "pia", "pete"):
        request_training(name, recipe=FRUIT)
    request_training("olga", recipe=FRUIT, options={"minimum": 5})
    with open_db() as db:
        wanted = trainings.list_wanted(db, hub)
    assert [(one.name, one.watchers, one.trainable, one.gap) for one in wanted] == [
        ("Banana", 3, 2, 3),
        ("Apple", 1, 3, 2),
    ]
