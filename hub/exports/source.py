"""What downloads are made of: a subset's pictures in order, and their bytes wherever they lie."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from hub.rules.locks import Lock
from hub.rules.manifests import Picture


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
