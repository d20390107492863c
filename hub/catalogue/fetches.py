"""What came of fetching pictures from addresses."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from hub.db import Connection, execute, fetch_all


@dataclass(frozen=True, slots=True)
class Fetch:
    url: str
    status: str
    """`fetched`, `failed`, which may go better another time, or `refused` for good."""
    http_status: int | None = None
    error: str | None = None
    size_bytes: int | None = None
    sha256: str | None = None


def list_fetches(db: Connection, urls: Sequence[str]) -> list[Fetch]:
    """Return what came of these addresses before."""
    return fetch_all(db, "fetches/list_fetches", Fetch, urls=[*urls])


def put_fetches(db: Connection, asked: Sequence[Fetch]) -> None:
    """Keep what came of addresses, each named once."""
    columns = {field.name: [getattr(one, field.name) for one in asked] for field in fields(Fetch)}
    execute(db, "fetches/put_fetches", **columns)
