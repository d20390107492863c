"""What was sent of archives, and to whom."""

from hub.db import Connection, execute


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
