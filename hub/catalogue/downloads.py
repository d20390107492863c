"""What was sent of archives, and to whom."""

from dataclasses import dataclass
from datetime import datetime

from hub.db import Connection, execute, fetch_all


@dataclass(frozen=True, slots=True)
class Download:
    """A user's download of an archive; `name` is None for a subset that they no longer see."""

    root: str
    size_bytes: int
    started_at: datetime
    completed_at: datetime | None
    sent_bytes: int
    name: str | None


def put_sent(
    db: Connection, root: str, *, user_id: int, size_bytes: int, first: int, end: int
) -> None:
    """Add the bytes from `first` up to `end` to a user's download of an archive."""
    execute(
        db,
        "downloads/put_sent",
        root=root,
        user_id=user_id,
        size_bytes=size_bytes,
        first=first,
        end=end,
    )


def set_completed(db: Connection, root: str, *, user_id: int) -> bool:
    """End a user's download of an archive if all of it was sent; return whether it was."""
    return execute(db, "downloads/set_completed", root=root, user_id=user_id) == 1


def list_downloads(db: Connection, *, user_id: int, most: int) -> list[Download]:
    """Return a user's downloads, the newest first."""
    return fetch_all(db, "downloads/list_downloads", Download, user_id=user_id, most=most)
