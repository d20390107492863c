"""Trainings and models at the browser: asked for, followed, downloaded."""

import hashlib
import json

import pytest

from hub.db import connect
from hub.objects.local import Objects
from hub.rules.recipes import make_recipe
from hub.services import subsets
from hub.services.accounts import add_user
from tests.fixtures.pictures import drawn, encoded

BYTES = b"a model" * 1000
CLASSES = ["Apple", "Banana", "<img src=x onerror=alert(1)>"]


@pytest.fixture
def hub(site, published):
    """A site whose hub has apples and bananas, and a premium user's subset of both."""
    for number in range(3):
        published.add(encoded(drawn(seed=number)), "Apple")
        published.add(encoded(drawn(seed=10 + number)), "Banana")
    published.write_lake()
    with connect(site.settings.database_url) as db:
        add_user(db, "premium", role="premium")
    with connect(site.settings.database_url) as db:
        fruit = make_recipe({"labels": ["Apple", "Banana"]})
        subsets.create(db, "fruit", recipe=fruit, settings=site.settings, by="premium")
    return site


@pytest.fixture
def trained(hub):
    """A training of the premium user's that has ended, with its model."""
    Objects(hub.settings.objects_root).put("models/m1.keras", BYTES)
    with connect(hub.settings.database_url) as db, db.cursor() as cursor:
        cursor.execute(
            "INSERT INTO training (requested_by_id, root, recipe, options, status, started_at,"
            " ended_at, metrics) SELECT user_id, %s, %s, %s, 'succeeded', now(), now(), %s"
            " FROM hub_user WHERE name = 'premium' RETURNING training_id",
            (
                "a" * 64,
                json.dumps({"labels": ["Apple", "Banana"]}),
                json.dumps({"arch": "vgg16", "epochs": 12, "minimum": 3}),
                json.dumps({"val_accuracy": 0.934, "val_loss": 0.21, "images": 1200}),
            ),
        )
        (training_id,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO training_epoch (training_id, epoch, loss, accuracy, val_loss,"
            " val_accuracy, images_per_second) SELECT %s, number, 1.0 / number,"
            " 1 - 0.5 / number, 1.2 / number, 1 - 0.6 / number, 210"
            " FROM generate_series(1, 12) AS number",
            [training_id],
        )
        cursor.execute(
            "INSERT INTO model (model_id, training_id, name, object_key, size_bytes, sha256,"
            " classes, metrics, confusion, report) VALUES"
            " ('m1', %s, 'Fruit, twelve epochs', 'models/m1.keras', %s, %s, %s, %s, %s, %s)",
            (
                training_id,
                len(BYTES),
                hashlib.sha256(BYTES).hexdigest(),
                CLASSES,
                json.dumps({"val_accuracy": 0.934, "val_loss": 0.21, "best_epoch": 11}),
                json.dumps([[90, 8, 2], [5, 95, 0], [10, 20, 70]]),
                json.dumps(report(picture(hub))),
            ),
        )
    return training_id


def picture(hub):
    with connect(hub.settings.database_url) as db, db.cursor() as cursor:
        cursor.execute("SELECT min(image_id) FROM image")
        return cursor.fetchone()[0]


def report(image_id):
    """A report as a run writes it."""
    scores = {"precision": 0.9, "recall": 0.8, "f1": 0.847, "support": 100}
    bins = [{"confidence": tenth / 10, "accuracy": tenth / 12, "count": 10} for tenth in range(10)]
    mistake = {"image_id": image_id, "true": "Apple", "predicted": "Banana", "probability": 0.97}
    return {
        "note": "The validation accuracy is 0.934, above the threshold 0.85.",
        "labels": [{"key": "m_1", "name": name, **scores} for name in CLASSES],
        "calibration": {"bins": bins, "ece": 0.031},
        "worst": [mistake, {**mistake, "true": CLASSES[2]}],
        "throughput": [[step, 200 + step, 0.01] for step in range(40)],
    }


def test_a_training_is_followed_while_it_runs_and_stopped(trained, hub, visit):
    run(
        hub,
        "UPDATE training SET status = 'running', ended_at = NULL, attempt = 1,"
        ' beat_at = now(), metrics = \'{"epoch": 3, "step": 41, "stage": "training"}\'',
    )
    visitor = visit(hub, "premium")
    visitor.go(f"/training/{trained}")
    page = visitor.page
    page.get_by_text("Epoch 3 of 12, step 41").wait_for()
    run(hub, 'UPDATE training SET metrics = metrics || \'{"epoch": 4, "step": 57}\'')
    page.get_by_text("Epoch 4 of 12, step 57").wait_for()
    page.get_by_role("button", name="Cancel the training").click()
    page.get_by_text("It is being stopped.").wait_for()
    assert page.get_by_role("button", name="Cancel the training").count() == 0
    run(hub, "UPDATE training SET status = 'cancelled', ended_at = now()")
    page.get_by_text("It was cancelled.").wait_for()


def run(hub, statement):
    with connect(hub.settings.database_url) as db, db.cursor() as cursor:
        cursor.execute(statement)


def test_a_wait_that_has_ended_is_told_until_it_is_looked_at(trained, hub, visit):
    run(hub, "UPDATE training SET status = 'queued', ended_at = NULL, ready_at = now()")
    visitor = visit(hub, "premium")
    for path in ("/", "/training"):
        visitor.go(path)
        visitor.page.get_by_text("every label has enough pictures; it waits no more").wait_for()
    visitor.page.get_by_role("link", name="waits no more").click()
    visitor.page.get_by_role("heading", name=f"Training #{trained}").wait_for()
    visitor.go("/training")
    visitor.page.get_by_role("heading", name="What is wanted").wait_for()
    assert visitor.page.get_by_text("waits no more").count() == 0


def test_a_model_shows_its_report_and_where_it_comes_from(trained, hub, visit):
    visitor = visit(hub, "premium")
    visitor.go("/models/m1")
    page = visitor.page
    page.get_by_text("above the threshold 0.85").wait_for()
    page.get_by_text("Epoch that it keeps, the best").wait_for()
    scores = page.get_by_role("region", name="Scores by label")
    assert scores.get_by_text("84.7%").count() == 3
    page.get_by_text("The expected calibration error is 3.1%.").wait_for()
    page.get_by_text("Apple, taken for Banana (97.0%)").wait_for()
    page.get_by_role("link", name=f"#{trained}").click()
    page.get_by_role("heading", name=f"Training #{trained}").wait_for()


def ask(visitor, minimum):
    page = visitor.page
    page.get_by_label("Pictures a label, at least").fill(str(minimum))
    page.get_by_role("button", name="Ask for the training").click()


def test_premium_asks_for_a_training_on_a_subset_and_cancels_it(hub, visit):
    visitor = visit(hub, "premium")
    visitor.go("/training")
    page = visitor.page
    page.get_by_text("You have asked for no training.").wait_for()
    page.get_by_role("textbox", name="A subset").click()
    page.get_by_role("option", name="fruit").click()
    ask(visitor, 3)
    page.get_by_text("is queued").wait_for()
    page.get_by_role("link", name="#1").click()
    page.get_by_role("heading", name="Training #1").wait_for()
    page.get_by_text("It waits for its turn").wait_for()
    page.get_by_role("button", name="Cancel the training").click()
    page.get_by_text("It was cancelled.").wait_for()
    assert page.get_by_role("button", name="Cancel the training").count() == 0


def test_labels_with_too_few_pictures_are_waited_for(hub, visit):
    visitor = visit(hub, "premium")
    visitor.go("/training")
    page = visitor.page
    chosen = page.get_by_role("textbox", name="Or labels")
    for name in ("Apple", "Banana"):
        chosen.fill(name)
        page.get_by_role("option", name=f"{name} (3)").click()
    page.keyboard.press("Escape")
    ask(visitor, 100)
    page.get_by_text("waits for more pictures").wait_for()
    visitor.go("/training/1")
    lacking = page.get_by_role("region", name="Labels with too few pictures")
    assert lacking.get_by_text("97").count() == 2
    lacking.get_by_role("link", name="Apple").click()
    page.get_by_role("heading", name="Apple").first.wait_for()


def test_what_cannot_be_trained_is_said(hub, visit):
    visitor = visit(hub, "premium")
    visitor.go("/training")
    ask(visitor, 3)
    visitor.page.get_by_text("Say what to train on").wait_for()


def test_a_training_of_another_is_not_found(trained, hub, visit):
    visitor = visit(hub, "premium", name="petra")
    visitor.go(f"/training/{trained}")
    visitor.page.get_by_text(f"There is no training {trained} of yours.").wait_for()


def test_only_premium_and_ops_see_trainings_and_all_see_models(trained, hub, visit):
    visitor = visit(hub, "data_scientist")
    visitor.go("/training")
    assert visitor.page.get_by_role("button", name="Ask for the training").count() == 0
    visitor.wrong.clear()
    visitor.go("/models")
    visitor.page.get_by_role("link", name="Fruit, twelve epochs").click()
    visitor.page.get_by_role("heading", name="Fruit, twelve epochs").wait_for()
    with visitor.page.expect_download() as caught:
        visitor.page.get_by_role("link", name="Download").click()
    got = caught.value
    assert (got.path().read_bytes(), got.suggested_filename) == (BYTES, "Fruit-twelve-epochs.keras")


def test_a_download_is_resumed_and_is_not_for_visitors(trained, hub, visit):
    inside, outside = visit(hub, "supplier"), visit(hub)
    url = f"{hub.url}/models/m1/download"
    rest = inside.page.request.get(url, headers={"Range": "bytes=100-"})
    assert (rest.status, rest.body()) == (206, BYTES[100:])
    assert inside.page.request.get(f"{hub.url}/models/m2/download").status == 404
    assert outside.page.request.get(url).status == 401


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390), ("dark", 390)]
)
@pytest.mark.parametrize(
    ("path", "text", "name"),
    [
        ("/training", "Asked for", "training"),
        ("/training/1", "How it goes", "training-one"),
        ("/models", "93.4%", "models"),
        ("/models/m1", "What is taken for what", "model"),
    ],
)
def test_every_page_reads_well(trained, hub, visit, path, text, name, scheme, width):
    visitor = visit(hub, "premium", scheme=scheme, width=width)
    visitor.go(path)
    visitor.page.get_by_text(text).first.wait_for()
    visitor.page.wait_for_timeout(300)
    visitor.shoot(f"{name}-{scheme}-{width}")
    assert visitor.audit() == []
    assert not visitor.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


@pytest.mark.parametrize(("path", "text"), [("/models", "No model was trained yet.")])
def test_an_empty_page_says_what_to_do(hub, visit, path, text):
    visitor = visit(hub, "premium")
    visitor.go(path)
    visitor.page.get_by_text(text).wait_for()
    visitor.shoot("models-empty")
    assert visitor.audit() == []
