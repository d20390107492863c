"""Who has a name at the hub."""

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
    created_at: datetime


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


def add_user(db: Connection, name: str, *, role: str, password_hash: str | None = None) -> User:
    """Add a user. Raises Conflict (hub_user_name_key) if the name is taken."""
    user = fetch_one(db, "users/add_user", User, name=name, role=role, password_hash=password_hash)
    assert user is not None
    return user


def list_users(db: Connection) -> list[ListedUser]:
    """Return all users, the newest first."""
    return fetch_all(db, "users/list_users", ListedUser)


def set_role(db: Connection, name: str, *, role: str) -> bool:
    """Give a user another role; False if there is no such user."""
    return execute(db, "users/set_role", name=name, role=role) == 1


def set_password_hash(db: Connection, name: str, *, password_hash: str) -> bool:
    """Keep what a password is checked by; False if there is no such user."""
    return execute(db, "users/set_password_hash", name=name, password_hash=password_hash) == 1
