"""Every page as it looks, in light, in dark and on a phone, and what axe-core finds wrong."""

import pytest

from dashboard.pages import PAGES
from hub.rules.recipes import make_recipe
from hub.services import subsets

LOOKS = {"light": ("light", 1280), "dark": ("dark", 1280), "phone": ("light", 390)}
FORMS = ("/sign-in", "/sign-up", "/reset-password")


@pytest.fixture(scope="module")
def places(photo_site):
    """What stands for the variables of addresses."""
    hub = photo_site.hub
    with hub.open_db() as db:
        made = subsets.create(
            db, "apples", recipe=make_recipe({"labels": ["Apple"]}), settings=hub.settings, by="ops"
        )
    [(image_id, key)] = hub.ask(
        "SELECT image_id, label_key FROM image WHERE label_key LIKE 'm_014j1m' ORDER BY 1 LIMIT 1"
    )
    [(submission_id,)] = hub.ask("SELECT min(submission_id) FROM submission")
    training_id, model_id = add_training(hub, root=made.lock.root)
    return {
        "/labels/<key>": f"/labels/{key}",
        "/submissions/<key>": f"/submissions/{submission_id}",
        "<image_id>": image_id,
        "<root>": made.lock.root,
        "<topic>": "picking",
        "<training_id>": training_id,
        "<model_id>": model_id,
    }


def add_training(hub, *, root):
    """Put a training that has ended into the catalogue, with its model."""
    [(training_id,)] = hub.ask(
        "INSERT INTO training (requested_by_id, root, recipe, options, status, started_at,"
        " ended_at, metrics) SELECT min(user_id), %s, %s, %s, 'succeeded', now(), now(), %s"
        " FROM hub_user RETURNING training_id",
        root,
        '{"labels": ["Apple", "Banana"]}',
        '{"arch": "vgg16", "epochs": 12, "minimum": 10}',
        '{"val_accuracy": 0.934, "val_loss": 0.21, "images": 24}',
    )
    [(model_id,)] = hub.ask(
        "WITH epochs AS (INSERT INTO training_epoch (training_id, epoch, loss, accuracy, val_loss,"
        " val_accuracy) SELECT %s, number, 1.0 / number, 1 - 0.5 / number, 1.2 / number,"
        " 1 - 0.6 / number FROM generate_series(1, 12) AS number)"
        " INSERT INTO model (model_id, training_id, name, object_key, size_bytes, sha256, classes,"
        " metrics, confusion) VALUES ('m1', %s, 'Apples and bananas', 'models/none', 1, 'x', %s,"
        " '{\"val_accuracy\": 0.934}', '[[90, 10], [5, 95]]') RETURNING model_id",
        training_id,
        training_id,
        ["Apple", "Banana"],
    )
    return training_id, model_id


def address(page, places):
    path = page.path
    for name, value in places.items():
        path = path.replace(name, str(value))
    return path


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.name != "tour"], ids=lambda p: p.name
)
def test_a_page_is_whole_and_nothing_on_it_is_out_of_reach(photo_site, places, visit, page, look):
    path = address(page, places)
    if "<" in path:
        pytest.fail(f"{path}: say in `places` what stands for its variables")
    scheme, width = LOOKS[look]
    visitor = visit(photo_site.site, "ops", scheme=scheme, width=width)
    visitor.go(path)
    visitor.shoot(f"{page.name}-{look}")
    assert visitor.page.locator("h1").count() == 1
    assert is_within(visitor)
    assert visitor.audit() == []


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("path", FORMS)
def test_a_form_is_whole_and_nothing_on_it_is_out_of_reach(photo_site, visit, path, look):
    scheme, width = LOOKS[look]
    visitor = visit(photo_site.site, scheme=scheme, width=width)
    visitor.page.goto(f"{visitor.base}{path}")
    visitor.shoot(f"{path[1:]}-{look}")
    assert is_within(visitor)
    assert visitor.audit() == []


def is_within(visitor):
    """Tell whether the page needs no scrolling sideways."""
    return visitor.page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
