"""Asks one hub over HTTP: JSON, and bytes that are asked for again from where they were cut."""

import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from http import HTTPStatus
from threading import Lock
from time import sleep
from typing import Any, TypeVar
from urllib.parse import quote, urlencode, urlsplit

from urllib3 import BaseHTTPResponse, Timeout, connection_from_url
from urllib3.exceptions import HTTPError

from hub import errors
from hub.client.addresses import Address
from hub.client.parts import Span, WrongParts, parts_of
from hub.client.patience import LONGEST_WAIT, fault_of, patience, with_a_stranger
from hub.errors import HubError, HubRefused, HubUnreachable, NotWhole

Made = TypeVar("Made")

_LOG = logging.getLogger(__name__)

CONNECTIONS = 4
_CONNECT_SECONDS = 10
_MOST_JSON = 64 << 20
_MOST_BARREN = 5
"""Answers in a row that bring not a byte more, before a range is given up."""
_MOST_SAID = 1000
_NO_TOKEN = "This needs a token: set HUB_TOKEN or give --token-file; `hub token create` makes one."

_ERRORS: dict[int, type[HubError]] = {
    401: errors.NotSignedIn,
    403: errors.Forbidden,
    404: errors.NotFound,
}


class Web:
    """One hub's API, over connections that are kept; threads may share it.

    Redirects are not followed, so that the token goes to no other host.
    """

    def __init__(self, address: Address, *, timeout_s: float, retries: int) -> None:
        self.address = address
        self._pool = connection_from_url(
            address.origin,
            maxsize=CONNECTIONS,
            timeout=Timeout(connect=_CONNECT_SECONDS, read=timeout_s),
        )
        self._patience = patience(retries, waits=self._wait)
        self._has_answered = self._is_waiting = False
        self._lock = Lock()

    def get(self, path: str, make: Callable[[Any], Made], **query: object) -> Made:
        """GET a JSON document, and return what `make` makes of it. Raises as `open` does."""
        asked = urlencode({key: value for key, value in query.items() if value is not None})
        return self._json("GET", f"{path}?{asked}" if asked else path, make)

    def post(self, path: str, body: Mapping[str, object], *, make: Callable[[Any], Made]) -> Made:
        """POST a JSON document, and return what `make` makes of the answer's. Raises as `open`."""
        return self._json("POST", path, make, json.dumps(body).encode())

    def get_text(self, path: str) -> str:
        """GET a short text. Raises as `open` does."""
        return self._whole("GET", path).decode(errors="replace")

    def _json(
        self, method: str, path: str, make: Callable[[Any], Made], body: bytes | None = None
    ) -> Made:
        content = self._whole(method, path, body)
        try:
            return make(json.loads(content))
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            raise self._strange(path, "no document of its kind") from error

    def _whole(self, method: str, path: str, body: bytes | None = None) -> bytes:
        for attempt in range(_MOST_BARREN):
            _pause(attempt)
            response = self.open(method, path, body=body)
            try:
                content = response.read(_MOST_JSON + 1)
            except HTTPError:
                continue
            finally:
                response.close()
            if len(content) > _MOST_JSON:
                raise self._strange(path, f"more than {_MOST_JSON:,} bytes")
            return content
        raise self._strange(path, "an answer that was cut off, several times")

    def size_of(self, path: str) -> tuple[int, str]:
        """Ask for the size of something in bytes, and for the tag that names its bytes."""
        response = self.open("HEAD", path)
        response.close()
        length, tag = (response.headers.get(name, "") for name in ("Content-Length", "ETag"))
        if not length.isdigit():
            raise self._strange(path, "no length")
        return int(length), tag

    def read(self, path: str, pieces: Sequence[Span], *, tag: str = "") -> Iterator[bytes]:
        """Yield the bytes of some ascending pieces, over several answers if one is cut off.

        `tag`: of these bytes alone. Raises NotWhole if they do not come, and as `open` does.
        """
        left, barren = [piece for piece in pieces if piece[0] < piece[1]], 0
        while left:
            _pause(barren)
            first = left[0][0]
            try:
                for chunk in self._read(path, left, tag=tag):
                    left = _behind(left, len(chunk))
                    yield chunk
                fault = "too few bytes"
            except HTTPError as error:
                fault = type(error).__name__
            except HubRefused as error:
                if 0 < error.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                    raise
                fault = str(error)
            barren = barren + 1 if left and left[0][0] == first else 0
            if barren == _MOST_BARREN:
                raise NotWhole(
                    f"{self.address.origin} does not send {path} from byte {first:,} on ({fault});"
                    " its log says why. Run the same again once it is mended."
                )

    def _read(self, path: str, pieces: Sequence[Span], *, tag: str) -> Iterator[bytes]:
        asked = ",".join(f"{first}-{end - 1}" for first, end in pieces)
        headers = {"Range": f"bytes={asked}"} | ({"If-Range": tag} if tag else {})
        response = self.open("GET", path, headers=headers)
        try:
            if response.status != HTTPStatus.PARTIAL_CONTENT:
                raise self._strange(path, "the whole, or another state of it")
            yield from parts_of(response, pieces)
        except WrongParts as error:
            raise self._strange(path, "other bytes than were asked for") from error
        finally:
            response.close()

    def open(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> BaseHTTPResponse:
        """Ask, again where the hub is down or busy; the body is still to be read.

        Raises HubUnreachable, NotSignedIn, Forbidden, NotFound, HubRefused: the hub's own words.
        """
        sent = {"Accept-Encoding": "identity", "User-Agent": "deep-images-hub", **(headers or {})}
        if body is not None:
            sent["Content-Type"] = "application/json"
        if self.address.token:
            sent["Authorization"] = f"Bearer {self.address.token}"
        try:
            response = self._pool.urlopen(
                method,
                self.address.prefix + path,
                body=body,
                headers=sent,
                retries=self._patience if self._has_answered else with_a_stranger(self._patience),
                redirect=False,
                preload_content=False,
                decode_content=False,
            )
        except HTTPError as error:
            look = (
                "Run the same again, once you see"
                if self._has_answered
                else "Check the address and"
            )
            raise HubUnreachable(
                f"{self.address.origin} does not answer: {fault_of(error)}. {look} that `hub site`"
                " runs there."
            ) from error
        self._has_answered, self._is_waiting = True, False
        if response.status >= HTTPStatus.MULTIPLE_CHOICES:
            raise self._refused(response, f"{method} {path}")
        return response

    def _wait(self) -> None:
        """Say once, whatever the number of threads, that the hub is waited for."""
        with self._lock:
            is_said, self._is_waiting = self._is_waiting, True
        if not is_said:
            # Without a handler of the program's own it is a line on stderr.
            _LOG.warning("%s is down or busy: trying again.", self.address.origin)

    def _refused(self, response: BaseHTTPResponse, asked: str) -> HubError:
        status, detail = response.status, ""
        try:
            detail = json.loads(response.read(_MOST_SAID * 8))["detail"]
        except (HTTPError, ValueError, KeyError, TypeError, RecursionError):
            pass
        finally:
            response.close()
        if status < HTTPStatus.BAD_REQUEST:
            to = urlsplit(response.headers.get("Location", "")).netloc or "another place"
            return HubRefused(
                f"{self.address.origin} sends whoever asks on to {_said(to)}, where a token must"
                " not follow: if the hub is there now, give that as its address.",
                status=status,
            )
        if status == HTTPStatus.UNAUTHORIZED and not self.address.token:
            return errors.NotSignedIn(_NO_TOKEN)
        said = (
            _said(detail if isinstance(detail, str) else "")
            or f"{self.address.origin} answered {asked} with status {status}."
        )
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            return errors.TooManyRequests(said, retry_after_s=LONGEST_WAIT)
        if kind := _ERRORS.get(status):
            return kind(said)
        return HubRefused(said, status=status)

    def _strange(self, path: str, what: str) -> HubRefused:
        return HubRefused(
            f"{self.address.origin} answered {path} with {what}, which no hub does: see that the"
            " address is right.",
            status=0,
        )


def _behind(pieces: list[Span], count: int) -> list[Span]:
    """Return what is left of pieces once so many bytes of them have come."""
    while pieces and pieces[0][0] + count >= pieces[0][1]:
        count -= pieces[0][1] - pieces[0][0]
        pieces = pieces[1:]
    return [(pieces[0][0] + count, pieces[0][1]), *pieces[1:]] if pieces else []


def segment(text: str) -> str:
    """Return text as one segment of a path."""
    return quote(text, safe="")


def _said(text: str) -> str:
    """Return what a server said, for a terminal: printable, and not without end."""
    return "".join(c if c.isprintable() else " " for c in text[:_MOST_SAID]).strip()


def _pause(attempt: int) -> None:
    if attempt:
        sleep(0.1 * 2**attempt)
