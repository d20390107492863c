"""Refuses what has waited too long for a thread: a crowd gets quick answers, not late ones."""

import time
from collections.abc import Iterable
from threading import local
from typing import TYPE_CHECKING, Any

from gunicorn.workers.gthread import ThreadWorker

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MOST_SECONDS = 3.0
"""Who waited longer has mostly gone, or asked again."""
RETRY_SECONDS = 5

_BODY = (
    b'{"type": "about:blank", "title": "Service Unavailable", "status": 503,'
    b' "detail": "The hub has more to do than it can: wait some seconds, and ask again."}'
)
_HEADERS = [
    ("Content-Type", "application/problem+json"),
    ("Content-Length", str(len(_BODY))),
    ("Retry-After", str(RETRY_SECONDS)),
    ("Cache-Control", "no-store"),
]

_this_thread = local()


class Worker(ThreadWorker):  # type: ignore[misc]
    """Gunicorn's worker of several threads, which remembers since when each connection waits."""

    def enqueue_req(self, conn: Any) -> None:
        """Let a connection wait for a thread."""
        conn.waits_since = time.monotonic()
        super().enqueue_req(conn)

    def handle(self, conn: Any) -> Any:
        """Answer a connection's request, in a thread of the pool."""
        _this_thread.waited = time.monotonic() - conn.waits_since
        return super().handle(conn)


def shedding(app: "WSGIApplication") -> "WSGIApplication":
    """Return the application, but for 503 where a request of a `Worker` waited too long."""

    def answer(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        if getattr(_this_thread, "waited", 0.0) > MOST_SECONDS:
            start("503 Service Unavailable", _HEADERS)
            return [_BODY]
        return app(environ, start)

    return answer
