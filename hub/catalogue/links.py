"""What signed links are checked by."""

from dataclasses import dataclass

from hub.catalogue.users import User
from hub.db import Connection, fetch_one


@dataclass(frozen=True, slots=True)
class _Secret:
    link_secret: str


def get_link_secret(db: Connection) -> str:
    """Return the key that links are signed with."""
    secret = fetch_one(db, "links/get_link_secret", _Secret)
    assert secret is not None
    return secret.link_secret


def find_linked_user(db: Connection, user_id: int) -> User | None:
    """Return the user of that number, or None."""
    return fetch_one(db, "links/find_linked_user", User, user_id=user_id)
