"""Who is signed in by a browser."""

from dataclasses import dataclass

from hub.db import Connection, execute, fetch_one


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A session that is good if its secret is the one that this is the digest of."""

    user_id: int
    name: str
    role: str
    secret_sha256: str
    key: str
    """What the hub signs sessions by."""


@dataclass(frozen=True, slots=True)
class _Key:
    key: str


def add_session(
    db: Connection, session_id: str, *, user_id: int, secret_sha256: str, days: int
) -> str:
    """Keep a session that expires after so many days; return what it is signed by."""
    added = fetch_one(
        db,
        "sessions/add_session",
        _Key,
        session_id=session_id,
        user_id=user_id,
        secret_sha256=secret_sha256,
        days=days,
    )
    assert added is not None
    return added.key


def find_session(db: Connection, session_id: str) -> LiveSession | None:
    """Return a session that has not expired, or None."""
    return fetch_one(db, "sessions/find_session", LiveSession, session_id=session_id)


def remove_session(db: Connection, session_id: str) -> None:
    execute(db, "sessions/remove_session", session_id=session_id)


def remove_sessions(db: Connection, *, user_id: int) -> None:
    """Remove every session of a user."""
    execute(db, "sessions/remove_sessions", user_id=user_id)


def remove_expired(db: Connection) -> None:
    execute(db, "sessions/remove_expired")
