import hashlib
import json

import pytest

from hub.rules.locks import parse_lock

BEARS = {"recipe": {"labels": ["Bear"], "with_descendants": True}}


@pytest.fixture
def eve(api):
    return api.person("eve")


def test_labels_come_by_name_in_pages_that_meet(api):
    page = api.nobody.get("/labels?limit=250").json
    names = [label["name"] for label in page["labels"]]
    while page["next"]:
        page = api.nobody.get("/labels", query_string={"limit": 250, "after": page["next"]}).json
        names += [label["name"] for label in page["labels"]]
    assert len(names) == len(set(names)) == 602
    assert names == sorted(names, key=str.casefold)


def test_a_search_finds_part_of_a_name_or_alias(api):
    api.run(
        "INSERT INTO label_name SELECT 'ursus', label_id, 'Ursus', true FROM label_name"
        " WHERE name = 'Bear'"
    )
    found = api.nobody.get("/labels?search=RSUS").json["labels"]
    assert [(one["name"], one["mid"], one["parents"]) for one in found] == [
        ("Bear", "/m/01dws", ["Carnivore"])
    ]


def test_a_label_is_shown_by_its_key(api):
    shown = api.nobody.get("/labels/m_01dws").json
    assert (shown["key"], shown["name"], shown["parents"]) == ("m_01dws", "Bear", ["Carnivore"])
    assert "Brown bear" in shown["children"]
    assert api.nobody.get("/labels/m_none").status_code == 404


def test_a_count_is_of_the_whole_recipe(eve):
    assert eve.post("/count", BEARS).json == {
        "images": 3,
        "bytes": 1450,
        "per_label": {"Bear": 3},
    }
    none = eve.post("/count", {"recipe": {"labels": ["Bear"], "splits": ["none"]}})
    assert none.json["images"] == 0


def test_a_preview_shows_the_same_pictures_again(eve):
    first = eve.post("/preview", {**BEARS, "most": 2}).json["pictures"]
    assert len(first) == 2
    assert eve.post("/preview", {**BEARS, "most": 2}).json["pictures"] == first
    assert {one["picked"][0]["name"] for one in first} == {"Bear"}


def test_a_subset_is_made_once_listed_shown_and_locked(eve):
    made = eve.post("/subsets", {"name": "bears", "note": "brown ones too", **BEARS})
    root = made.json["root"]
    assert made.status_code == 201
    assert made.headers["Location"] == f"/api/v1/subsets/{root}"
    assert (made.json["images"], made.json["per_label"]) == (3, {"Bear": 3})

    again = eve.post("/subsets", {"name": "bears", "note": "brown ones too", **BEARS})
    assert (again.status_code, again.json["root"], again.json["is_new"]) == (200, root, False)

    shown = eve.get(f"/subsets/{root}").json
    assert (shown["name"], shown["note"], shown["created_by"]) == ("bears", "brown ones too", "eve")
    assert shown["recipe"] == {"labels": ["Bear"], "with_descendants": True}
    lock = parse_lock(eve.get(f"/subsets/{root}/lock").text, where="the answer")
    assert (lock.root, lock.images, lock.bytes) == (root, 3, 1450)


def test_the_subsets_of_a_name_are_its_history(eve):
    for name, labels in (("bears", ["Bear"]), ("toys", ["Bear"]), ("bears", ["Brown bear"])):
        asked = {"name": name, "recipe": {"labels": labels, "with_descendants": True}}
        assert eve.post("/subsets", asked).status_code == 201
    history = eve.get("/subsets?name=bears").json["subsets"]
    assert [one["name"] for one in history] == ["bears", "bears"]
    assert len({one["root"] for one in history}) == 2


def test_subsets_come_newest_first_in_pages_that_meet(eve):
    for number in range(5):
        assert eve.post("/subsets", {"name": f"bears {number}", **BEARS}).status_code == 201
    page = eve.get("/subsets?limit=2").json
    names = [one["name"] for one in page["subsets"]]
    while page["next"]:
        page = eve.get(f"/subsets?limit=2&after={page['next']}").json
        names += [one["name"] for one in page["subsets"]]
    assert names == [f"bears {number}" for number in (4, 3, 2, 1, 0)]


def test_the_manifest_is_the_bytes_that_the_root_is_the_digest_of(eve):
    root = eve.post("/subsets", {"name": "bears", **BEARS}).json["root"]
    whole = eve.get(f"/subsets/{root}/manifest")
    assert hashlib.sha256(whole.data).hexdigest() == root
    part = eve.get(f"/subsets/{root}/manifest", headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.data) == (206, whole.data[10:20])


def test_a_shared_subset_is_seen_and_an_unshared_one_is_not_there(api, eve):
    root = eve.post("/subsets", {"name": "bears", **BEARS}).json["root"]
    dan, ops = api.person("dan"), api.person("olga", "ops")
    for route in ("", "/lock", "/manifest", "/archive.zip"):
        assert dan.get(f"/subsets/{root}{route}").status_code == 404
        assert ops.get(f"/subsets/{root}{route}").status_code == 200
    assert dan.get("/subsets").json["subsets"] == []

    assert eve.post(f"/subsets/{root}/shares", {"user": "dan"}).status_code == 204

    for route in ("", "/lock", "/manifest", "/archive.zip"):
        assert dan.get(f"/subsets/{root}{route}").status_code == 200
    assert [one["root"] for one in dan.get("/subsets").json["subsets"]] == [root]
    assert dan.post(f"/subsets/{root}/shares", {"user": "olga"}).status_code == 403


def test_nobody_hides_a_subset_behind_its_root_as_a_name(api, eve):
    root = eve.post("/subsets", {"name": "bears", **BEARS}).json["root"]
    dog = {"recipe": {"labels": ["Dog"]}}
    refused = api.person("mallory").post("/subsets", {"name": root, **dog})
    assert refused.status_code == 422
    assert "root of a subset" in refused.json["detail"]


def test_a_picture_is_its_published_bytes(eve):
    [dog] = eve.post("/preview", {"recipe": {"labels": ["Dog"]}}).json["pictures"]
    path = f"/images/{dog['image_id']}"
    whole = eve.get(path)
    assert hashlib.sha256(whole.data).hexdigest() == dog["image_id"]
    assert whole.headers["Content-Type"] == "image/jpeg"
    assert whole.headers["ETag"] == f'"{dog["image_id"]}"'
    # Whoever uses the browser next must not find it there for long.
    assert whole.headers["Cache-Control"] == "private, max-age=300"
    assert whole.headers["Vary"] == "Authorization, Cookie"
    part = eve.get(path, headers={"Range": "bytes=-3"})
    assert (part.status_code, part.data) == (206, whole.data[-3:])
    seen = eve.get(path, headers={"If-None-Match": whole.headers["ETag"]})
    assert (seen.status_code, seen.data) == (304, b"")


def test_what_is_known_of_a_picture_keeps_what_it_does_not_show_apart(eve):
    pictures = eve.post("/preview", {"recipe": {"labels": ["Bear"]}}).json["pictures"]
    about = eve.get(f"/images/{pictures[0]['image_id']}/about").json
    assert [label["name"] for label in about["labels"]] == ["Bear"]
    assert [label["name"] for label in about["negatives"]] == ["Dog"]


def test_a_withdrawn_picture_is_not_there(api, eve):
    [dog] = eve.post("/preview", {"recipe": {"labels": ["Dog"]}}).json["pictures"]
    api.run("UPDATE image SET status = 'withdrawn' WHERE image_id = %s", dog["image_id"])
    for path in ("", "/about"):
        assert eve.get(f"/images/{dog['image_id']}{path}").status_code == 404


def test_a_picture_that_the_lake_has_lost_is_the_hubs_failure_told_without_paths(api, eve):
    api.run("UPDATE image SET crc32 = crc32 + 1")
    [dog] = eve.post("/preview", {"recipe": {"labels": ["Dog"]}}).json["pictures"]
    lost = eve.get(f"/images/{dog['image_id']}")
    assert lost.status_code == 503
    assert "Retry-After" in lost.headers
    assert str(api.settings.home) not in lost.text


WRONG_BODIES = {
    "nested": "[" * 100_000,
    "nested maps": '{"a":' * 100_000,
    "no JSON": "{",
    "text": '"\\ud800"',
    "long number": "1" * 5000,
    "not UTF-8": b'{"recipe": {"labels": ["\xff"]}}',
    "surrogate": '{"recipe": {"labels": ["\\ud800"]}}',
    "surrogate key": '{"\\ud800": 1}',
    "NUL": '{"recipe": {"labels": ["a\\u0000"]}}',
    "infinite": '{"recipe": {"labels": ["Bear"], "within": [1e999, 0, 0, 0]}}',
    "not a number": '{"recipe": {"labels": ["Bear"], "within": [NaN, 0, 0, 0]}}',
    "huge seed": '{"recipe": {"labels": ["Bear"], "seed": 99999999999999999999999999}}',
    "unknown key": '{"recipe": {"labels": ["Bear"], "drop": "table"}}',
    "no label": '{"recipe": {}}',
    "null": '{"recipe": null}',
    "unknown label": '{"recipe": {"labels": ["No such thing"]}}',
}


@pytest.mark.parametrize("path", ["/count", "/preview", "/subsets"])
@pytest.mark.parametrize("body", WRONG_BODIES.values(), ids=WRONG_BODIES)
def test_a_wrong_body_is_a_problem_of_the_request(eve, path, body):
    if path == "/subsets" and isinstance(body, str):
        body = body.replace('{"recipe"', '{"name": "bears", "recipe"', 1)
    answer = eve.ask("POST", path, data=body, content_type="application/json")
    assert 400 <= answer.status_code < 500
    check_problem(answer)


def check_problem(answer):
    assert answer.headers["Content-Type"] == "application/problem+json"
    document = json.loads(answer.data)
    assert document["status"] == answer.status_code
    assert document["title"]
    assert "Traceback" not in document["detail"]


@pytest.mark.parametrize("name", ["\0", "a\nb", "", " ", "x" * 201, "\u202e"], ids=ascii)
def test_a_name_that_cannot_be_printed_names_no_subset(eve, name):
    answer = eve.post("/subsets", {"name": name, **BEARS})
    assert answer.status_code == 422
    check_problem(answer)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("PUT", "/count", 405),
        ("GET", "/labels?limit=0", 422),
        ("GET", "/labels?limit=1001", 422),
        ("GET", "/labels?search=%00", 422),
        ("GET", "/labels?after=%ff", 200),
        ("GET", "/labels?unknown=1", 422),
        ("GET", "/labels/%00", 422),
        ("GET", "/subsets?after=99999999999999999999", 422),
        ("GET", "/subsets?after=9223372036854775807", 200),
        ("GET", "/subsets/..%2f..", 404),
        ("GET", "/subsets/" + "g" * 64, 422),
        ("GET", "/images/" + "0" * 64, 404),
        ("GET", "/docs/../../app.py", 404),
        ("GET", "/docs/%2e%2e/%2e%2e/__init__.py", 404),
    ],
)
def test_every_refusal_is_a_problem_body(eve, method, path, status):
    answer = eve.ask(method, path)
    assert answer.status_code == status
    if status >= 400:
        check_problem(answer)


def test_a_body_above_the_bound_is_not_read(eve):
    answer = eve.ask("POST", "/count", data=b"x" * (2**20 + 1), content_type="application/json")
    assert answer.status_code == 413
    check_problem(answer)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", None])
def test_a_body_that_is_not_said_to_be_json_is_refused(eve, kind):
    # A page of another site could send such a body without asking.
    answer = eve.ask("POST", "/count", data=json.dumps(BEARS), content_type=kind)
    assert answer.status_code == 415
    check_problem(answer)


def test_a_bug_shows_no_traceback(api, eve, monkeypatch):
    def fail(*_args, **_options):
        raise ValueError("secret")

    monkeypatch.setattr("hub.services.picks.count", fail)
    answer = eve.post("/count", BEARS)
    assert answer.status_code == 500
    check_problem(answer)
    assert "secret" not in answer.text


def test_postgres_that_is_away_is_told_without_its_address(api, eve, settings):
    away = api.with_settings(database_url="postgresql://hub:secret@127.0.0.1:1/hub")
    answer = away.nobody.get("/labels")
    assert answer.status_code == 503
    assert "secret" not in answer.text
    assert "127.0.0.1" not in answer.text


def test_answers_are_kept_by_nobody_and_run_nothing(api, eve):
    answer = eve.get("/tokens")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_the_documentation_asks_no_other_host(api):
    page = api.nobody.get("/docs")
    assert page.status_code == 200
    assert "http" not in page.text.replace("https://www.w3.org", "")
    for name in ("docs.js", "js/swagger-ui-bundle.js", "css/swagger-ui.css", "images/swagger.svg"):
        assert f"docs/{name}" in page.text
        assert api.nobody.get(f"/docs/{name}").status_code == 200
    assert api.nobody.get("/openapi.json").json["openapi"].startswith("3.1")
