"""What the catalogue knows of its pictures to recognise one that is shown to it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hub.db import Connection, fetch_all, stream


@dataclass(frozen=True, slots=True)
class StoredHash:
    image_id: str
    hash: int
    """Signed 64 bits."""


@dataclass(frozen=True, slots=True)
class Brought:
    """A published picture and the file that brought it."""

    image_id: str
    sha256: str
    path: str


def list_hashes(db: Connection) -> Iterator[StoredHash]:
    """Yield every stored hash, in constant memory."""
    return stream(db, "recognition/list_hashes", StoredHash)


def list_brought(db: Connection, image_ids: Sequence[str]) -> list[Brought]:
    """Return those of the pictures that the hub has."""
    return fetch_all(db, "recognition/list_brought", Brought, image_ids=list(image_ids))
