"""Who may set a new password without the old one, without the secrets."""

from dataclasses import dataclass

from hub.db import Connection, execute, fetch_one


@dataclass(frozen=True, slots=True)
class OpenReset:
    """One that is good if its secret is the one that this is the digest of, and whose it is."""

    user_id: int
    name: str
    role: str
    email: str | None
    secret_sha256: str


def add_reset(
    db: Connection, reset_id: str, *, user_id: int, secret_sha256: str, most: int
) -> bool:
    """Keep a reset for an hour; False if the user had `most` within the last hour."""
    added = execute(
        db,
        "password_resets/add_reset",
        reset_id=reset_id,
        user_id=user_id,
        secret_sha256=secret_sha256,
        most=most,
    )
    return added == 1


def find_open_reset(db: Connection, reset_id: str) -> OpenReset | None:
    """Return one that is neither used nor expired, and hold it until the transaction ends."""
    return fetch_one(db, "password_resets/find_open_reset", OpenReset, reset_id=reset_id)


def set_used(db: Connection, *, user_id: int) -> None:
    """Let no reset of a user be used any more."""
    execute(db, "password_resets/set_used", user_id=user_id)
