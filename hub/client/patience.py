"""How long a hub that does not answer is waited for, and what is said of it."""

import ssl
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from urllib3 import BaseHTTPResponse, Retry
from urllib3.exceptions import NameResolutionError, TimeoutError

LONGEST_WAIT = 60
_AGAIN = (
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
)
"""Statuses of a hub that is busy, or of a server before one that is just being started."""
_STRANGERS_TRIES = 2
"""How often a hub is tried again that has not answered yet: most likely its address is wrong."""
_QUIET_SECONDS = 1
"""So long a pause nobody wonders about."""


class Patience(Retry):
    """Asks again where a hub is down or busy, and calls `waits` before each longer pause."""

    def __init__(self, *args: Any, waits: Callable[[], None], **options: Any) -> None:
        super().__init__(*args, **options)
        self._waits = waits

    def new(self, **changes: Any) -> "Patience":
        """Return a copy with some of its options changed."""
        return super().new(**{"waits": self._waits, **changes})

    def sleep(self, response: BaseHTTPResponse | None = None) -> None:
        """Wait before the next try."""
        told = self.get_retry_after(response) if response else None
        if (told or self.get_backoff_time()) > _QUIET_SECONDS:
            self._waits()
        super().sleep(response)


def patience(retries: int, *, waits: Callable[[], None]) -> Patience:
    """Return how a request is made again: after pauses that double up to 10 s."""
    # Every route may be asked twice: what makes something makes it once.
    return Patience(
        retries,
        waits=waits,
        status_forcelist=_AGAIN,
        allowed_methods=None,
        backoff_factor=0.5,
        backoff_max=10,
        raise_on_status=False,
        retry_after_max=LONGEST_WAIT,
    )


def with_a_stranger(patient: Patience) -> Patience:
    """Return the same for a hub that has not answered yet: no connection is soon given up."""
    return patient.new(connect=_STRANGERS_TRIES, other=_STRANGERS_TRIES)


def fault_of(error: Exception) -> str:
    """Say in a few words why there was no answer, as `connection refused`."""
    reason = getattr(error, "reason", None) or error
    if isinstance(reason, NameResolutionError):
        return "no such host"
    causes = [reason, reason.__cause__, *reason.args]
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            why = getattr(cause, "verify_message", None) or cause.reason or "no reason given"
            return f"no secure connection ({why.replace('_', ' ').lower()})"
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror.lower()
    return "timed out" if isinstance(reason, TimeoutError) else "the connection was cut off"
