import base64
import re
from functools import partial
from pathlib import Path

import pytest

from hub.db import connect
from hub.rules.tokens import parse_token
from hub.services import export_archives
from hub.services.accounts import change_password

DOCUMENT = Path(__file__).parents[2] / "docs" / "api.md"
ROLES = ("anonymous", "other user", "user", "premium", "ops")
ROW = re.compile(r"\| ([A-Z]+) `(/\S*)` \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|")
BEARS = {"recipe": {"labels": ["Bear"]}}
BODIES = {
    "/api/v1/count": BEARS,
    "/api/v1/preview": BEARS,
    # Not the bears: whoever makes a subset of the same root has made it, too.
    "/api/v1/subsets": {"name": "dogs", "recipe": {"labels": ["Dog"]}},
    "/api/v1/subsets/{root}/exports": {"format": "coco"},
    "/api/v1/subsets/{root}/links": {},
    "/api/v1/subsets/{root}/shares": {"user": "ann"},
    "/api/v1/tokens": {},
    "/api/v1/trainings": {"recipe": {"labels": ["Bear", "Dog"]}},
    "/api/v1/uploads/{upload_id}/files": {},
    "/api/v1/uploads/{upload_id}/submission": {
        "labels": ["Apple"],
        "licence": "CC BY 4.0",
        "consent": True,
    },
}
QUERIES = {"/api/v1/uploads/{upload_id}/files": "?path=a.jpg"}


def documented():
    rows = ROW.findall(DOCUMENT.read_text())
    return {
        (method, path): dict(zip(ROLES, map(int, codes), strict=True))
        for method, path, *codes in rows
    }


@pytest.fixture
def people(api):
    made = {
        "other user": api.person("dan"),
        "user": api.person("eve"),
        "premium": api.person("pat", "premium"),
        "ops": api.person("olga", "ops"),
    }
    with connect(api.settings.database_url) as db:
        for name in ("dan", "eve", "pat", "olga"):
            change_password(db, name, f"{name}'s password")
    return {"anonymous": api.nobody, **made}


def routes(api):
    rules = (rule for rule in api.app.url_map.iter_rules() if rule.rule.startswith("/api/"))
    for rule in rules:
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            yield method, re.sub(r"<(?:path:)?(\w+)>", r"{\1}", rule.rule)


def test_every_route_stands_in_the_table_and_no_other(api):
    assert sorted(routes(api)) == sorted(documented())


@pytest.mark.parametrize("role", ROLES)
def test_every_route_answers_each_role_as_the_table_says(api, people, role):
    answered, expected = {}, {}
    for (method, path), codes in documented().items():
        address = path.format(**places(api, people, path)) + QUERIES.get(path, "")
        headers = password_of(people, role) if (method, path) == ("POST", "/api/v1/tokens") else {}
        answer = people[role].ask(method, address, json=BODIES.get(path), headers=headers)
        answered[method, path] = answer.status_code
        expected[method, path] = codes[role]
        if method == "GET":
            head = people[role].head(address)
            assert (head.status_code, head.data) == (answer.status_code, b"")
    assert answered == expected


def places(api, people, path):
    """Make a subset that is shared with one, and a token that may go."""
    root = people["user"].post("/subsets", {"name": "bears", **BEARS}).json["root"]
    assert people["user"].post(f"/subsets/{root}/shares", {"user": "pat"}).status_code == 204
    open_db = partial(connect, api.settings.database_url)
    export_archives.make(api.settings, open_db, root=root, format="csv")
    [picture] = people["user"].post("/preview", BEARS).json["pictures"]
    return {
        "root": root,
        "format": "csv",
        "image_id": picture["image_id"],
        "key": "m_01dws",
        "name": "docs.js",
        "token_id": parse_token(api.person("eve").token).token_id,
        "upload_id": upload_of(people) if "upload_id" in path else None,
        "submission_id": 1,
        "file_id": api.repeated(),
        "training_id": training_of(people) if "training_id" in path else None,
        "model_id": model_of(api, people, root) if "model_id" in path else None,
    }


def training_of(people):
    """Ask for a training that waits for pictures."""
    return people["premium"].post("/trainings", BODIES["/api/v1/trainings"]).json["id"]


def model_of(api, people, root):
    """Let the premium user have a model."""
    training_id = training_of(people)
    api.run("UPDATE training SET root = %s WHERE training_id = %s", root, training_id)
    api.run(
        "INSERT INTO model (model_id, training_id, name, object_key, size_bytes, sha256, classes)"
        " VALUES (%s, %s, 'a model', 'models/x.zip', 1, 'x', %s)",
        *(f"m{training_id}", training_id, ["Bear", "Dog"]),
    )
    return f"m{training_id}"


def upload_of(people):
    """Bring a file, not yet submitted."""
    upload_id = people["ops"].post("/uploads").json["id"]
    brought = people["ops"].ask("PUT", f"/uploads/{upload_id}/files?path=a.jpg", data=b"apple")
    assert brought.status_code == 200
    return upload_id


def password_of(people, role):
    if role == "anonymous":
        return {}
    name = {"other user": "dan", "user": "eve", "premium": "pat", "ops": "olga"}[role]
    given = base64.b64encode(f"{name}:{name}'s password".encode()).decode()
    return {"Authorization": f"Basic {given}"}
