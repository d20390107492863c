"""Mail to send."""

from dataclasses import dataclass
from datetime import datetime

from hub.db import Connection, execute, fetch_one


@dataclass(frozen=True, slots=True)
class Mail:
    mail_id: int
    mail_key: str
    recipient: str
    subject: str
    body: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class _Count:
    mails: int


def add_mail(db: Connection, mail_key: str, *, recipient: str, subject: str, body: str) -> None:
    """Keep a mail to send; the same key is kept once."""
    execute(
        db, "outbox/add_mail", mail_key=mail_key, recipient=recipient, subject=subject, body=body
    )


def find_due_mail(db: Connection, *, after: int, most: int) -> Mail | None:
    """Return the next mail that is due and that nobody else sends, and hold it.

    Only those with a greater id than `after`, and tried less often than `most`.
    """
    return fetch_one(db, "outbox/find_due_mail", Mail, after=after, most=most)


def set_sent(db: Connection, mail_id: int) -> None:
    """Keep that a mail was sent, and forget what it said."""
    execute(db, "outbox/set_sent", mail_id=mail_id)


def set_failed(db: Connection, mail_id: int, *, error: str, most: int) -> None:
    """Keep why a mail was not sent; tried `most` times, what it said is forgotten."""
    execute(db, "outbox/set_failed", mail_id=mail_id, error=error, most=most)


def count_waiting(db: Connection, *, most: int) -> int:
    """Count the mails that are still to be sent, tried less often than `most`."""
    found = fetch_one(db, "outbox/count_waiting", _Count, most=most)
    assert found is not None
    return found.mails
