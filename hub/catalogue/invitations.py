"""Invitations to become a user, without their secrets."""

from dataclasses import dataclass
from datetime import datetime

from hub.db import Connection, execute, fetch_all, fetch_one


@dataclass(frozen=True, slots=True)
class Invitation:
    invitation_id: str
    role: str
    email: str | None
    created_by: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """One that is good if its secret is the one that this is the digest of."""

    invitation_id: str
    secret_sha256: str
    role: str
    email: str | None


@dataclass(frozen=True, slots=True)
class _Count:
    invitations: int


def add_invitation(
    db: Connection,
    invitation_id: str,
    *,
    secret_sha256: str,
    role: str,
    email: str | None,
    created_by: str,
    days: int,
) -> Invitation:
    """Keep an invitation that expires after so many days."""
    added = fetch_one(
        db,
        "invitations/add_invitation",
        Invitation,
        invitation_id=invitation_id,
        secret_sha256=secret_sha256,
        role=role,
        email=email,
        created_by=created_by,
        days=days,
    )
    assert added is not None
    return added


def count_recent(db: Connection, email: str) -> int:
    """Count the invitations of an address in the last hour."""
    found = fetch_one(db, "invitations/count_recent", _Count, email=email)
    assert found is not None
    return found.invitations


def find_open_invitation(db: Connection, invitation_id: str) -> OpenInvitation | None:
    """Return one that is neither used nor expired, and hold it until the transaction ends."""
    return fetch_one(
        db, "invitations/find_open_invitation", OpenInvitation, invitation_id=invitation_id
    )


def list_open_invitations(db: Connection) -> list[Invitation]:
    """Return those that are neither used nor expired, the newest first."""
    return fetch_all(db, "invitations/list_open_invitations", Invitation)


def set_used(db: Connection, invitation_id: str, *, user_id: int) -> None:
    """Keep who became a user by it."""
    execute(db, "invitations/set_used", invitation_id=invitation_id, user_id=user_id)


def remove_invitation(db: Connection, invitation_id: str) -> bool:
    """Take an unused invitation back; False if there is none."""
    return execute(db, "invitations/remove_invitation", invitation_id=invitation_id) == 1
