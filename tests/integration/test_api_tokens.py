import base64
import json
import re
import time

import pytest
from click.testing import CliRunner

from cluster.cli import cli
from cluster.cli.context import Hub
from hub.db import connect
from hub.rules.tokens import parse_token
from hub.services import passwords
from hub.services.accounts import add_user

PASSWORD = "correct horse: battery"


@pytest.fixture
def hub(settings):
    """Return `run(*words, input=...)`: the command line over this hub's catalogue."""
    environ = {"HUB_HOME": str(settings.home), "HUB_DATABASE_URL": settings.database_url}

    def run(*words, input=None):
        return CliRunner().invoke(cli, words, obj=Hub(environ), input=input)

    return run


def basic(name, password):
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


@pytest.fixture
def pat(api):
    with connect(api.settings.database_url) as db:
        add_user(db, "pat", role="premium", password=PASSWORD)
    return "pat"


def test_a_name_and_password_give_a_token_that_works(api, pat):
    made = api.nobody.post("/tokens", {"name": "notebook"}, headers=basic(pat, PASSWORD))
    assert made.status_code == 201
    assert made.json["user"] == "pat"
    assert made.json["scopes"] == ["read", "write"]
    listed = api.nobody.get("/tokens", headers={"Authorization": f"Bearer {made.json['token']}"})
    assert [(one["id"], one["name"]) for one in listed.json["tokens"]] == [
        (made.json["id"], "notebook")
    ]
    assert made.json["token"].rpartition("_")[2] not in listed.text


@pytest.mark.parametrize(
    ("name", "password"),
    [("pat", "wrong"), ("nobody", PASSWORD), ("ann", ""), ("pat", ""), ("pa\0t", "x"), ("", "")],
    ids=ascii,
)
def test_a_wrong_name_or_password_gives_none(api, pat, name, password):
    refused = api.nobody.post("/tokens", {}, headers=basic(name, password))
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"] == 'Basic realm="hub"'
    assert refused.headers["Cache-Control"] == "no-store"


def test_passwords_are_guessed_ten_times_a_minute(api, pat):
    wait_for_a_fresh_minute()
    answers = [api.nobody.post("/tokens", {}, headers=basic(pat, "wrong")) for _ in range(11)]
    assert [one.status_code for one in answers] == [401] * 10 + [429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60


def wait_for_a_fresh_minute():
    """Windows are minutes of the clock: a test of counts must not begin at the end of one."""
    if time.time() % 60 > 45:
        time.sleep(61 - time.time() % 60)


def test_a_password_is_hashed_anew_when_the_parameters_grow(api, pat, monkeypatch):
    def kept():
        return api.run("SELECT password_hash FROM hub_user WHERE name = 'pat'")[0][0]

    before = kept()
    assert before.startswith("$argon2id$")
    weaker = passwords.PasswordHasher(time_cost=1, memory_cost=8192)
    api.run("UPDATE hub_user SET password_hash = %s WHERE name = 'pat'", weaker.hash(PASSWORD))
    assert api.nobody.post("/tokens", {}, headers=basic(pat, PASSWORD)).status_code == 201
    assert kept().split("$")[3] == before.split("$")[3]


def test_only_the_digest_of_a_token_is_kept(api):
    token = api.person("eve").token
    [(sha256,)] = api.run("SELECT secret_sha256 FROM token")
    assert sha256 == parse_token(token).sha256
    assert token.rpartition("_")[2] not in json.dumps(api.run("SELECT token::text FROM token"))


def altered(token):
    """Yield the token with each character changed in turn, and cut and grown."""
    for place, character in enumerate(token):
        other = "A" if character != "A" else "B"
        yield token[:place] + other + token[place + 1 :]
    yield from (token[:-1], token + "A", f" {token}", token.upper(), "", "hub__", "hub_\0")


def test_no_altered_token_is_accepted(api):
    api = api.with_settings(requests_per_minute=0)
    token = api.person("eve").token
    for other in altered(token):
        answer = api.nobody.get("/subsets", headers={"Authorization": f"Bearer {other}"})
        # White space around it is HTTP's, not the token's.
        assert answer.status_code == (200 if other.strip() == token else 401), other


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Digest x", "\xff", "bearer x y", "Basic x"]
)
def test_a_header_that_is_no_token_is_refused(api, header):
    assert api.nobody.get("/subsets", headers={"Authorization": header}).status_code == 401


@pytest.mark.parametrize("change", ["revoked_at = now()", "expires_at = now()"])
def test_a_revoked_or_expired_token_is_refused(api, change):
    eve = api.person("eve")
    assert eve.get("/subsets").status_code == 200
    api.run(f"UPDATE token SET {change}")
    assert eve.get("/subsets").status_code == 401
    # Not even where nobody need sign in: whoever sends it should know.
    assert eve.get("/labels").status_code == 401


def test_a_token_does_what_its_scopes_say(api):
    reader = api.person("eve", scopes=["read"])
    body = {"name": "bears", "recipe": {"labels": ["Bear"]}}
    refused = reader.post("/subsets", body)
    assert refused.status_code == 403
    assert "'write'" in refused.json["detail"]
    assert reader.post("/count", {"recipe": body["recipe"]}).status_code == 200
    writer = api.person("eve", scopes=["write"])
    assert writer.post("/subsets", body).status_code == 201
    assert writer.get("/subsets").status_code == 403


def test_a_token_is_revoked_by_its_owner_and_by_ops_alone(api):
    eve, dan, ops = api.person("eve"), api.person("dan"), api.person("olga", "ops")
    token_id = parse_token(eve.token).token_id
    assert dan.delete(f"/tokens/{token_id}").status_code == 404
    assert eve.get("/tokens").status_code == 200
    assert eve.delete(f"/tokens/{token_id}").status_code == 204
    assert eve.get("/tokens").status_code == 401
    assert ops.delete(f"/tokens/{parse_token(dan.token).token_id}").status_code == 204
    assert dan.get("/tokens").status_code == 401


def test_the_first_token_of_a_local_hub_is_its_operators(hub, published, api):
    made = hub("token", "create", "--json")
    assert made.exit_code == 0, made.output
    document = json.loads(made.stdout)
    assert set(document) == {"token", "id", "user", "scopes", "expires_at"}
    [(role,)] = api.run("SELECT role FROM hub_user WHERE name = %s", document["user"])
    assert role == "ops"
    signed_in = {"Authorization": f"Bearer {document['token']}"}
    assert api.nobody.get("/subsets", headers=signed_in).status_code == 200

    assert hub("token", "revoke", document["id"]).exit_code == 0
    assert api.nobody.get("/subsets", headers=signed_in).status_code == 401


def test_tokens_are_listed_without_their_secrets(hub, api):
    assert hub("user", "add", "eve", "--role", "premium").exit_code == 0
    plain = hub("token", "create", "--user", "eve", "--scope", "read", "--days", "2")
    assert re.fullmatch(r"hub_[0-9a-f]{16}_[\w-]{43}\n", plain.stdout)
    listed = hub("token", "list", "--user", "eve", "--json")
    [token] = json.loads(listed.stdout)
    assert (token["user"], token["scopes"], token["revoked_at"]) == ("eve", ["read"], None)
    assert plain.stdout.strip()[-43:] not in listed.stdout + hub("token", "list").stdout


def test_users_are_added_once_listed_and_given_roles(hub, api):
    added = hub("user", "add", "eve", "--role", "premium", "--password-stdin", input=PASSWORD)
    assert added.exit_code == 0, added.output
    twice = hub("user", "add", "eve", "--role", "ops")
    assert "already" in str(twice.exception)
    assert hub("user", "role", "eve", "labeller").exit_code == 0
    listed = {one["name"]: one for one in json.loads(hub("user", "list", "--json").stdout)}
    assert (listed["eve"]["role"], listed["eve"]["has_password"]) == ("labeller", True)
    assert "password_hash" not in listed["eve"]
    assert api.nobody.post("/tokens", {}, headers=basic("eve", PASSWORD)).status_code == 201
    assert hub("user", "password", "eve", "--password-stdin", input="another one\n").exit_code == 0
    assert api.nobody.post("/tokens", {}, headers=basic("eve", PASSWORD)).status_code == 401
    assert api.nobody.post("/tokens", {}, headers=basic("eve", "another one")).status_code == 201


@pytest.mark.parametrize(
    ("words", "input", "said"),
    [
        (("user", "add", "a\nb", "--role", "ops"), None, "cannot be printed"),
        (("user", "add", "eve", "--role", "ops", "--password-stdin"), "short", "8 to"),
        (("user", "role", "nobody", "ops"), None, "no user 'nobody'"),
        (("user", "password", "nobody", "--password-stdin"), PASSWORD, "no user 'nobody'"),
        (("token", "create", "--user", "nobody"), None, "no user 'nobody'"),
        (("token", "revoke", "0" * 16), None, "no token"),
    ],
    ids=str,
)
def test_what_cannot_be_is_said_in_one_sentence(hub, published, words, input, said):
    refused = hub(*words, input=input)
    assert refused.exit_code != 0
    assert said in str(refused.exception)


def test_a_client_is_limited_and_told_when_to_come_back(api):
    api = api.with_settings(requests_per_minute=5)
    wait_for_a_fresh_minute()
    eve, dan = api.person("eve"), api.person("dan")
    answers = [eve.get("/subsets") for _ in range(7)]
    assert [one.status_code for one in answers] == [200] * 5 + [429] * 2
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert answers[-1].headers["Content-Type"] == "application/problem+json"
    assert dan.get("/subsets").status_code == 200
    # Nobody signed in, and a token that is not good, count for the address.
    wrong = {"Authorization": "Bearer hub_x"}
    assert [api.nobody.get("/labels").status_code for _ in range(3)] == [200] * 3
    assert [api.nobody.get("/labels", headers=wrong).status_code for _ in range(2)] == [401] * 2
    assert api.nobody.get("/labels").status_code == 429
    assert api.nobody.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    ("proxies", "others"),
    [
        pytest.param(0, 429, id="no server before the site is believed"),
        pytest.param(1, 200, id="each address behind a server has its own"),
    ],
)
def test_who_comes_through_a_server_is_known_by_what_it_adds(api, proxies, others):
    api = api.with_settings(requests_per_minute=2, proxies=proxies)

    def ask(said):
        return api.nobody.get("/labels", headers={"X-Forwarded-For": said}).status_code

    wait_for_a_fresh_minute()
    # What a client says itself stands before what the server adds, and counts for nothing.
    assert [ask(f"198.51.100.{number}, 192.0.2.1") for number in range(3)] == [200, 200, 429]
    assert ask("192.0.2.2") == others


def test_a_new_minute_counts_from_one(api):
    api = api.with_settings(requests_per_minute=1)
    wait_for_a_fresh_minute()
    eve = api.person("eve")
    assert [eve.get("/subsets").status_code for _ in range(2)] == [200, 429]
    api.run("UPDATE request_count SET began_at = began_at - interval '1 minute'")
    assert eve.get("/subsets").status_code == 200


def test_clients_of_earlier_minutes_are_forgotten(api):
    api.run("INSERT INTO request_count VALUES ('address:old', now() - interval '1 hour', 9)")
    api.person("eve").get("/subsets")
    clients = [client for (client,) in api.run("SELECT client FROM request_count")]
    assert len(clients) == 1
    assert clients[0].startswith("user:")


def test_a_hub_may_show_nothing_to_nobody(api):
    api = api.with_settings(anonymous="none")
    for path in ("/labels", "/labels/m_01dws", "/openapi.json", "/docs", "/docs/docs.js"):
        assert api.nobody.get(path).status_code == 401
        assert api.person("eve").get(path).status_code == 200
    assert api.nobody.get("/healthz").status_code == 200
