import json
import threading
from dataclasses import replace
from functools import partial

import pytest
from click.testing import CliRunner

from cluster.cli import cli
from cluster.cli.context import Hub
from hub.catalogue.users import find_profile, find_user
from hub.db import connect
from hub.errors import AccountError, Forbidden, HubError, NotFound, TooManyRequests
from hub.rules.tokens import Secret, parse_token
from hub.services import access, accounts, addresses, invitations, mail
from tests.fixtures.mailbox import letters_of, link_in

PASSWORD = "correct horse: battery"
SITE = "http://127.0.0.1:8000"
ADDRESS = "192.0.2.7"


@pytest.fixture
def open_db(database_url):
    return partial(connect, database_url)


@pytest.fixture
def invite(open_db):
    def invite(role="premium", **options):
        with open_db() as db:
            return invitations.invite(db, role=role, by="olga", site_url=SITE, **options)

    return invite


@pytest.fixture
def accept(open_db):
    def accept(text, name="ann", *, email=""):
        with open_db() as db:
            return invitations.accept(
                db, text, name=name, password=PASSWORD, email=email, site_url=SITE
            )

    return accept


def run(open_db, statement, *params):
    with open_db() as db, db.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall() if cursor.description else []


def test_whoever_is_invited_becomes_a_user_of_that_role(open_db, invite, accept):
    invited = invite("labeller")
    assert invited.link == f"{SITE}/sign-up?invitation={invited.text}"
    user = accept(invited.text, "Ann")
    assert (user.name, user.role) == ("Ann", "labeller")
    with open_db() as db:
        assert access.sign_in(db, "Ann", PASSWORD, address=ADDRESS) == user
        assert invitations.list_invitations(db) == []
        said = [(one.action, one.decided_by) for one in accounts.list_decisions(db)]
    assert said == [("accept_invitation", "Ann"), ("invite", "olga")]


def test_only_the_digest_of_an_invitation_is_kept(open_db, invite):
    invited = invite()
    [(sha256,)] = run(open_db, "SELECT secret_sha256 FROM invitation")
    assert sha256 == parse_token(invited.text).sha256
    kept = run(open_db, "SELECT invitation::text FROM invitation")
    assert invited.text[-43:] not in json.dumps(kept)


def test_an_invitation_is_good_once(invite, accept):
    invited = invite()
    accept(invited.text, "ann")
    with pytest.raises(NotFound, match="not good"):
        accept(invited.text, "bob")


def test_of_two_who_accept_at_once_one_becomes_a_user(open_db, invite, accept):
    invited = invite()
    start, ends = threading.Barrier(4), []

    def try_it(name):
        start.wait()
        try:
            ends.append(accept(invited.text, name).name)
        except NotFound:
            ends.append(None)

    threads = [threading.Thread(target=try_it, args=(name,)) for name in ("a", "b", "c", "d")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [winner] = [name for name in ends if name]
    assert len(ends) == 4
    assert run(open_db, "SELECT name FROM hub_user") == [(winner,)]


def test_of_two_names_that_look_alike_at_once_one_is_given(open_db, invite, accept):
    texts = [invite().text for _ in range(4)]
    start, ends = threading.Barrier(4), []

    def try_it(text, name):
        start.wait()
        try:
            ends.append(accept(text, name).name)
        except AccountError:
            ends.append(None)

    names = ["paul", "PAUL", "pau1", "p.a.u.l"]
    threads = [
        threading.Thread(target=try_it, args=pair) for pair in zip(texts, names, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([name for name in ends if name]) == 1


@pytest.mark.parametrize(
    "change",
    ["expires_at = now()", "used_at = now(), used_by_id = (SELECT min(user_id) FROM hub_user)"],
)
def test_an_invitation_that_is_over_is_refused(open_db, invite, accept, change):
    invited = invite()
    accept(invite().text, "bob")
    run(open_db, f"UPDATE invitation SET {change}")
    with pytest.raises(NotFound):
        accept(invited.text)


@pytest.mark.parametrize("text", ["", "hub_", "x" * 1000, "hub_\0", "\ud800", "%00"])
def test_what_is_no_invitation_is_refused(accept, text):
    with pytest.raises(NotFound):
        accept(text)


def test_an_invitation_with_another_secret_is_refused(invite, accept):
    right, other = parse_token(invite().text), Secret.new()
    with pytest.raises(NotFound):
        accept(Secret(right.token_id, other.secret).text)


def test_an_invitation_that_was_taken_back_is_refused(open_db, invite, accept):
    invited = invite()
    with open_db() as db:
        invitations.take_back(db, invited.invitation.invitation_id, by="olga")
    with pytest.raises(NotFound):
        accept(invited.text)
    with pytest.raises(NotFound), open_db() as db:
        invitations.take_back(db, invited.invitation.invitation_id, by="olga")


def test_a_refused_name_leaves_the_invitation_good(invite, accept):
    invited = invite()
    for name in ("", "root", "a\nb"):
        with pytest.raises(AccountError):
            accept(invited.text, name)
    assert accept(invited.text, "ann").name == "ann"


@pytest.mark.parametrize(
    "name",
    [
        *("Ann", "ANN", "\u0410nn", "a_n_n", "ann.", "a\u0301nn", "A\u039dN", "aNn"),
        *("R00T", "0ps", "Adm1n", "s-u-p-p-o-r-t"),
    ],
    ids=ascii,
)
def test_a_name_that_looks_like_anothers_is_refused(invite, accept, name):
    accept(invite().text, "ann")
    with pytest.raises(AccountError, match="taken"):
        accept(invite().text, name)


def test_the_name_of_a_supplier_without_a_password_is_not_taken_over(open_db, invite, accept):
    with open_db() as db:
        accounts.add_user(db, "ann", role="supplier")
    with pytest.raises(AccountError, match="taken"):
        accept(invite("ops").text, "ann")


def test_an_invitation_by_mail_brings_its_address_along(settings, open_db, invite, accept):
    invited = invite(email="Ann@example.org")
    mail.deliver(open_db, settings)
    [letter] = letters_of(settings.home)
    assert letter["To"] == "Ann@example.org"
    assert link_in(letter) == invited.link
    user = accept(invited.text, email="ann@EXAMPLE.org")
    with open_db() as db:
        assert find_profile(db, user.user_id).email == "Ann@example.org"
    assert mail.deliver(open_db, settings) == 0


def test_another_address_is_taken_over_once_its_mail_was_answered(
    settings, open_db, invite, accept
):
    user = accept(invite().text, email="ann@example.org")
    mail.deliver(open_db, settings)
    [letter] = letters_of(settings.home)
    text = link_in(letter).partition("address=")[2]
    with open_db() as db:
        assert find_profile(db, user.user_id).email is None
        assert addresses.confirm_address(db, text) == "ann@example.org"
    with open_db() as db:
        assert find_profile(db, user.user_id).email == "ann@example.org"
    # Once: it speaks of the time before.
    with pytest.raises(NotFound), open_db() as db:
        addresses.confirm_address(db, text)


@pytest.mark.parametrize(
    "wrong", [lambda t: t[:-1], lambda t: t + "A", lambda t: "", lambda t: "."]
)
def test_an_altered_link_of_an_address_is_refused(settings, open_db, invite, accept, wrong):
    accept(invite().text, email="ann@example.org")
    mail.deliver(open_db, settings)
    text = link_in(letters_of(settings.home)[0]).partition("address=")[2]
    with pytest.raises(NotFound), open_db() as db:
        addresses.confirm_address(db, wrong(text))


def test_an_address_of_another_user_is_told_to_its_owner_alone(settings, open_db, invite, accept):
    accept(invite(email="ann@example.org").text, "ann")
    user = accept(invite().text, "bob", email="ann@example.org")
    mail.deliver(open_db, settings)
    text = link_in(letters_of(settings.home)[-1]).partition("address=")[2]
    with pytest.raises(AccountError, match="another user"), open_db() as db:
        addresses.confirm_address(db, text)
    with open_db() as db:
        assert find_profile(db, user.user_id).email is None


@pytest.mark.parametrize(
    "options", [{"role": "king"}, {"days": 0}, {"days": 366}, {"email": "ann@x.y\r\nBcc: b@x.y"}]
)
def test_an_invitation_that_cannot_be_is_refused(invite, options):
    with pytest.raises(AccountError):
        invite(**options)


def ask(open_db, settings, email, *, address=ADDRESS):
    with open_db() as db:
        return invitations.ask_invitation(
            db, email, address=address, settings=replace(settings, sign_up="open")
        )


def test_nobody_signs_up_uninvited_unless_the_hub_is_open(open_db, settings):
    with pytest.raises(Forbidden, match="by invitation"), open_db() as db:
        invitations.ask_invitation(db, "ann@example.org", address=ADDRESS, settings=settings)


def test_an_open_hub_mails_whoever_asks_an_invitation_of_a_supplier(settings, open_db, accept):
    ask(open_db, settings, "ann@example.org")
    mail.deliver(open_db, settings)
    [letter] = letters_of(settings.home)
    user = accept(link_in(letter).partition("invitation=")[2])
    assert user.role == "supplier"
    with open_db() as db:
        assert find_profile(db, user.user_id).email == "ann@example.org"


def test_who_has_an_account_is_told_by_mail_alone(settings, open_db, invite, accept):
    accept(invite(email="ann@example.org").text)
    mail.deliver(open_db, settings)
    answers = [ask(open_db, settings, email) for email in ("ANN@example.org", "bob@example.org")]
    assert answers == [None, None]
    mail.deliver(open_db, settings)
    to_ann, to_bob = letters_of(settings.home)[1:]
    assert "/reset-password" in link_in(to_ann)
    assert "/sign-up" in link_in(to_bob)


def test_no_mailbox_is_flooded(settings, open_db):
    for number in range(6):
        ask(open_db, settings, "ann@example.org", address=f"192.0.2.{number}")
    assert mail.deliver(open_db, settings) == 3


def ask_often(open_db, settings):
    # Twice what a minute has: it may end between two of them.
    for number in range(2 * access.PASSWORDS_PER_MINUTE + 1):
        ask(open_db, settings, f"ann{number}@example.org")


def test_one_client_asks_for_few(settings, open_db):
    with pytest.raises(TooManyRequests):
        ask_often(open_db, settings)


@pytest.fixture
def hub(settings):
    environ = {"HUB_HOME": str(settings.home), "HUB_DATABASE_URL": settings.database_url}

    def run(*words, **more):
        return CliRunner().invoke(cli, words, obj=Hub({**environ, **more}))

    return run


def test_ops_invite_by_the_command_line(hub, settings, open_db, accept):
    made = hub("user", "invite", "--role", "ops", HUB_SITE_URL="https://hub.example/")
    assert made.exit_code == 0, made.output
    link, _, text = made.stdout.strip().partition("?invitation=")
    assert link == "https://hub.example/sign-up"
    assert accept(text).role == "ops"

    mailed = hub("user", "invite", "--role", "premium", "--email", "bob@example.org", "--json")
    document = json.loads(mailed.stdout)
    assert link_in(letters_of(settings.home)[0]) == document["link"]
    assert set(document) == {"link", "role", "email", "expires_at"}


def test_ops_say_where_mail_goes_and_who_is_what(hub, open_db):
    with open_db() as db:
        accounts.add_user(db, "ann", role="supplier")
        accounts.add_user(db, "bob", role="supplier")
    assert hub("user", "email", "ann", "ann@example.org").exit_code == 0
    taken = hub("user", "email", "bob", "ANN@example.org")
    assert isinstance(taken.exception, HubError)
    assert "another user" in str(taken.exception)
    assert json.loads(hub("user", "list", "--json").stdout)[1]["email"] == "ann@example.org"
    assert hub("user", "email", "ann").exit_code == 0
    assert hub("user", "role", "ann", "premium").exit_code == 0
    with open_db() as db:
        assert find_profile(db, find_user(db, "ann").user_id).email is None
        assert [one.action for one in accounts.list_decisions(db)] == ["role", "email", "email"]


def test_nobody_but_ops_gives_roles_and_nobody_to_themself(open_db):
    with open_db() as db:
        olga = accounts.add_user(db, "olga", role="ops")
        ann = accounts.add_user(db, "ann", role="premium")
        for caller, name in ((ann, "ann"), (ann, "olga"), (olga, "olga")):
            with pytest.raises(Forbidden):
                accounts.change_role(db, caller, name, role="ops")
        accounts.change_role(db, olga, "ann", role="labeller")
        assert find_user(db, "ann").role == "labeller"
        [made] = accounts.list_decisions(db)
    assert (made.decided_by, made.subject, made.detail) == (
        "olga",
        "user/ann",
        {"before": "premium", "role": "labeller"},
    )
