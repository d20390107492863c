"""What every request passes first: who asks, how often; and what every answer carries."""

from flask import Flask, Response, g, request
from werkzeug.exceptions import LengthRequired

from dashboard.site import settings, site
from hub.errors import NotSignedIn
from hub.services import access

_ALWAYS_OPEN = frozenset({"health.get_health", "tokens.create_token", "archives.get_archive"})
"""Open even where nobody may browse: they check by themselves who asks, if that matters."""

_LONG = frozenset(
    {
        "archives.get_archive",
        "archives.get_manifest",
        "images.get_image",
        "picks.count",
        "picks.preview",
        "subsets.create_subset",
    }
)
"""A slow reader, or a heavy recipe, holds a thread for as long as it likes."""

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


def install(app: Flask) -> None:
    """Put the gate before every route of the app."""
    app.before_request(_pass)
    app.after_request(_protect)
    app.after_request(_keep_seat)
    app.teardown_request(_leave)


def _pass() -> None:
    g.caller = None
    if "Transfer-Encoding" in request.headers:
        # Of a body without a length Werkzeug takes the first bytes for the whole.
        raise LengthRequired("Send the body with a Content-Length, not in chunks.")
    if request.endpoint == "health.get_health":
        return
    with site().pool.open() as db:
        g.caller = access.admit(
            db,
            token=_token(),
            address=request.remote_addr or "",
            limit=settings().requests_per_minute,
        )
    if g.caller is None and settings().anonymous == "none" and request.endpoint not in _ALWAYS_OPEN:
        raise NotSignedIn("This hub shows nothing without a token; ask its ops for one.")
    if request.endpoint in _LONG:
        g.seat = site().seats.take(access.client_of(g.caller, request.remote_addr or ""))


def _keep_seat(response: Response) -> Response:
    """Hold the seat until the last byte was sent, or nobody takes any more."""
    if "seat" in g:
        response.call_on_close(g.pop("seat"))
    return response


def _leave(_error: BaseException | None) -> None:
    """Give back the seat of a request that ended without an answer."""
    if "seat" in g:
        g.pop("seat")()


def _token() -> str | None:
    """Return what stands behind Bearer, whatever it is; None without any."""
    said = request.headers.get("Authorization", "")
    kind, _, text = said.partition(" ")
    if not said or kind.lower() == "basic":
        return None
    return text.strip() if kind.lower() == "bearer" else said


def _protect(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response
