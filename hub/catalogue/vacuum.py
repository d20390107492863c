"""What the catalogue still needs of the hub's files, as `hub job vacuum` asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from hub.db import Connection, execute, fetch_all


@dataclass(frozen=True)
class Needed:
    sha256: str


@dataclass(frozen=True)
class KnownBatch:
    batch_no: int
    batch_key: str
    status: str


def list_needed_landing(db: Connection, sha256s: Sequence[str], *, undo_days: int) -> list[Needed]:
    """Return those of the digests whose bytes a batch to come, or an undo, may want."""
    return fetch_all(
        db, "vacuum/list_needed_landing", Needed, sha256s=list(sha256s), undo_days=undo_days
    )


def list_known_batches(db: Connection) -> list[KnownBatch]:
    return fetch_all(db, "vacuum/list_known_batches", KnownBatch)


def remove_old_uploads(db: Connection) -> None:
    """Forget uploads that were not submitted within a day."""
    execute(db, "vacuum/remove_old_uploads")
