"""Mail: kept with what it tells of, and sent once that was committed."""

import hashlib
from email.message import EmailMessage
from email.utils import format_datetime

from hub.catalogue import outbox
from hub.catalogue.outbox import Mail
from hub.config import Settings
from hub.db import Connection, OpenDb
from hub.rules.people import check_email
from hub.services.mail_ways import Send, SendError, open_way

MOST_ATTEMPTS = 12
"""After them, three days from the first, a mail stays unsent."""


def write(db: Connection, key: str, *, to: str, subject: str, body: str) -> None:
    """Keep a mail, to be sent once this transaction is committed; the same key is sent once.

    Raises AccountError if `to` is no address.
    """
    # Names stand in subjects: what is no one line would be taken for headers.
    line = " ".join("".join(c if c.isprintable() else " " for c in subject).split())
    outbox.add_mail(db, key, recipient=check_email(to), subject=line, body=body)


def deliver(open_db: OpenDb, settings: Settings) -> int:
    """Send what is due, each mail in a transaction of its own; return how many were sent.

    What fails keeps why, and is due again later. A crash may send one mail twice, under one
    Message-ID, and loses none.
    """
    sent, after = 0, 0
    with open_way(settings) as send:
        while True:
            with open_db() as db:
                mail = outbox.find_due_mail(db, after=after, most=MOST_ATTEMPTS)
                if mail is None:
                    return sent
                after = mail.mail_id
                sent += _try(db, mail, send, settings.mail_from)


def count_waiting(db: Connection) -> int:
    """Count the mails that are still to be sent, now or later."""
    return outbox.count_waiting(db, most=MOST_ATTEMPTS)


def _try(db: Connection, mail: Mail, send: Send, sender: str) -> bool:
    try:
        send(mail.mail_id, _message(mail, sender))
    except SendError as error:
        outbox.set_failed(db, mail.mail_id, error=str(error), most=MOST_ATTEMPTS)
        return False
    outbox.set_sent(db, mail.mail_id)
    return True


def _message(mail: Mail, sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, mail.recipient, mail.subject
    message["Date"] = format_datetime(mail.created_at)
    # Of the key, not of the moment: whoever gets it twice can tell.
    name = hashlib.sha256(mail.mail_key.encode()).hexdigest()[:32]
    message["Message-ID"] = f"<{name}@{sender.rpartition('@')[2].rstrip('>')}>"
    # So that nobody's holidays are answered. (Source: RFC 3834.)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body)
    return message
