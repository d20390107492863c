"""New passwords for users who forgot theirs: by a link that is mailed, once, within an hour."""

from hub.catalogue import password_resets as catalogue
from hub.catalogue import users
from hub.catalogue.password_resets import OpenReset
from hub.catalogue.users import User
from hub.db import Connection
from hub.errors import NotFound
from hub.rules.submissions import storable
from hub.rules.tokens import Secret, parse_token
from hub.services import access, accounts, mail

_MOST_AN_HOUR = 3
"""Of one user, whoever asks."""


def ask_reset(db: Connection, name_or_email: str, *, address: str, site_url: str) -> None:
    """Mail a link to the user of that name or address, if there is one whom mail reaches.

    Whoever asks is told nothing of it. Commits the count of requests. Raises TooManyRequests.
    """
    access.count_password(db, address)
    send(db, name_or_email, site_url=site_url)


def send(db: Connection, name_or_email: str, *, site_url: str) -> None:
    """Mail the link; the third within an hour is the last."""
    for user in users.list_reachable(db, storable(name_or_email.strip())):
        secret = Secret.new()
        is_added = catalogue.add_reset(
            db,
            secret.token_id,
            user_id=user.user_id,
            secret_sha256=secret.sha256,
            most=_MOST_AN_HOUR,
        )
        if is_added:
            link = f"{site_url}/reset-password?reset={secret.text}"
            mail.write(
                db,
                f"password_reset/{secret.token_id}",
                to=user.email,
                subject="A new password for Deep Images Hub",
                body=f"Your name at Deep Images Hub is {user.name}.\n\n"
                f"Set a new password here within an hour:\n\n{link}\n\n"
                "If you did not ask for it, do nothing: your password stays as it is.\n",
            )


def find_reset(db: Connection, text: str) -> OpenReset:
    """Return whose password a link may set. Raises NotFound if it is not good, or no more."""
    secret = parse_token(text)
    found = catalogue.find_open_reset(db, secret.token_id) if secret else None
    if secret is None or found is None or not secret.is_of(found.secret_sha256):
        raise NotFound(
            "The link is not good: it was used, is older than an hour, or is not whole. Ask for"
            " another."
        )
    return found


def reset(db: Connection, text: str, password: str) -> User:
    """Set a password once, end the user's sessions and tokens and tell them by mail.

    Raises NotFound, AccountError.
    """
    found = find_reset(db, text)
    accounts.set_password(db, found.name, password)
    _tell(db, found, key=text.split("_")[1])
    return User(found.user_id, found.name, found.role)


def change(db: Connection, user: User, *, old: str, new: str, address: str) -> None:
    """Set a password in place of the one before, and end the user's sessions; tokens stay.

    Commits the count of requests. Raises TooManyRequests, NotSignedIn, AccountError.
    """
    access.sign_in(db, user.name, old, address=address)
    accounts.change_password(db, user.name, new)


def _tell(db: Connection, found: OpenReset, *, key: str) -> None:
    if found.email is not None:
        mail.write(
            db,
            f"password_set/{key}",
            to=found.email,
            subject="Your password for Deep Images Hub was changed",
            body=f"The password of {found.name} was set by a link that was mailed here. Tokens that"
            " were made before are good for nothing now.\n\n"
            "If that was not you, ask for another link at once and tell the hub's ops.\n",
        )
