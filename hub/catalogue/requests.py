"""How often each client of the site asked of late."""

from dataclasses import dataclass

from hub.db import Connection, execute, fetch_one


@dataclass(frozen=True, slots=True)
class Requests:
    """Of one client in the present minute, which ends in `seconds_left`."""

    requests: int
    seconds_left: int


def count_request(db: Connection, client: str) -> Requests:
    """Count a request. Holds the client's row until the transaction ends: end it soon."""
    counted = fetch_one(db, "requests/count_request", Requests, client=client)
    assert counted is not None
    return counted


def remove_old_counts(db: Connection) -> None:
    """Forget the clients of earlier minutes."""
    execute(db, "requests/remove_old_counts")
