import json
import re
import threading
from functools import partial

import pytest

from hub.db import connect
from hub.errors import AccountError, NotFound, NotSignedIn, TooManyRequests
from hub.rules.tokens import Secret, parse_token
from hub.services import access, accounts, mail, password_resets, sessions
from tests.fixtures.mailbox import letters_of, link_in

PASSWORD, OTHER = "correct horse: battery", "another one entirely"
SITE = "http://127.0.0.1:8000"
ADDRESS = "192.0.2.7"


@pytest.fixture
def open_db(published, database_url):
    """A hub with eve, who has an address, and dan, who has none."""
    with connect(database_url) as db:
        accounts.add_user(db, "eve", role="premium", password=PASSWORD)
        accounts.set_email(db, "eve", email="eve@example.org", by="olga")
        accounts.add_user(db, "dan", role="premium", password=PASSWORD)
    return partial(connect, database_url)


@pytest.fixture
def ask(open_db, settings):
    """Return `ask(name_or_email)`: the link that was mailed, or None."""

    def ask(said, *, address=ADDRESS):
        before = len(letters_of(settings.home))
        with open_db() as db:
            answer = password_resets.ask_reset(db, said, address=address, site_url=SITE)
        assert answer is None
        mail.deliver(open_db, settings)
        new = letters_of(settings.home)[before:]
        assert len(new) <= 1
        return link_in(new[0]) if new else None

    return ask


def reset(open_db, link, password=OTHER):
    with open_db() as db:
        return password_resets.reset(db, link.partition("reset=")[2], password)


def is_password(open_db, password, name="eve"):
    try:
        with open_db() as db:
            access.sign_in(db, name, password, address="192.0.2.99")
    except NotSignedIn:
        return False
    return True


def run(open_db, statement):
    with open_db() as db, db.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


@pytest.mark.parametrize("said", ["eve", "eve@example.org", "EVE@EXAMPLE.ORG", " eve "])
def test_a_new_password_is_set_by_the_link_in_a_mail(open_db, ask, said):
    link = ask(said)
    assert link.startswith(f"{SITE}/reset-password?reset=")
    assert reset(open_db, link).name == "eve"
    assert is_password(open_db, OTHER)
    assert not is_password(open_db, PASSWORD)


@pytest.mark.parametrize("said", ["dan", "nobody", "", "x@example.org", "\0", "\ud800", "a" * 9999])
def test_whoever_mail_does_not_reach_gets_the_same_answer(ask, said):
    assert ask(said) is None


def test_a_link_is_good_once(open_db, ask):
    link = ask("eve")
    reset(open_db, link)
    with pytest.raises(NotFound, match="Ask for"):
        reset(open_db, link, PASSWORD)
    assert is_password(open_db, OTHER)


def test_of_two_at_once_one_sets_the_password(open_db, ask):
    link, start, ends = ask("eve"), threading.Barrier(3), []

    def try_it(password):
        start.wait()
        try:
            reset(open_db, link, password)
            ends.append(password)
        except NotFound:
            pass

    words = [f"password number {number}" for number in range(3)]
    threads = [threading.Thread(target=try_it, args=(word,)) for word in words]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [word] = ends
    assert is_password(open_db, word)


def test_one_link_that_was_used_ends_the_others(open_db, ask):
    first, second = ask("eve"), ask("eve")
    reset(open_db, second)
    with pytest.raises(NotFound):
        reset(open_db, first)


def test_a_changed_password_ends_the_links(open_db, ask):
    link = ask("eve")
    with open_db() as db:
        eve = accounts.find_user(db, "eve")
        password_resets.change(db, eve, old=PASSWORD, new=OTHER, address=ADDRESS)
    with pytest.raises(NotFound):
        reset(open_db, link)


def test_a_link_is_good_for_an_hour(open_db, ask):
    link = ask("eve")
    [(seconds,)] = run(
        open_db, "SELECT extract(epoch FROM expires_at - created_at)::integer FROM password_reset"
    )
    assert seconds == 3600
    run(open_db, "UPDATE password_reset SET expires_at = now()")
    with pytest.raises(NotFound):
        reset(open_db, link)


def test_a_link_with_another_secret_is_refused(open_db, ask):
    right = parse_token(ask("eve").partition("reset=")[2])
    with pytest.raises(NotFound), open_db() as db:
        password_resets.reset(db, Secret(right.token_id, Secret.new().secret).text, OTHER)


def test_a_password_that_is_too_short_leaves_the_link_good(open_db, ask):
    link = ask("eve")
    with pytest.raises(AccountError, match="8 to"):
        reset(open_db, link, "short")
    reset(open_db, link)


def test_a_reset_ends_all_sessions_and_says_so_by_mail(open_db, ask, settings):
    with open_db() as db:
        eve = accounts.find_user(db, "eve")
        kept = [sessions.begin(db, eve) for _ in range(2)]
        other = sessions.begin(db, accounts.find_user(db, "dan"))
    reset(open_db, ask("eve"))
    with open_db() as db:
        assert [sessions.find_caller(db, text) for text in kept] == [None, None]
        assert sessions.find_caller(db, other) is not None
    assert mail.deliver(open_db, settings) == 1
    assert "was changed" in letters_of(settings.home)[-1]["Subject"]


def test_no_secret_is_kept_once_the_mail_was_sent(open_db, ask):
    text = ask("eve").partition("reset=")[2]
    for table in ("password_reset", "outbox"):
        assert text[-43:] not in json.dumps(run(open_db, f"SELECT {table}::text FROM {table}"))


def test_no_mailbox_is_flooded(open_db, ask):
    links = [ask("eve", address=f"192.0.2.{number}") for number in range(5)]
    assert [link is not None for link in links] == [True] * 3 + [False] * 2
    run(open_db, "UPDATE password_reset SET created_at = created_at - interval '1 hour'")
    assert ask("eve", address="192.0.2.77")


def ask_often(ask):
    # Twice what a minute has: it may end between two of them.
    for number in range(2 * access.PASSWORDS_PER_MINUTE + 1):
        ask(f"name {number}")


def test_one_client_guesses_few_names(ask):
    with pytest.raises(TooManyRequests):
        ask_often(ask)


def test_a_password_is_changed_by_whoever_knows_it(open_db):
    with open_db() as db:
        eve = accounts.find_user(db, "eve")
        kept = sessions.begin(db, eve)
        with pytest.raises(NotSignedIn):
            password_resets.change(db, eve, old=OTHER, new=OTHER, address=ADDRESS)
        assert sessions.find_caller(db, kept) is not None
        password_resets.change(db, eve, old=PASSWORD, new=OTHER, address=ADDRESS)
        assert sessions.find_caller(db, kept) is None
    assert is_password(open_db, OTHER)


def test_a_mail_names_nobody_else(open_db, ask, settings):
    ask("eve")
    [letter] = letters_of(settings.home)
    assert letter["To"] == "eve@example.org"
    assert re.search(r"\beve\b", letter.get_content())
    assert "dan" not in letter.get_content()


def test_a_password_that_ops_give_ends_sessions_and_links(open_db, ask):
    link = ask("eve")
    with open_db() as db:
        kept = sessions.begin(db, accounts.find_user(db, "eve"))
        accounts.set_password(db, "eve", OTHER)
        assert sessions.find_caller(db, kept) is None
    with pytest.raises(NotFound):
        reset(open_db, link)


def test_a_password_that_was_lost_ends_the_tokens_and_a_changed_one_keeps_them(open_db, ask):
    def good(token):
        with open_db() as db:
            return access.find_caller(db, token) is not None

    with open_db() as db:
        eve, dan = (accounts.find_user(db, name) for name in ("eve", "dan"))
        token, other = (accounts.issue_token(db, user).text for user in (eve, dan))
        password_resets.change(db, eve, old=PASSWORD, new=OTHER, address=ADDRESS)
    assert good(token)
    reset(open_db, ask("eve"))
    assert (good(token), good(other)) == (False, True)
    with open_db() as db:
        token = accounts.issue_token(db, eve).text
        accounts.set_password(db, "eve", PASSWORD)
    assert (good(token), good(other)) == (False, True)
