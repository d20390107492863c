"""Addresses of users for mail: taken over once their owner followed a link that was sent there."""

import hashlib
import secrets
import time

from itsdangerous import BadData, URLSafeSerializer

from hub.catalogue import links, users
from hub.catalogue.users import User
from hub.db import Connection
from hub.errors import AccountError, Conflict, NotFound
from hub.rules.people import check_email
from hub.services import access, mail

_SALT = "address of a user"
_SECONDS = 24 * 3600


def ask_address(
    db: Connection, user: User, email: str, *, password: str, address: str, site_url: str
) -> None:
    """Mail a link to an address; the user's mail goes there once it was followed.

    It needs the password: by that address whoever has a session could set another one. Whether it
    is another user's is told to whoever follows the link alone. Commits the count of requests, of
    the network `address`. Raises TooManyRequests, NotSignedIn, AccountError.
    """
    access.sign_in(db, user.name, password, address=address)
    send(db, user, email, site_url=site_url)


def send(db: Connection, user: User, email: str, *, site_url: str) -> None:
    """Mail the link. Raises AccountError."""
    email = check_email(email)
    said = [user.user_id, _state(db, user.user_id), email, int(time.time()) + _SECONDS]
    text = _signer(db).dumps(said)
    mail.write(
        db,
        f"address/{secrets.token_hex(8)}",
        to=email,
        subject="Your address for Deep Images Hub",
        body=f"{user.name} at Deep Images Hub asks for mail to this address.\n\n"
        f"If that is you, follow this link within a day:\n\n"
        f"{site_url}/confirm-address?address={text}\n\nElse do nothing.\n",
    )


def confirm_address(db: Connection, text: str) -> str:
    """Let a user's mail go where the link was sent, and return the address.

    The address before is told. Raises NotFound for a link that was altered, has expired, or is of
    before another change of address or password; AccountError if the address is another user's.
    """
    user_id, state, email = _read(db, text)
    profile = users.find_profile(db, user_id)
    if profile is None or state != _state(db, user_id):
        raise _bad_link()
    try:
        users.set_email(db, user_id, email=email)
    except Conflict as conflict:
        raise AccountError(
            f"The address {email} is that of another user; take it from that one first."
        ) from conflict
    if profile.email is not None:
        mail.write(
            db,
            f"address_left/{secrets.token_hex(8)}",
            to=profile.email,
            subject="Your address for Deep Images Hub was changed",
            body=f"Mail for {profile.name} at Deep Images Hub goes to another address now.\n\n"
            "If that was not you, tell the hub's ops at once.\n",
        )
    return email


def _read(db: Connection, text: str) -> tuple[int, str, str]:
    signer = _signer(db)
    try:
        said = signer.loads(text)
        user_id, state, email, expires_at = said
    except (BadData, ValueError, TypeError, RecursionError) as error:
        raise _bad_link() from error
    # Base64 has several spellings of the same bytes; only the one that was given out is good.
    if signer.dumps(said) != text or expires_at <= time.time():
        raise _bad_link()
    return user_id, state, email


def _state(db: Connection, user_id: int) -> str:
    """Return what changes with the user's address or password, and tells neither."""
    profile = users.find_profile(db, user_id)
    account = users.find_account(db, profile.name) if profile else None
    if profile is None or account is None:
        return ""
    return hashlib.sha256(repr((profile.email, account.password_hash)).encode()).hexdigest()[:16]


def _signer(db: Connection) -> URLSafeSerializer:
    return URLSafeSerializer(links.get_link_secret(db), salt=_SALT)


def _bad_link() -> NotFound:
    return NotFound(
        "The link is not good: it has expired, was altered, or the address has changed since. Ask"
        " for another on your account's page."
    )
