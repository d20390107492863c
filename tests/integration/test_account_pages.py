import json
import re
import time
from dataclasses import replace
from functools import partial

import pytest

from dashboard import postman as postmen
from dashboard.app import make_app
from dashboard.pages import PAGES
from dashboard.pages.help.layout import read_topic
from dashboard.pages.help.topics import TOPICS
from dashboard.pages.tour.steps import STEPS
from dashboard.policy import Policy
from hub.catalogue.users import find_user
from hub.db import connect
from hub.rules.roles import ROLES, may
from hub.rules.tokens import parse_token
from hub.services import accounts, addresses, invitations, mail, sessions
from tests.fixtures.mailbox import letters_of, link_in

PASSWORD, OTHER = "correct horse: battery", "another one entirely"
ORIGIN = {"Origin": "http://localhost"}


class Browser:
    """A browser in this process: with the cookies and the origin that a page of the site has."""

    def __init__(self, app):
        self.client = app.test_client()

    def get(self, path):
        return self.client.get(path)

    def send(self, path, headers=ORIGIN, **form):
        return self.client.post(path, data=form, headers=headers)

    def keep(self, text):
        self.client.set_cookie("hub_session", text)

    def call(self, *outputs, changed, inputs=(), state=()):
        """Call a callback as Dash's own script does."""

        def values(pairs):
            return [
                [{"id": i, "property": p, "value": v} for i, p, v in one]
                if isinstance(one, list)
                else dict(zip(("id", "property", "value"), one, strict=True))
                for one in pairs
            ]

        output = outputs[0] if len(outputs) == 1 else f"..{'...'.join(outputs)}.."
        places = [dict(zip(("id", "property"), one.split("."), strict=True)) for one in outputs]
        body = {
            "output": output,
            "outputs": places[0] if len(outputs) == 1 else places,
            "inputs": values(inputs),
            "state": values(state),
            "changedPropIds": [changed],
        }
        return self.client.post("/_dash-update-component", json=body, headers=ORIGIN)


@pytest.fixture
def app(published, settings, monkeypatch):
    # Nobody waits in these tests; that both ways take it is seen by how often it is asked for.
    monkeypatch.setattr("dashboard.routes.accounts._SECONDS", 0.0)
    return make_app(settings, settings.database_url)


@pytest.fixture
def browser(app):
    return Browser(app)


@pytest.fixture
def open_db(app, settings):
    return partial(connect, settings.database_url)


@pytest.fixture
def eve(open_db):
    with open_db() as db:
        eve = accounts.add_user(db, "eve", role="premium", password=PASSWORD)
        accounts.set_email(db, "eve", email="eve@example.org", by="olga")
    return eve


def sign_in(browser, open_db, name, role="premium"):
    with open_db() as db:
        user = find_user(db, name) or accounts.add_user(db, name, role=role, password=PASSWORD)
        browser.keep(sessions.begin(db, user))
    return user


def letters(settings, count):
    """Wait until the postman has sent so many mails."""
    for _ in range(200):
        found = letters_of(settings.home)
        if len(found) >= count:
            return found
        time.sleep(0.05)
    pytest.fail(f"{len(letters_of(settings.home))} mails came, not {count}")


def text(answer):
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


FORMS = [
    ("/sign-up", {"email": "x@example.org"}),
    ("/sign-up", {"invitation": "x", "name": "x", "password": PASSWORD}),
    ("/reset-password", {"name": "eve"}),
    ("/reset-password", {"reset": "x", "password": PASSWORD}),
    ("/change-password", {"old": PASSWORD, "password": OTHER}),
    ("/change-address", {"email": "x@example.org", "password": PASSWORD}),
    ("/sign-out-everywhere", {}),
    ("/confirm-address", {"address": "x"}),
]


@pytest.mark.parametrize("headers", [{}, {"Origin": "null"}, {"Origin": "http://localhost.evil"}])
@pytest.mark.parametrize(("path", "form"), FORMS)
def test_a_form_of_another_site_is_refused(browser, open_db, eve, path, form, headers):
    sign_in(browser, open_db, "eve")
    assert browser.send(path, headers=headers, **form).status_code == 403
    assert "eve" in text(browser.get("/change-password"))


@pytest.mark.parametrize("path", ["/change-password", "/change-address", "/sign-out-everywhere"])
def test_who_is_not_signed_in_changes_nothing(browser, path):
    assert browser.send(path, old=PASSWORD, password=OTHER).status_code == 401


def test_signing_up_signs_in_with_a_session_of_its_own(browser, open_db, settings):
    with open_db() as db:
        link = invitations.invite(db, role="labeller", by="olga", site_url="").link
    browser.keep("what somebody else put there")
    shown = browser.get(link)
    assert "as labeller" in text(shown)
    assert shown.headers["Referrer-Policy"] == "same-origin"
    assert "script-src 'self'" in shown.headers["Content-Security-Policy"]
    invitation = link.partition("=")[2]
    answer = browser.send("/sign-up", invitation=invitation, name="Mia", password=PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "Mia" in text(browser.get("/change-password"))
    assert PASSWORD not in str(answer.headers)


@pytest.mark.parametrize(
    ("name", "password", "said"),
    [
        ("ann", PASSWORD, "taken"),
        ("<script>alert(1)</script>", PASSWORD, "use letters"),
        ("Mia", "short", "8 to"),
    ],
)
def test_a_refused_sign_up_says_why_and_keeps_what_was_written(
    browser, open_db, name, password, said
):
    with open_db() as db:
        invited = invitations.invite(db, role="labeller", by="olga", site_url="")
    answer = browser.send("/sign-up", invitation=invited.text, name=name, password=password)
    assert answer.status_code == 422
    assert said in text(answer)
    assert "<script>" not in text(answer)
    assert password not in text(answer)
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("words", ["", "x", "hub_" + "0" * 16 + "_" + "A" * 43, '"><script>'])
def test_a_link_that_is_not_good_is_said_to_be_so(browser, words):
    for path, field in (("/sign-up", "invitation"), ("/reset-password", "reset")):
        shown = browser.client.get(path, query_string={field: words})
        assert shown.status_code == (404 if words else 200)
        assert "<script>" not in text(shown)
        sent = browser.send(path, **{field: words, "name": "Mia", "password": PASSWORD})
        assert "Set-Cookie" not in sent.headers


def test_whoever_asks_for_a_password_learns_nothing(browser, eve, settings, monkeypatch):
    waits = []
    monkeypatch.setattr("dashboard.routes.accounts.time.sleep", waits.append)
    names = ["eve", "eve@example.org", "nobody", "nobody@example.org", "ann"]
    answers = [browser.send("/reset-password", name=name) for name in names]
    assert len({(one.status_code, one.get_data()) for one in answers}) == 1
    assert len(waits) == len(names)
    monkeypatch.undo()
    assert {one["To"] for one in letters(settings, 2)} == {"eve@example.org"}


def test_whoever_asks_to_sign_up_learns_nothing(published, settings, eve, monkeypatch):
    monkeypatch.setattr("dashboard.routes.accounts._SECONDS", 0.0)
    opened = replace(settings, sign_up="open")
    browser = Browser(make_app(opened, opened.database_url))
    assert "Send me the link" in text(browser.get("/sign-up"))
    answers = [browser.send("/sign-up", email=f"{name}@example.org") for name in ("eve", "mia")]
    assert len({(one.status_code, one.get_data()) for one in answers}) == 1
    to_eve, to_mia = letters(settings, 2)
    assert ("/reset-password" in link_in(to_eve), "/sign-up" in link_in(to_mia)) == (True, True)


def test_nobody_signs_up_uninvited(browser):
    assert "Send me the link" not in text(browser.get("/sign-up"))
    assert browser.send("/sign-up", email="mia@example.org").status_code == 403


def test_a_reset_signs_in_here_and_out_elsewhere(app, browser, open_db, eve, settings):
    other = Browser(app)
    sign_in(other, open_db, "eve")
    browser.send("/reset-password", name="eve")
    link = link_in(letters(settings, 1)[0]).partition("/reset-password")[2]
    words = link.partition("=")[2]
    assert "eve" in text(browser.get(f"/reset-password{link}"))
    assert browser.send("/reset-password", reset=words, password="short").status_code == 422
    assert browser.send("/reset-password", reset=words, password=OTHER).status_code == 303
    assert browser.get("/change-password").status_code == 200
    assert other.get("/change-password").status_code == 302
    assert browser.send("/reset-password", reset=words, password=PASSWORD).status_code == 404


def test_a_change_needs_the_password_and_signs_out_elsewhere(app, browser, open_db, eve):
    other = Browser(app)
    sign_in(other, open_db, "eve")
    sign_in(browser, open_db, "eve")
    assert browser.send("/change-password", old=OTHER, password=OTHER).status_code == 401
    assert other.get("/change-password").status_code == 200
    assert browser.send("/change-password", old=PASSWORD, password=OTHER).status_code == 303
    assert browser.get("/change-password").status_code == 200
    assert other.get("/change-password").status_code == 302


def test_a_client_that_guesses_is_told_to_wait(browser):
    codes = {browser.send("/reset-password", name=f"n{number}").status_code for number in range(21)}
    assert codes == {200, 429}


def test_following_the_link_of_an_address_alone_changes_nothing(browser, open_db, eve, settings):
    with open_db() as db:
        addresses.send(db, eve, "new@example.org", site_url="http://x")
    mail.deliver(open_db, settings)
    words = link_in(letters_of(settings.home)[0]).partition("address=")[2]
    browser.get(f"/confirm-address?address={words}")
    with open_db() as db:
        assert accounts.get_profile(db, eve).email == "eve@example.org"
    assert "new@example.org" in text(browser.send("/confirm-address", address=words))
    with open_db() as db:
        assert accounts.get_profile(db, eve).email == "new@example.org"
    assert browser.send("/confirm-address", address=words).status_code == 404


def test_another_address_needs_the_password_and_the_one_before_is_told(
    browser, open_db, eve, settings
):
    sign_in(browser, open_db, "eve")
    asked = {"email": "new@example.org"}
    assert browser.send("/change-address", password=OTHER, **asked).status_code == 401
    assert browser.send("/change-address", password=PASSWORD, **asked).status_code == 200
    words = link_in(letters(settings, 1)[0]).partition("address=")[2]
    assert browser.send("/confirm-address", address=words).status_code == 200
    assert letters(settings, 2)[1]["To"] == "eve@example.org"


def test_a_changed_password_ends_the_links_of_addresses(browser, open_db, eve, settings):
    # Whoever had the password before keeps no way in.
    with open_db() as db:
        addresses.send(db, eve, "thief@example.org", site_url="http://x")
        accounts.set_password(db, "eve", OTHER)
    mail.deliver(open_db, settings)
    words = link_in(letters_of(settings.home)[0]).partition("address=")[2]
    assert browser.send("/confirm-address", address=words).status_code == 404


MAKE_TOKEN = {
    "changed": "account-token-make.n_clicks",
    "inputs": [("account-token-make", "n_clicks", 1)],
    "state": [
        ("account-token-name", "value", "x"),
        ("account-token-scopes", "value", "read"),
        ("account-token-days", "value", 3),
    ],
}
TOKEN_OUTPUTS = ("account-token-made.children", "account-tokens.children")


def revoking(token_id):
    button = {"type": "account-revoke", "index": token_id}
    name = f'{{"index":"{token_id}","type":"account-revoke"}}.n_clicks'
    return {"changed": name, "inputs": [[(button, "n_clicks", 1)]]}


def test_a_token_is_revoked_on_the_page_by_its_owner_alone(app, browser, open_db):
    with open_db() as db:
        dan = accounts.add_user(db, "dan", role="premium")
        token_id = parse_token(accounts.issue_token(db, dan).text).token_id
    output = next(
        one
        for one in app.extensions["dash"].callback_map
        if one.startswith("account-tokens.children@")
    )
    sign_in(browser, open_db, "eve")
    answer = browser.call(output, **revoking(token_id))
    assert "There is no token" in text(answer)
    sign_in(browser, open_db, "olga", "ops")
    assert "There is no token" in text(browser.call(output, **revoking(token_id)))
    sign_in(browser, open_db, "dan")
    assert "revoked" in text(browser.call(output, **revoking(token_id)))


def test_a_token_is_made_by_who_is_signed_in_and_shown_once(browser, open_db):
    assert browser.call(*TOKEN_OUTPUTS, **MAKE_TOKEN).status_code == 401
    sign_in(browser, open_db, "eve")
    answer = text(browser.call(*TOKEN_OUTPUTS, **MAKE_TOKEN))
    [shown] = set(re.findall(r"hub_[0-9a-f]{16}_[\w-]{43}", answer))
    used = browser.client.get("/api/v1/tokens", headers={"Authorization": f"Bearer {shown}"})
    assert [one["scopes"] for one in used.json["tokens"]] == [["read"]]


@pytest.mark.parametrize("role", [role for role in ROLES if role != "ops"])
def test_nobody_but_ops_reaches_the_users(browser, open_db, role):
    sign_in(browser, open_db, f"a {role}", role)
    assert browser.get("/users").status_code == 403
    outputs = ("users-grid.rowTransaction", "users-decisions.children")
    inputs = [("users-change", "n_clicks", 1)]
    row = [{"name": f"a {role}", "role": role}]
    state = [("users-grid", "selectedRows", row), ("users-new-role", "value", "ops")]
    answer = browser.call(*outputs, changed="users-change.n_clicks", inputs=inputs, state=state)
    assert answer.status_code == 403
    with open_db() as db:
        assert find_user(db, f"a {role}").role == role


def test_every_step_of_the_tour_leads_to_a_page_that_the_role_may_see():
    policy = Policy(PAGES)
    for role in ROLES:
        assert len(STEPS[role]) == 3
        for step in STEPS[role]:
            found = policy.find(step.href)
            assert found is not None, step.href
            assert may(role, found.page.needs), (role, step.href)


def test_every_link_of_the_help_leads_somewhere():
    policy = Policy(PAGES)
    for topic in TOPICS:
        for href in re.findall(r"\]\((/[^)#]*)\)", read_topic(topic)):
            if not href.startswith("/api/"):
                found = policy.find(href)
                assert found is not None, (topic.name, href)
                name = found.variables.get("topic")
                assert name is None or name in {one.name for one in TOPICS}, (topic.name, href)


def test_the_postman_tries_again_what_failed(settings, app, open_db, monkeypatch):
    monkeypatch.setattr(postmen, "_PAUSE_SECONDS", 0.05)
    blocked = settings.home / "mail"
    blocked.parent.mkdir(parents=True, exist_ok=True)
    blocked.write_text("no folder")
    with open_db() as db:
        mail.write(db, "first", to="eve@example.org", subject="x", body="x\n")
    postman = postmen.postman(app)
    postman.wake()
    for _ in range(200):
        with open_db() as db, db.cursor() as cursor:
            cursor.execute("SELECT attempts FROM outbox")
            if cursor.fetchone() == (1,):
                break
        time.sleep(0.05)
    blocked.unlink()
    with open_db() as db, db.cursor() as cursor:
        cursor.execute("UPDATE outbox SET created_at = created_at - interval '5 minutes'")
    letters(settings, 1)
    # It ends when nothing is left, and starts anew.
    for _ in range(200):
        if postman._thread is None:
            break
        time.sleep(0.05)
    with open_db() as db:
        mail.write(db, "second", to="eve@example.org", subject="x", body="x\n")
    postman.wake()
    letters(settings, 2)


def test_links_in_mails_begin_with_the_setting_alone(browser, eve, settings):
    browser.client.post(
        "/reset-password",
        data={"name": "eve"},
        headers={"Host": "192.0.2.7", "Origin": "http://192.0.2.7"},
    )
    assert link_in(letters(settings, 1)[0]).startswith(settings.site_url)


def show(browser, path):
    """Return the content of a page as the shell is given it."""
    answer = browser.call(
        "shell-content.children",
        "shell-title.data",
        changed="shell-address.pathname",
        inputs=[("shell-address", "pathname", path), ("shell-address", "search", "")],
    )
    return json.dumps(answer.json)


def test_an_account_lists_its_own_downloads_with_how_much_was_sent(browser, open_db):
    eve, dan = (sign_in(browser, open_db, name) for name in ("eve", "dan"))
    with open_db() as db, db.cursor() as cursor:
        for root, name, by in (("a" * 64, "bears", "eve"), ("b" * 64, "secret", "dan")):
            cursor.execute(
                "INSERT INTO subset (name, root, images, bytes, lock_toml, created_by)"
                " VALUES (%s, %s, 1, 1000, '', %s)",
                (name, root, by),
            )
            cursor.execute(
                "INSERT INTO download (user_id, root, size_bytes, sent)"
                " VALUES (%s, %s, 1000, '{[0,250),[500,750)}')",
                (eve.user_id, root),
            )
    assert "Nothing downloaded yet." in show(browser, "/account")
    assert dan.name == "dan"
    sign_in(browser, open_db, "eve")
    page = show(browser, "/account")
    assert "50%" in page
    assert f"/api/v1/subsets/{'a' * 64}/archive.zip" in page
    # Not even its name, nor a way to it.
    assert "secret" not in page
    assert f"/api/v1/subsets/{'b' * 64}/archive.zip" not in page
