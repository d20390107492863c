"""Fetches pictures from addresses that anybody may have listed: bounded, polite, public alone."""

import re
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import urljoin

import urllib3
from urllib3.exceptions import HTTPError

from hub.imports.connecting import Door, Forbidden, Late, Resolve, open_pool, resolve

_USER_AGENT = "deep-images-hub/0.1 (pictures for training data)"
_REDIRECTS = (301, 302, 303, 307, 308)
# They may be answered otherwise later; every other error of the asking side stays.
_PASSING = (408, 425, 429)
_CHUNK_BYTES = 64 * 1024
_NO_AI = re.compile(r"(?:^|[\s,:;])(noai|noimageai)(?=$|[\s,:;])", re.IGNORECASE)

Write: TypeAlias = Callable[[bytes], object]


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """What one address may cost."""

    max_bytes: int
    read_seconds: float = 20
    """For a connection, and for each read."""
    whole_seconds: float = 120
    """For all of it, redirects included, but for the system's look-up of a name."""
    most_redirects: int = 5
    most_per_host: int = 2
    """Connections at a time to one host."""
    allow: frozenset[tuple[str, int]] = frozenset()
    """Hosts and ports that need not be public."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an address: `fetched`, `failed`, which may pass, or `refused` for good."""

    status: str
    http_status: int | None = None
    error: str | None = None


class _Refused(Exception):
    def __init__(self, message: str, http_status: int | None = None) -> None:
        super().__init__(message)
        self.http_status = http_status


class _Failed(_Refused):
    """May go better another time."""


class Fetcher:
    """Fetches from any number of threads at a time."""

    def __init__(self, limits: FetchLimits, *, resolve: Resolve = resolve) -> None:
        self._limits = limits
        self._resolve = resolve
        self._hosts: dict[str, threading.Semaphore] = defaultdict(
            lambda: threading.Semaphore(limits.most_per_host)
        )
        self._doors: set[Door] = set()
        self._is_stopped = False
        self._lock = threading.Lock()

    def stop(self) -> None:
        """End every fetch that is under way, and let none begin any more."""
        with self._lock:
            self._is_stopped = True
            doors = [*self._doors]
        for door in doors:
            door.shut()

    def fetch(self, url: str, write: Write) -> Answer:
        """Hand the bytes behind an address to `write` and return what came of it.

        Of what was not fetched, some bytes may have been written. Raises what `write` raises.
        """
        try:
            return self._follow(url, write)
        except _Failed as failed:
            return Answer("failed", failed.http_status, str(failed))
        except _Refused as refused:
            return Answer("refused", refused.http_status, str(refused))

    def _follow(self, url: str, write: Write) -> Answer:
        limits = self._limits
        door = Door(resolve=self._resolve, allow=limits.allow, seconds=limits.whole_seconds)
        for _ in range(self._limits.most_redirects + 1):
            try:
                parts = door.check(url)
            except Forbidden as error:
                raise _Refused(str(error)) from error
            # Waiting for the host's turn is no time of the address.
            with self._turn(parts.host or ""), self._noted(door), door.open():
                target = self._ask(parts, write, door)
            if target is None:
                return Answer("fetched", 200)
            try:
                url = urljoin(url, target)
            except ValueError as error:
                raise _Refused("it redirects to what is no address") from error
        raise _Refused(f"it redirects more than {self._limits.most_redirects} times")

    @contextmanager
    def _noted(self, door: Door) -> Iterator[None]:
        with self._lock:
            if self._is_stopped:
                raise _Failed("it was stopped")
            self._doors.add(door)
        try:
            yield
        finally:
            with self._lock:
                self._doors.discard(door)

    def _turn(self, host: str) -> threading.Semaphore:
        with self._lock:
            return self._hosts[host.lower()]

    def _ask(self, parts: urllib3.util.Url, write: Write, door: Door) -> str | None:
        """Fetch from one address; return where it redirects to, or None once all is written."""
        try:
            with open_pool(parts, door) as pool:
                response = pool.urlopen(
                    "GET",
                    parts.request_uri,
                    headers={
                        "User-Agent": _USER_AGENT,
                        "Accept": "image/*",
                        # Nothing to inflate: what comes is what is counted.
                        "Accept-Encoding": "identity",
                        "Connection": "close",
                    },
                    redirect=False,
                    retries=False,
                    timeout=self._limits.read_seconds,
                    preload_content=False,
                    decode_content=False,
                )
                try:
                    target = self._take(response, write)
                finally:
                    response.close()
            if door.is_late:
                # What was shut looks like an end.
                raise Late
            return target
        except Forbidden as error:
            raise _Refused(str(error)) from error
        except (HTTPError, OSError, Late, ValueError) as error:
            if door.is_late:
                message = f"it took longer than {self._limits.whole_seconds:g} seconds"
                raise _Failed(message) from error
            raise _Failed(_said(error)) from error

    def _take(self, response: urllib3.BaseHTTPResponse, write: Write) -> str | None:
        status = response.status
        if any(_NO_AI.search(value) for value in response.headers.getlist("X-Robots-Tag")):
            raise _Refused("its X-Robots-Tag does not let it be used for training", status)
        location = response.headers.get("Location")
        if status in _REDIRECTS and location:
            return location
        if status != 200:
            kind = _Failed if status >= 500 or status in _PASSING else _Refused
            raise kind(f"the server answers {status}", status)
        encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding not in ("", "identity"):
            raise _Refused(f"the server sends it as {encoding[:20]!a}, though not asked to", status)
        self._write(response, write)
        return None

    def _write(self, response: urllib3.BaseHTTPResponse, write: Write) -> None:
        most, size = self._limits.max_bytes, 0
        too_large = _Refused(f"it is larger than {most:,} bytes", response.status)
        announced = response.headers.get("Content-Length", "")
        if (
            announced.isascii()
            and announced.isdigit()
            and (len(announced) > 18 or int(announced) > most)
        ):
            raise too_large
        while chunk := response.read1(_CHUNK_BYTES):
            size += len(chunk)
            if size > most:
                raise too_large
            write(chunk)
        if announced.isascii() and announced.isdigit() and size < int(announced):
            raise _Failed(f"it was cut off after {size:,} of {int(announced):,} bytes")


def _said(error: Exception) -> str:
    """Say what went wrong without addresses and objects of the library."""
    cause: BaseException = error
    while inner := cause.__cause__ or next(
        (each for each in cause.args if isinstance(each, BaseException)), None
    ):
        cause = inner
    text = getattr(cause, "strerror", None) or str(cause) or type(cause).__name__
    return "".join(c if c.isprintable() else " " for c in f"the connection failed: {text}")[:300]
