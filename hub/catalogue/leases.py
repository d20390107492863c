"""Leases: who may write the lake."""

from dataclasses import dataclass
from datetime import datetime

from hub.db import Connection, execute, fetch_one


@dataclass(frozen=True)
class Lease:
    token: str
    holder: str
    host: str
    pid: int
    since: datetime
    stale: bool


def find_lease(db: Connection, name: str, *, term_seconds: float) -> Lease | None:
    return fetch_one(db, "leases/find_lease", Lease, name=name, term_seconds=term_seconds)


def find_kept_lease(db: Connection, name: str) -> Lease | None:
    """Return who holds the lease, which nobody can take over until the transaction ends."""
    return fetch_one(db, "leases/find_kept_lease", Lease, name=name)


def put_lease(
    db: Connection,
    name: str,
    *,
    token: str,
    holder: str,
    host: str,
    pid: int,
    replaced: str | None,
) -> bool:
    """Take the lease if it is free or `replaced` holds it; return whether it was taken."""
    return bool(
        execute(
            db,
            "leases/put_lease",
            name=name,
            token=token,
            holder=holder,
            host=host,
            pid=pid,
            replaced=replaced,
        )
    )


def set_heartbeat(db: Connection, name: str, *, token: str) -> bool:
    """Say that the holder lives; False if the lease is no longer its own."""
    return bool(execute(db, "leases/set_heartbeat", name=name, token=token))


def remove_lease(db: Connection, name: str, *, token: str) -> None:
    execute(db, "leases/remove_lease", name=name, token=token)
