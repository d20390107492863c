"""Fetches what lists of addresses name, once, and keeps what came of each of them."""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from urllib.parse import urlsplit

from hub.catalogue import fetches
from hub.catalogue.fetches import Fetch
from hub.db import OpenDb
from hub.errors import StorageError
from hub.imports.fetching import Fetcher
from hub.objects.local import Objects
from hub.rules.landing import landing_key
from hub.services.landing import Landed, Unread

_THREADS = 16
_AT_ONCE = 10_000
_KEPT_EACH = 100
"""So many addresses are asked again, at most, by a call that follows one that was killed."""

Track = Callable[[Iterator[Fetch], int], Iterable[Fetch]]


@dataclass(frozen=True, slots=True)
class FetchedAll:
    """What came of a call's addresses."""

    landed: Mapping[str, Landed | Unread]
    """By address."""
    asked: Mapping[str, int]
    """How many were asked now, by status."""
    kept: int
    """How many were not: they were fetched, or refused for good, before."""


def fetch_urls(
    open_db: OpenDb,
    objects: Objects,
    urls: Sequence[str],
    *,
    fetcher: Fetcher,
    retry_all: bool = False,
    track: Track = lambda found, _: found,
) -> FetchedAll:
    """Fetch from the addresses that were not asked before, or failed; with `retry_all` also from
    those that refused for good.

    Each answer is kept soon after it came, so that a call that dies is simply run again. Raises
    StorageError if the objects' folder does not take the bytes.
    """
    once = list(dict.fromkeys(urls))
    known = _known(open_db, objects, once, retry_all=retry_all)
    missing = [url for url in once if url not in known]
    asked: Counter[str] = Counter()
    found = _ask_all(missing, fetcher, objects)
    for some in _pieces(iter(track(found, len(missing)))):
        # The bytes are on disk before anything says that they are.
        objects.sync()
        with open_db() as db:
            fetches.put_fetches(db, some)
        known |= {one.url: one for one in some}
        asked.update(one.status for one in some)
    landed = {url: _landed(known[url]) for url in once}
    return FetchedAll(landed, dict(sorted(asked.items())), len(once) - len(missing))


def _known(
    open_db: OpenDb, objects: Objects, urls: Sequence[str], *, retry_all: bool
) -> dict[str, Fetch]:
    """Return the answers that stand: of fetched ones those whose bytes are there still."""
    known = {}
    with open_db() as db:
        for start in range(0, len(urls), _AT_ONCE):
            for one in fetches.list_fetches(db, urls[start : start + _AT_ONCE]):
                is_there = one.sha256 is not None and objects.exists(landing_key(one.sha256))
                if is_there or (one.status == "refused" and not retry_all):
                    known[one.url] = one
    return known


def _ask_all(urls: Sequence[str], fetcher: Fetcher, objects: Objects) -> Iterator[Fetch]:
    """Yield an answer an address, as they come; by turns of the hosts: none holds up the rest."""
    remaining = _in_turns(urls)
    pool = ThreadPoolExecutor(_THREADS)
    try:
        running = {
            pool.submit(_fetch, url, fetcher, objects) for url in islice(remaining, _THREADS)
        }
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for url in islice(remaining, len(done)):
                running.add(pool.submit(_fetch, url, fetcher, objects))
            yield from map(Future.result, done)
    except BaseException:
        # Nobody waits for what is under way.
        fetcher.stop()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _in_turns(urls: Iterable[str]) -> Iterator[str]:
    hosts: dict[str, deque[str]] = defaultdict(deque)
    for url in urls:
        hosts[urlsplit(url).netloc.lower()].append(url)
    while hosts:
        for host in list(hosts):
            yield hosts[host].popleft()
            if not hosts[host]:
                del hosts[host]


def _fetch(url: str, fetcher: Fetcher, objects: Objects) -> Fetch:
    digest, size = sha256(), 0
    try:
        with objects.incoming() as incoming:

            def write(chunk: bytes) -> None:
                nonlocal size
                try:
                    incoming.write(chunk)
                except OSError as error:
                    raise _no_room(error) from error
                digest.update(chunk)
                size += len(chunk)

            answer = fetcher.fetch(url, write)
            if answer.status != "fetched":
                return Fetch(url, answer.status, answer.http_status, answer.error)
            objects.accept(incoming, landing_key(digest.hexdigest()))
    except OSError as error:
        raise _no_room(error) from error
    return Fetch(url, answer.status, answer.http_status, None, size, digest.hexdigest())


def _no_room(error: OSError) -> StorageError:
    return StorageError(
        f"The objects' folder does not take files ({error.strerror}); nothing is registered."
        " Make room or open it, and run the same command again."
    )


def _pieces(found: Iterator[Fetch]) -> Iterator[list[Fetch]]:
    while some := list(islice(found, _KEPT_EACH)):
        yield some


def _landed(one: Fetch) -> Landed | Unread:
    if one.sha256 is not None and one.size_bytes is not None:
        return Landed(one.url, one.sha256, one.size_bytes)
    remedy = "run the same command again" if one.status == "failed" else "--retry-all asks it again"
    return Unread(one.url, f"fetch_{one.status}", f"{one.error}; {remedy}")
