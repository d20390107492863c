"""How many long answers a process of the site gives at a time, so that short ones still come."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from threading import Lock

from hub.errors import TooManyRequests

MOST = 56
"""Of the 64 threads of a process: the others answer what is short."""
MOST_OF_ONE = 16
"""A pull takes 4."""
_PAUSE_SECONDS = 2


class Seats:
    """Counts the long answers under way, by client; threads may share it."""

    def __init__(self) -> None:
        self._taken: Counter[str] = Counter()
        self._lock = Lock()

    def take(self, client: str) -> Callable[[], None]:
        """Return what gives the seat back, to be called once. Raises TooManyRequests."""
        with self._lock:
            if self._taken[client] >= MOST_OF_ONE or self._taken.total() >= MOST:
                raise TooManyRequests(
                    "Too many downloads and counts are under way: wait for some to end, and ask"
                    " again.",
                    retry_after_s=_PAUSE_SECONDS,
                )
            self._taken[client] += 1
        return partial(self._give_back, client)

    def _give_back(self, client: str) -> None:
        with self._lock:
            self._taken[client] -= 1
            if not self._taken[client]:
                del self._taken[client]
