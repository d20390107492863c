"""Work on many items: watched, or side by side in their order with few of them in memory."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeAlias, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

Watch: TypeAlias = Callable[[Iterable[Any], str, int], Iterable[Any]]
"""Takes items, what is done with them and how many there are; yields them and shows progress."""

WORKERS = 4
"""Reading, writing and hashing let go of the interpreter: more threads than cores help a disk."""


def unwatched(items: Iterable[Any], _label: str, _total: int) -> Iterable[Any]:
    """Show nothing."""
    return items


def side_by_side(
    work: Callable[[Item], Result], items: Iterable[Item], *, workers: int = WORKERS
) -> Iterator[Result]:
    """Yield what `work` makes of each item, in the order of the items.

    At most twice as many items as workers are taken before their results are. The first error, of
    the work or of the items, ends it.
    """
    pool = ThreadPoolExecutor(workers)
    waiting: deque[Future[Result]] = deque()
    try:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) >= 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
