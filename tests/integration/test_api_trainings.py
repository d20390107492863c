"""Trainings and models by the REST API: asked for, seen by whom, cancelled."""

import pytest

ASKED = {"recipe": {"labels": ["Bear", "Dog"]}}


@pytest.fixture
def pat(api):
    return api.person("pat", "premium")


def test_a_training_is_asked_for_listed_shown_and_cancelled(api, pat):
    first, second = (
        pat.post("/trainings", {**ASKED, "options": {"epochs": epochs}}) for epochs in (3, 4)
    )
    assert (first.status_code, first.json["status"], first.json["options"]["epochs"]) == (
        *(201, "waiting", 3),
    )
    page = pat.get("/trainings?limit=1").json
    assert ([one["id"] for one in page["trainings"]], page["next"]) == (
        *([second.json["id"]], second.json["id"]),
    )
    rest = pat.get(f"/trainings?limit=1&after={page['next']}").json
    assert [one["id"] for one in rest["trainings"]] == [first.json["id"]]
    shown = pat.get(first.headers["Location"]).json
    assert (shown["training"], shown["epochs"], shown["models"]) == (first.json, [], [])
    wanted = {one["label"]: one for one in api.nobody.get("/wanted").json["labels"]}
    assert (wanted["Dog"]["demand"], wanted["Dog"]["gap"]) == (1, 99)
    for code in (200, 422):
        assert pat.post(f"/trainings/{first.json['id']}/cancel").status_code == code


def test_a_training_of_another_is_not_there(api, pat):
    asked = pat.post("/trainings", ASKED).json["id"]
    pete, olga = api.person("pete", "premium"), api.person("olga", "ops")
    assert pete.get(f"/trainings/{asked}").status_code == 404
    assert pete.post(f"/trainings/{asked}/cancel").status_code == 404
    assert pete.get("/trainings").json["trainings"] == []
    assert olga.get(f"/trainings/{asked}").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {**ASKED, "options": {"weights": "/etc/passwd", "weights_sha256": "a" * 64}},
        {**ASKED, "options": {"weights_sha256": "a" * 64}},
        {**ASKED, "options": {"ranks": 0}},
        {**ASKED, "options": {"epochs": True}},
        {**ASKED, "options": {"arch": "resnet"}},
        {**ASKED, "root": "a" * 64},
        {"recipe": {"labels": ["Bear"]}},
        {},
    ],
)
def test_what_cannot_be_trained_is_refused_also_for_ops(api, body):
    olga = api.person("olga", "ops")
    assert olga.post("/trainings", body).status_code == 422
    assert olga.get("/trainings").json["trainings"] == []


def test_the_document_says_what_options_are_where_they_are_not_said(api, pat):
    document = api.nobody.get("/openapi.json").json
    options = document["components"]["schemas"]["TrainingOptions"]["properties"]
    assert options["epochs"]["default"] == 10
    assert options["class_weights"]["enum"] == ["none", "balanced"]
    # No one value says it.
    for name in ("ranks", "minimum"):
        assert "default" not in options[name]
        assert options[name]["description"].startswith("Where it is not said")
    single, several = (
        pat.post("/trainings", {**ASKED, "options": said}).json["options"]
        for said in ({"launcher": "single", "weight_decay": 0.01}, {"class_weights": "balanced"})
    )
    assert (single["ranks"], single["minimum"], single["weight_decay"]) == (1, 100, 0.01)
    assert (several["ranks"], several["class_weights"]) == (2, "balanced")


def test_a_picture_tells_what_was_trained_on_it(api, pat):
    dan = api.person("dan")
    asked = pat.post("/trainings", ASKED).json["id"]
    [picture] = dan.post("/preview", {"recipe": {"labels": ["Dog"]}}).json["pictures"]
    api.run("UPDATE training SET root = %s, status = 'running'", "a" * 64)
    api.run(
        "INSERT INTO training_image SELECT %s, image_no / 32000,"
        " bits_of(ARRAY[(image_no %% 32000)::integer]) FROM image WHERE image_id = %s",
        *(asked, picture["image_id"]),
    )
    about = f"/images/{picture['image_id']}/about"
    assert dan.get(about).json["uses"] == []
    assert [one["training_id"] for one in pat.get(about).json["uses"]] == [asked]
    api.run(
        "INSERT INTO model (model_id, training_id, name, object_key, size_bytes, sha256, classes)"
        " VALUES ('m1', %s, 'a model', 'models/x.zip', 1, 'x', '{}')",
        asked,
    )
    assert [one["model_id"] for one in dan.get(about).json["uses"]] == ["m1"]
    assert dan.get("/models/m1").json["lineage"]["images"] == 1
