import os
import ssl
import subprocess
import sys
import threading
from dataclasses import replace
from functools import partial
from ipaddress import ip_address

import pytest

from hub.db import connect
from hub.errors import AccountError
from hub.services import mail, mail_ways
from tests.fixtures.mailbox import MailServer, letters_of
from tests.fixtures.shared import need_program


@pytest.fixture
def open_db(database_url):
    return partial(connect, database_url)


@pytest.fixture
def write(open_db):
    """Return `write(key, ...)`: commits a mail."""

    def write(key, *, to="ann@example.org", subject="Hello", body="A body.\n"):
        with open_db() as db:
            mail.write(db, key, to=to, subject=subject, body=body)

    return write


def kept(open_db, columns="sent_at IS NOT NULL, attempts, error"):
    with open_db() as db, db.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM outbox ORDER BY mail_id")
        return cursor.fetchall()


def age(open_db, minutes):
    with open_db() as db, db.cursor() as cursor:
        cursor.execute(
            "UPDATE outbox SET created_at = created_at - %s * interval '1 min'", (minutes,)
        )


def by_smtp(settings, server):
    return replace(settings, smtp_url=server.url, mail_from="The hub <hub@hub.example>")


def test_a_mail_is_a_file_that_only_its_owner_reads_and_is_then_forgotten(settings, open_db, write):
    write("first", body="The link is secret: größe.\n")
    assert mail.deliver(open_db, settings) == 1
    [letter] = letters_of(settings.home)
    assert letter["To"] == "ann@example.org"
    assert letter["Subject"] == "Hello"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content() == "The link is secret: größe.\n"
    [path] = (settings.home / "mail").iterdir()
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
    assert kept(open_db, "sent_at IS NOT NULL, body") == [(True, "")]
    assert mail.deliver(open_db, settings) == 0


def test_what_is_told_twice_is_sent_once(settings, open_db, write):
    write("same")
    write("same", body="again\n")
    mail.deliver(open_db, settings)
    write("same")
    mail.deliver(open_db, settings)
    assert len(letters_of(settings.home)) == 1


def test_a_mail_of_what_was_rolled_back_is_never_sent(settings, open_db):
    with open_db() as db:
        mail.write(db, "gone", to="ann@example.org", subject="x", body="x")
        db.rollback()
    assert mail.deliver(open_db, settings) == 0


def test_mail_goes_by_smtp_over_one_connection(settings, open_db, write, mail_server):
    write("first")
    write("second", to="bob@example.org", body=".dots\n..\nend\n")
    assert mail.deliver(open_db, by_smtp(settings, mail_server)) == 2
    first, second = mail_server.letters
    assert (first["To"], second["To"]) == ("ann@example.org", "bob@example.org")
    assert first["From"] == "The hub <hub@hub.example>"
    assert first["Message-ID"].endswith("@hub.example>")
    assert second.get_content() == ".dots\n..\nend\n"
    verbs = [line.split()[0].upper() for line in mail_server.commands]
    assert (verbs.count("EHLO"), verbs.count("DATA"), verbs.count("QUIT")) == (1, 2, 1)


def test_a_mail_that_fails_says_why_and_is_sent_later(settings, open_db, write, mail_server):
    write("first")
    write("second", to="bob@example.org")
    mail_server.refuse["RCPT"] = "451 the disk is full"
    settings = by_smtp(settings, mail_server)
    assert mail.deliver(open_db, settings) == 0
    for is_sent, attempts, error in kept(open_db):
        assert (is_sent, attempts) == (False, 1)
        assert "the disk is full" in error
    # Not at once again.
    mail_server.refuse.clear()
    assert mail.deliver(open_db, settings) == 0
    age(open_db, 1)
    assert mail.deliver(open_db, settings) == 2
    assert kept(open_db) == [(True, 2, None)] * 2


def test_one_address_that_is_refused_holds_up_no_other(settings, open_db, write, mail_server):
    write("first", to="nobody@example.org")
    write("second")
    serve = mail_server.refuse

    class OfNobody(dict):
        def __contains__(self, verb):
            return verb == "RCPT" and "nobody@" in mail_server.commands[-1]

        def __getitem__(self, verb):
            return "550 no such user"

    mail_server.refuse = OfNobody(serve)
    assert mail.deliver(open_db, by_smtp(settings, mail_server)) == 1
    assert [letter["To"] for letter in mail_server.letters] == ["ann@example.org"]


def test_a_server_that_is_away_fails_all_mails_at_once(settings, open_db, write, monkeypatch):
    tried = []
    monkeypatch.setattr(
        mail_ways.smtplib,
        "SMTP",
        lambda *_, **__: tried.append(1) or (_ for _ in ()).throw(OSError("away")),
    )
    for number in range(3):
        write(f"number {number}")
    assert mail.deliver(open_db, replace(settings, smtp_url="smtp://127.0.0.1:1")) == 0
    assert len(tried) == 1
    assert [(sent, attempts) for sent, attempts, _ in kept(open_db)] == [(False, 1)] * 3


def test_mail_is_given_up_at_last_and_still_kept(settings, open_db, write):
    write("first")
    age(open_db, 100_000)
    blocked = settings.home / "mail"
    blocked.parent.mkdir(parents=True, exist_ok=True)
    blocked.write_text("no folder")
    for _ in range(mail.MOST_ATTEMPTS + 3):
        assert mail.deliver(open_db, settings) == 0
    [(is_sent, attempts, error)] = kept(open_db)
    assert (is_sent, attempts) == (False, mail.MOST_ATTEMPTS)
    assert str(blocked) in error
    assert kept(open_db, "body") == [("",)]


def test_two_senders_at_once_send_each_mail_once(settings, open_db, write, mail_server):
    for number in range(8):
        write(f"number {number}", to=f"p{number}@example.org")
    mail_server.gate.clear()
    settings = by_smtp(settings, mail_server)
    threads = [threading.Thread(target=mail.deliver, args=(open_db, settings)) for _ in range(4)]
    for thread in threads:
        thread.start()
    mail_server.gate.set()
    for thread in threads:
        thread.join()
    assert sorted(one["To"] for one in mail_server.letters) == [
        f"p{number}@example.org" for number in range(8)
    ]
    assert kept(open_db) == [(True, 1, None)] * 8


DIE_WITH_IT = """
import os, sys
from functools import partial
from hub.config import Settings
from hub.db import connect
from hub.services import mail, mail_ways
mail_ways._write_file = lambda *_: os._exit(9)
mail.deliver(partial(connect, sys.argv[1]), Settings.from_env(os.environ))
"""


def test_a_sender_that_dies_loses_no_mail(settings, database_url, open_db, write):
    write("first")
    died = subprocess.run(
        [sys.executable, "-c", DIE_WITH_IT, database_url],
        env={**os.environ, "HUB_HOME": str(settings.home)},
        check=False,
    )
    assert died.returncode == 9
    assert letters_of(settings.home) == []
    assert mail.deliver(open_db, settings) == 1
    assert len(letters_of(settings.home)) == 1


@pytest.mark.parametrize(
    "subject", ["New password\r\nBcc: all@example.org", "a\nb", "x\x00\x1b[2J", "\u2028Bcc: x@y.z"]
)
def test_no_header_is_put_in_by_a_name(settings, open_db, write, mail_server, subject):
    write("first", subject=subject)
    assert mail.deliver(open_db, by_smtp(settings, mail_server)) == 1
    [letter] = mail_server.letters
    assert "Bcc" not in letter
    assert letter["Subject"].isprintable()
    assert [line for line in mail_server.commands if line.upper().startswith("RCPT")] == [
        "rcpt TO:<ann@example.org>"
    ]


@pytest.mark.parametrize(
    "to",
    [
        "ann@example.org\r\nBcc: all@example.org",
        "ann@example.org, all@example.org",
        "<ann@example.org>",
        "ann",
        "@",
        "a b@example.org",
        "ann@exa mple.org",
        "ann@[127.0.0.1]",
        "änn@example.org",
        "a@" + "x" * 64,
        "a" * 250 + "@example.org",
    ],
)
def test_what_is_no_address_is_no_recipient(write, to):
    with pytest.raises(AccountError):
        write("first", to=to)


def test_a_name_and_password_are_sent_and_never_kept(settings, open_db, write, mail_server):
    write("first")
    url = mail_server.url.replace("//", "//ann:p%40ss-word@")
    settings = replace(settings, smtp_url=url)
    assert "ss-word" not in repr(settings)
    mail_server.refuse["AUTH"] = "535 no: p@ss-word is wrong"
    assert mail.deliver(open_db, settings) == 0
    [(_, _, error)] = kept(open_db)
    assert "HUB_SMTP_URL" in error
    assert "ss-word" not in error
    mail_server.refuse.clear()
    age(open_db, 5)
    assert mail.deliver(open_db, settings) == 1
    assert any(line.startswith("AUTH") for line in mail_server.commands)


def test_a_password_goes_to_no_other_machine_in_the_clear(
    settings, open_db, write, mail_server, monkeypatch
):
    write("first")
    monkeypatch.setattr(mail_ways, "_is_here", lambda host: not ip_address(host).is_loopback)
    url = mail_server.url.replace("//", "//ann:password@")
    assert mail.deliver(open_db, replace(settings, smtp_url=url)) == 0
    [(_, _, error)] = kept(open_db)
    assert "no encryption" in error
    assert not any(line.upper().startswith("AUTH") for line in mail_server.commands)


@pytest.fixture
def certificate(tmp_path):
    """A certificate of 127.0.0.1 that nobody vouches for, with its key."""
    need_program("openssl")
    path = tmp_path / "certificate.pem"
    words = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext"
    paths = ["-keyout", str(path), "-out", str(tmp_path / "public.pem")]
    subprocess.run(
        ["openssl", *words.split(), "subjectAltName=IP:127.0.0.1", *paths],
        check=True,
        capture_output=True,
    )
    path.write_text(path.read_text() + (tmp_path / "public.pem").read_text())
    return path


def test_mail_goes_to_a_server_that_is_vouched_for_alone(
    settings, open_db, write, certificate, monkeypatch
):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    write("first")
    with MailServer().run(tls=context) as server:
        url = server.url.replace("smtp://", "smtps://ann:password@")
        settings = replace(settings, smtp_url=url)
        assert mail.deliver(open_db, settings) == 0
        assert "CERTIFICATE_VERIFY_FAILED" in kept(open_db)[0][2]
        assert server.commands == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        age(open_db, 5)
        assert mail.deliver(open_db, settings) == 1
        assert any(line.startswith("AUTH") for line in server.commands)
