"""Sessions of browsers: begun by signing in, kept by the hub, and ended there."""

import hashlib
import hmac
import secrets

from itsdangerous import BadSignature, Signer

from hub.catalogue import sessions as catalogue
from hub.catalogue.users import User
from hub.db import Connection
from hub.rules.tokens import SCOPES
from hub.services.access import Caller

DAYS = 14
"""Whoever comes back later signs in again."""

_ID_BYTES, _SECRET_BYTES = 16, 32
_SALT = b"session"


def begin(db: Connection, user: User, *, replaced: str | None = None) -> str:
    """Begin a session of a user; return what their browser keeps.

    `replaced` is what it kept before, which is good for nothing from here on: what somebody else
    put there before the sign-in never becomes a session.
    """
    if replaced is not None:
        end(db, replaced)
    catalogue.remove_expired(db)
    session_id, secret = secrets.token_hex(_ID_BYTES), secrets.token_urlsafe(_SECRET_BYTES)
    key = catalogue.add_session(
        db, session_id, user_id=user.user_id, secret_sha256=_digest(secret), days=DAYS
    )
    return _signer(key).sign(f"{session_id}.{secret}").decode()


def find_caller(db: Connection, text: str) -> Caller | None:
    """Return who is signed in by what a browser kept, or None if it is not good."""
    session_id, _, _ = text.partition(".")
    live = catalogue.find_session(db, session_id) if _is_id(session_id) else None
    if live is None:
        return None
    try:
        said = _signer(live.key).unsign(text).decode()
    except BadSignature:
        return None
    if not hmac.compare_digest(_digest(said.partition(".")[2]), live.secret_sha256):
        return None
    return Caller(User(live.user_id, live.name, live.role), frozenset(SCOPES))


def end(db: Connection, text: str) -> None:
    """End the session of what a browser kept, if there is one."""
    if find_caller(db, text) is not None:
        catalogue.remove_session(db, text.partition(".")[0])


def end_all(db: Connection, *, user_id: int) -> None:
    """End every session of a user, in all their browsers."""
    catalogue.remove_sessions(db, user_id=user_id)


def _is_id(text: str) -> bool:
    return len(text) == 2 * _ID_BYTES and text.isascii() and text.isalnum()


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def _signer(key: str) -> Signer:
    return Signer(key, salt=_SALT)
