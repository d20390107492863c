"""Who has a name at the hub."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.db import Connection, execute, fetch_all, fetch_one


@dataclass(frozen=True, slots=True)
class User:
    user_id: int
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Account:
    """A user with what their password is checked by, if they have one."""

    user_id: int
    name: str
    role: str
    password_hash: str | None


@dataclass(frozen=True, slots=True)
class ListedUser:
    name: str
    role: str
    has_password: bool
    email: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Profile:
    """What a user sees of themself."""

    name: str
    role: str
    email: str | None
    toured_at: datetime | None
    """When they ended the tour of the site."""
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Reachable:
    """A user whom mail reaches."""

    user_id: int
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class _Taken:
    is_taken: bool


def find_user(db: Connection, name: str) -> User | None:
    """Return the user of exactly that name, or None."""
    return fetch_one(db, "users/find_user", User, name=name)


def find_account(db: Connection, name: str) -> Account | None:
    """Return the same with what the password is checked by."""
    return fetch_one(db, "users/find_account", Account, name=name)


def put_supplier(db: Connection, name: str) -> User:
    """Return the user of that name, made as a supplier if there was none."""
    execute(db, "users/put_supplier", name=name)
    user = find_user(db, name)
    assert user is not None
    return user


def add_user(
    db: Connection,
    name: str,
    *,
    role: str,
    password_hash: str | None = None,
    email: str | None = None,
) -> User:
    """Add a user. Raises Conflict (hub_user_name_key, hub_user_email_idx) for what is taken."""
    user = fetch_one(
        db, "users/add_user", User, name=name, role=role, password_hash=password_hash, email=email
    )
    assert user is not None
    return user


def list_users(db: Connection, *, part: str = "", most: int | None = None) -> list[ListedUser]:
    """Return users whose name or address has that part, the newest first."""
    return fetch_all(db, "users/list_users", ListedUser, part=part, most=most)


def set_role(db: Connection, name: str, *, role: str) -> bool:
    """Give a user another role; False if there is no such user."""
    return execute(db, "users/set_role", name=name, role=role) == 1


def set_password_hash(db: Connection, name: str, *, password_hash: str) -> bool:
    """Keep what a password is checked by; False if there is no such user."""
    return execute(db, "users/set_password_hash", name=name, password_hash=password_hash) == 1


def set_email(db: Connection, user_id: int, *, email: str | None) -> None:
    """Say where a user's mail goes. Raises Conflict (hub_user_email_idx) if it is another's."""
    execute(db, "users/set_email", user_id=user_id, email=email)


def set_toured(db: Connection, user_id: int) -> None:
    """Keep when a user ended the tour; ended again, it keeps its time."""
    execute(db, "users/set_toured", user_id=user_id)


def find_profile(db: Connection, user_id: int) -> Profile | None:
    """Return what a user sees of themself, or None."""
    return fetch_one(db, "users/find_profile", Profile, user_id=user_id)


def list_reachable(db: Connection, said: str) -> list[Reachable]:
    """Return the users of that name or address whom mail reaches: two at most."""
    return fetch_all(db, "users/list_reachable", Reachable, said=said)


def get_taken(db: Connection, name: str, *, reserved: Sequence[str]) -> bool:
    """Tell whether a name looks like a user's or like a reserved one.

    Whoever asks of a name that looks the same waits until this transaction ends.
    """
    execute(db, "users/lock_look", name=name)
    found = fetch_one(db, "users/get_taken", _Taken, name=name, reserved=list(reserved))
    assert found is not None
    return found.is_taken
