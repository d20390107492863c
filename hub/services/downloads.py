"""Downloads of archives: what was really sent of them."""

from hub.catalogue import downloads as catalogue
from hub.db import Connection


def add_sent(
    db: Connection, root: str, *, user_id: int, size_bytes: int, first: int, end: int
) -> None:
    """Add the bytes from `first` up to `end` to a user's download; it ends once all were sent."""
    catalogue.put_sent(db, root, user_id=user_id, size_bytes=size_bytes, first=first, end=end)
    catalogue.set_completed(db, root, user_id=user_id)
