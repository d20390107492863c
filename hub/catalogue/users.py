"""Who has a name at the hub."""

from dataclasses import dataclass

from hub.db import Connection, execute, fetch_one


@dataclass(frozen=True, slots=True)
class User:
    user_id: int
    name: str
    role: str


def find_user(db: Connection, name: str) -> User | None:
    """Return the user of exactly that name, or None."""
    return fetch_one(db, "users/find_user", User, name=name)


def put_supplier(db: Connection, name: str) -> User:
    """Return the user of that name, made as a supplier if there was none."""
    execute(db, "users/put_supplier", name=name)
    user = find_user(db, name)
    assert user is not None
    return user
