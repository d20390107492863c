"""What downloads are made of: a subset's pictures in order, and their bytes wherever they lie."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from hub.errors import LockError
from hub.rules.locks import Lock
from hub.rules.manifests import FORMAT, Picture, Summary, Tally, head_line, read_manifest


@dataclass(frozen=True)
class Source:
    """A subset to read: of this hub's lake, or of another hub over HTTP."""

    lock: Lock
    pictures: Callable[[], Iterator[Picture]]
    """Yields the manifest by ascending image_id, any number of times. Whoever made the source has
    made sure that it is the lock's. Raises LockError if it was damaged since."""
    contents: Callable[[Iterable[Picture]], Iterator[tuple[Picture, bytes]]]
    """Yields the bytes of some of the pictures in the order given, checked by sha256, in constant
    memory. Raises PictureUnreadable at the first that cannot be had. Many pictures at once are
    fetched faster than one by one: neighbours by image_id lie together in the archive."""


def check_manifest(lock: Lock, lines: BinaryIO) -> Summary:
    """Make sure of a whole manifest, and that the lock says what it says.

    `lines` stand at its beginning. Raises LockError if it is not the lock's manifest, or the
    lock's recipe or sizes are not the manifest's.
    """
    head = lines.readline()
    lines.seek(0)
    tally = Tally()
    for picture in read_manifest(lines, root=lock.root):
        tally.add(picture)
    held = tally.summary(lock.root)
    if lock.format == FORMAT and head != head_line(lock.recipe):
        raise _changed(lock, "its recipe is not the one that its pictures were picked by")
    if (held.images, held.bytes) != (lock.images, lock.bytes):
        raise _changed(
            lock,
            f"it says {lock.images:,} pictures of {lock.bytes:,} bytes, its manifest has"
            f" {held.images:,} of {held.bytes:,}",
        )
    return held


def _changed(lock: Lock, how: str) -> LockError:
    return LockError(
        f"The lock '{lock.title}' was changed: {how}. Get the lock again from whoever made it."
    )
