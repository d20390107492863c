import json
import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from dashboard.calls import fits
from dashboard.pages import PAGES
from hub.catalogue.users import find_user
from hub.db import connect
from hub.rules.roles import may
from hub.services import sessions
from hub.services.accounts import add_user

DOCUMENT = Path(__file__).parents[2] / "docs" / "site.md"
PEOPLE = ("visitor", "supplier", "data scientist", "premium", "labeller", "ops")
CELLS = r"\| ([^|]+) " * len(PEOPLE) + r"\|"
PAGE_ROW = re.compile(r"^\| `(/\S*)` " + CELLS, re.MULTILINE)
ROUTE_ROW = re.compile(r"^\| ([A-Z]+) `(/\S*)` " + CELLS, re.MULTILINE)
ORIGIN = {"Origin": "http://localhost"}
CALLBACKS = "/_dash-update-component"
SEEN = {"yes": 200, "sign in": 302, "no": 403}


def role_of(person):
    return None if person == "visitor" else person.replace(" ", "_")


@pytest.fixture
def ask(api):
    """Ask the site as somebody, with the session of a browser."""

    def client_of(person, name=None):
        client = api.app.test_client()
        if role := role_of(person):
            with connect(api.settings.database_url) as db:
                user = find_user(db, name or f"a {role}") or add_user(
                    db, name or f"a {role}", role=role
                )
                client.set_cookie("hub_session", sessions.begin(db, user))
        return client

    def ask(person, method, path, **options):
        return client_of(person).open(path, method=method, **options)

    return ask


def documented_pages():
    return {
        path: dict(zip(PEOPLE, (cell.strip() for cell in cells), strict=True))
        for path, *cells in PAGE_ROW.findall(DOCUMENT.read_text())
    }


def documented_routes():
    return {
        (method, path): dict(zip(PEOPLE, map(int, cells), strict=True))
        for method, path, *cells in ROUTE_ROW.findall(DOCUMENT.read_text())
    }


def test_every_page_stands_in_the_table_and_no_other():
    assert list(documented_pages()) == [page.path for page in PAGES]


@pytest.mark.parametrize("person", PEOPLE)
def test_every_page_is_shown_to_whom_the_table_says(ask, person):
    seen = {
        page.path: ask(person, "GET", re.sub(r"<\w+>", "x", page.path)).status_code
        for page in PAGES
    }
    assert seen == {path: SEEN[row[person]] for path, row in documented_pages().items()}


def routes(app):
    pages = {"/", "/<path:path>"}
    for rule in app.url_map.iter_rules():
        if rule.rule not in pages and not rule.rule.startswith("/api/"):
            for method in rule.methods - {"HEAD", "OPTIONS"}:
                yield method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)


def test_every_route_outside_the_api_stands_in_the_table_and_no_other(api):
    assert sorted(routes(api.app)) == sorted(documented_routes())


@pytest.mark.parametrize("person", PEOPLE)
def test_every_route_outside_the_api_answers_as_the_table_says(ask, person):
    answered = {
        (method, path): ask(person, method, re.sub(r"{\w+}", "x", path), headers=ORIGIN).status_code
        for method, path in documented_routes()
    }
    assert answered == {route: row[person] for route, row in documented_routes().items()}


def calls(api):
    """Every callback that the hub answers, as a browser would call it with nothing filled in."""
    for output, callback in api.app.extensions["dash"].callback_map.items():
        if "callback" in callback:
            inputs, state = (
                [{"id": name(one["id"]), "property": one["property"]} for one in callback[kind]]
                for kind in ("inputs", "state")
            )
            outputs = [{"id": name(one[0]), "property": one[1]} for one in split_outputs(output)]
            yield (
                output,
                {
                    "output": output,
                    "outputs": outputs if output.startswith("..") else outputs[0],
                    "inputs": inputs,
                    "state": state,
                    "changedPropIds": [],
                },
            )


def split_outputs(output):
    several = output[2:-2].split("...") if output.startswith("..") else [output]
    return [one.rsplit(".", 1) for one in several]


def name(component_id):
    return json.loads(component_id) if str(component_id).startswith("{") else component_id


def needs_of(output):
    """What the page whose layout stands behind a callback needs, told apart from the gate."""
    owner = re.sub(r'^(\.\.)?({.*?"type":")?', "", output)
    pages = {page.name: page.needs for page in PAGES} | {"shell": "browse"}
    return pages[max((name for name in pages if owner.startswith(f"{name}-")), key=len)]


@pytest.mark.parametrize("person", PEOPLE)
def test_every_callback_is_for_whom_its_page_is(api, ask, person):
    refused, expected = set(), set()
    for output, body in calls(api):
        needs = needs_of(output)
        role = role_of(person)
        if not (needs == "browse" if role is None else may(role, needs)):
            expected.add(output)
        answer = ask(person, "POST", CALLBACKS, json=body, headers=ORIGIN)
        if answer.status_code in (401, 403):
            refused.add(output)
    assert refused == expected
    assert len(list(calls(api))) > len(PAGES) / 2


@pytest.mark.parametrize("origin", [{}, {"Origin": "null"}, {"Origin": "http://elsewhere.test"}])
def test_a_callback_that_another_site_asks_for_is_refused(api, ask, origin):
    codes = {
        ask("ops", "POST", CALLBACKS, json=body, headers=origin).status_code
        for _, body in calls(api)
    }
    assert codes == {403}


def test_another_site_cannot_use_the_session_at_the_api(ask):
    body = {"name": "stolen", "recipe": {"labels": ["Bear"]}}
    there = {"Origin": "http://elsewhere.test"}
    assert ask("ops", "POST", "/api/v1/subsets", json=body, headers=there).status_code == 403
    assert ask("ops", "POST", "/api/v1/subsets", json=body, headers=ORIGIN).status_code == 201


def test_outputs_of_no_page_and_of_several_are_refused(ask):
    for output in ("nothing-x.children", "..users-a.data...shell-content.children..", "", "{.x"):
        body = {"output": output, "outputs": [], "inputs": [], "changedPropIds": []}
        answer = ask("ops", "POST", CALLBACKS, json=body, headers=ORIGIN)
        assert answer.status_code == 403, output


def test_where_visitors_see_nothing_they_are_led_to_the_sign_in(api):
    closed = api.with_settings(anonymous="none").app.test_client()
    for page in PAGES:
        answer = closed.get(re.sub(r"<\w+>", "x", page.path))
        assert answer.location.startswith("/sign-in?next="), page.path
    for path in ("/_dash-layout", "/_dash-dependencies"):
        assert closed.get(path).status_code == 401
    assert closed.get("/sign-in").status_code == 200


def test_a_session_that_was_altered_ended_or_expired_is_no_session(api, ask):
    with connect(api.settings.database_url) as db:
        user = add_user(db, "mallory", role="ops")
        text = sessions.begin(db, user)
    plain, _, signature = text.rpartition(".")
    forged = [f"{plain}x.{signature}", plain, f"{text}x", "", "x" * 4000, text[::-1]]
    for one in forged:
        assert status_of(api, one) == 302
    assert status_of(api, text) == 200
    api.run("UPDATE session SET expires_at = now() - interval '1 second'")
    assert status_of(api, text) == 302


def status_of(api, cookie):
    client = api.app.test_client()
    client.set_cookie("hub_session", cookie)
    return client.get("/users").status_code


def test_signing_in_ends_the_session_that_was_there(api):
    with connect(api.settings.database_url) as db:
        user = add_user(db, "mia", role="ops", password="a password of mia's")
        planted = sessions.begin(db, user)
    client = api.app.test_client()
    client.set_cookie("hub_session", planted)
    form = {"name": "mia", "password": "a password of mia's", "next": "//elsewhere.test/x"}
    answer = client.post("/sign-in", data=form, headers=ORIGIN)
    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get_cookie("hub_session").value != planted
    assert status_of(api, planted) == 302


@pytest.mark.parametrize(
    "there",
    ["//x.test", "https://x.test", "/\\x.test", "\\\\x.test", "javascript:alert(1)", "x", "/a\nb"],
)
def test_nobody_is_led_to_another_site(api, there):
    answer = api.app.test_client().get("/sign-in", query_string={"next": there})
    assert re.search(r'name="next" value="/"', answer.text)


BROKEN = (
    {"inputs": []},
    {"inputs": "x"},
    {"inputs": [{"id": "shell-address"}, {"id": "shell-address"}]},
    {"inputs": [None, [1]]},
    {"state": 1},
    {"state": [{"id": "x", "property": "y"}]},
    {"outputs": "x"},
    {"outputs": [{"id": 1, "property": "y"}]},
    {"changedPropIds": ["shell-address"]},
    {"changedPropIds": {"a": 1}},
    {"changedPropIds": [1]},
)


@pytest.mark.parametrize("broken", BROKEN)
def test_a_call_that_no_page_makes_is_refused_and_not_logged(api, ask, caplog, broken):
    body = next(body for output, body in calls(api) if output.startswith("..shell-content"))
    whole = ask("visitor", "POST", CALLBACKS, json=body, headers=ORIGIN)
    answer = ask("visitor", "POST", CALLBACKS, json={**body, **broken}, headers=ORIGIN)
    assert (whole.status_code, answer.status_code) == (200, 400)
    assert "Traceback" not in caplog.text


def test_what_the_browser_does_by_itself_is_no_callback_of_the_hub(ask):
    body = {"output": "shell-titled.children", "inputs": [], "changedPropIds": []}
    assert ask("visitor", "POST", CALLBACKS, json=body, headers=ORIGIN).status_code == 403


@pytest.mark.parametrize("origin", ["http://[::1", "http://localhost]", "\u2100//localhost"])
def test_an_origin_that_is_no_address_is_refused(ask, origin):
    headers = {"Origin": origin.encode().decode("latin-1")}
    assert ask("ops", "POST", "/sign-out-everywhere", headers=headers).status_code == 403


@pytest.mark.parametrize(
    ("path", "search"),
    [
        ("/labels", "?search=%00"),
        ("/labels", f"?page={10**30}"),
        ("/labels/\0", ""),
        ("/labels/m_014j1m", f"?page={10**30}&after=%00"),
        ("/images/\0", ""),
        ("/submissions/\0", "?outcome=%00"),
        ("/subsets/\0", ""),
        ("/pick", "?labels=%00"),
        ("/models/\0", ""),
        ("/users", "?find=%00"),
        ("/ops", f"?before={10**30}&reason=%00"),
    ],
)
def test_an_address_that_nobody_wrote_is_answered(ask, caplog, path, search):
    said = [("pathname", path), ("search", search)]
    body = {
        "output": "..shell-content.children...shell-title.data..",
        "outputs": [
            {"id": "shell-content", "property": "children"},
            {"id": "shell-title", "property": "data"},
        ],
        "inputs": [{"id": "shell-address", "property": name, "value": text} for name, text in said],
        "changedPropIds": ["shell-address.pathname"],
    }
    answer = ask("ops", "POST", CALLBACKS, json=body, headers=ORIGIN)
    assert answer.status_code == 200
    assert "its log says" not in answer.get_data(as_text=True)
    assert "failed" not in caplog.text


@pytest.mark.parametrize(("search", "page"), [("\0", 1), ("", 2**63), ("x", -1)])
def test_labels_are_searched_by_whatever_a_browser_sends(ask, caplog, search, page):
    values = [("search", search), ("sort", None), ("filters", None), ("pages", page)]
    outputs = ["results.children", "pages.total", "pages.value", "address.data"]
    body = {
        "output": f"..{'...'.join(f'labels-{one}' for one in outputs)}..",
        "outputs": [
            dict(zip(("id", "property"), f"labels-{one}".split("."), strict=True))
            for one in outputs
        ],
        "inputs": [
            {"id": f"labels-{name}", "property": "value", "value": value} for name, value in values
        ],
        "changedPropIds": ["labels-pages.value"],
    }
    answer = ask("visitor", "POST", CALLBACKS, json=body, headers=ORIGIN)
    assert answer.status_code == 200
    assert "failed" not in caplog.text


WRONG = ("\0", "\ud800", 2**70, 1.5, True, [None], ["x"], {}, [{}])


def test_no_callback_fails_over_values_of_a_wrong_type(api, ask, caplog):
    for (output, body), value in product(calls(api), WRONG):
        answer = ask("ops", "POST", CALLBACKS, json=filled(body, value), headers=ORIGIN)
        assert answer.status_code in (200, 204, 400), (output, value, answer.text)
        assert "its log says why" not in answer.text, (output, value)
    assert "Traceback" not in caplog.text


def filled(body, value):
    """Return a call with that value everywhere, made since the first input changed."""

    def one(said):
        if not isinstance(said["id"], dict):
            return {**said, "value": value}
        index = value if type(value) in (int, str) else "x"
        return [{**said, "id": {**said["id"], "index": index}, "value": value}]

    lists = {kind: [one(said) for said in body[kind]] for kind in ("inputs", "state")}
    first = lists["inputs"][0]
    first = first[0] if isinstance(first, list) else first
    text = first["id"] if isinstance(first["id"], str) else json.dumps(first["id"])
    return {**body, **lists, "changedPropIds": [f"{text}.{first['property']}"]}


@pytest.mark.parametrize(
    ("value", "kind", "is_so"),
    [
        (None, str | None, True),
        (None, str, False),
        (True, int | None, False),
        (1, float, True),
        ("1", int, False),
        (["x"], list[str] | None, True),
        ([1], list[str] | None, False),
        ({"a": "x"}, dict[str, str], True),
        ({"a": 1}, list[dict[str, str]], False),
        ([{"a": 1}], list[dict[str, Any]], True),
        ({}, object, True),
    ],
)
def test_annotations_say_what_a_callback_may_be_called_with(value, kind, is_so):
    assert fits(value, kind) is is_so
