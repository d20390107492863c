"""Personal tokens, without their secrets."""

from dataclasses import dataclass
from datetime import datetime

from hub.db import Connection, execute, fetch_all, fetch_one


@dataclass(frozen=True, slots=True)
class Token:
    token_id: str
    user_name: str
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class LiveToken:
    """A token that is good if its secret is the one that this is the digest of."""

    user_id: int
    name: str
    role: str
    scopes: list[str]
    secret_sha256: str


def add_token(
    db: Connection,
    token_id: str,
    *,
    user_id: int,
    name: str,
    secret_sha256: str,
    scopes: list[str],
    days: int,
) -> Token:
    """Keep a token that expires after so many days."""
    token = fetch_one(
        db,
        "tokens/add_token",
        Token,
        token_id=token_id,
        user_id=user_id,
        name=name,
        secret_sha256=secret_sha256,
        scopes=scopes,
        days=days,
    )
    assert token is not None
    return token


def find_token(db: Connection, token_id: str) -> LiveToken | None:
    """Return a token that is neither revoked nor expired, or None."""
    return fetch_one(db, "tokens/find_token", LiveToken, token_id=token_id)


def list_tokens(db: Connection, *, user_id: int | None = None) -> list[Token]:
    """Return a user's tokens, or all, the newest first."""
    return fetch_all(db, "tokens/list_tokens", Token, user_id=user_id)


def set_revoked(db: Connection, token_id: str, *, user_id: int | None = None) -> bool:
    """Revoke a token, of this user if one is given; False if there is no such token."""
    return execute(db, "tokens/set_revoked", token_id=token_id, user_id=user_id) == 1


def set_all_revoked(db: Connection, *, user_id: int) -> None:
    """Revoke all tokens of a user; those that are revoked already keep their time."""
    execute(db, "tokens/set_all_revoked", user_id=user_id)
