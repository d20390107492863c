"""Passwords: kept as argon2id hashes, checked in the same time whoever is asked for."""

from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from hub.catalogue import users
from hub.catalogue.users import User
from hub.db import Connection
from hub.errors import AccountError

LEAST, MOST = 8, 1000
"""Characters of a password; a longer one would only cost time."""

_HASHER = PasswordHasher()
# Each takes 64 MiB: of a crowd that signs in at once some wait, and the memory lasts.
_AT_ONCE = BoundedSemaphore(4)
# Of random bytes that nobody knows: what a name that nobody has is checked by.
_NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4$"
    "QohaWxcoFHTYWUD0PAHDLw$sWC1Za/YEEM/mbIAdKuK4lBPIq/Y3mMCpX8T2aozU4c"
)


def hash_password(password: str) -> str:
    """Return what a password is checked by. Raises AccountError."""
    if not LEAST <= len(password) <= MOST:
        raise AccountError(f"A password has {LEAST} to {MOST:,} characters; give another one.")
    with _AT_ONCE:
        return _HASHER.hash(_bytes(password))


def check_password(db: Connection, name: str, password: str) -> User | None:
    """Return the user if the password is theirs, else None."""
    account = users.find_account(db, name)
    kept = account.password_hash if account else None
    is_right = _verify(kept or _NOBODY, password)
    if account is None or kept is None or not is_right:
        return None
    if _HASHER.check_needs_rehash(kept):
        users.set_password_hash(db, name, password_hash=_HASHER.hash(_bytes(password)))
    return User(account.user_id, account.name, account.role)


def _verify(kept: str, password: str) -> bool:
    try:
        with _AT_ONCE:
            return _HASHER.verify(kept, _bytes(password[: MOST + 1]))
    except (VerificationError, InvalidHashError):
        return False


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")
