"""What every request passes first: who asks, how often; and what every answer carries."""

from typing import Any
from urllib.parse import quote, urlsplit

from flask import Flask, Response, current_app, g, redirect, request
from werkzeug.exceptions import BadRequest, LengthRequired, NotFound
from werkzeug.wrappers import Response as BaseResponse

from dashboard.calls import check_call
from dashboard.hosts import is_ours
from dashboard.policy import Policy, check
from dashboard.routes.sessions import COOKIE
from dashboard.site import is_open, settings, site
from hub.errors import Forbidden, NotSignedIn
from hub.services import access, sessions
from hub.services.access import Caller

_FILES = frozenset(
    {"/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>", "/_favicon.ico"}
)
"""What pages are drawn with, the same for everybody; and whether the hub answers."""

_ALWAYS_OPEN = frozenset({"tokens.create_token", "archives.get_archive"})
"""Open even where nobody may browse: they check by themselves who asks, if that matters."""

_FORMS = frozenset({"sessions", "accounts"})
"""Blueprints of forms for who is not signed in yet."""

_DASH = "/_dash-"
_RELOAD = "/_reload-hash"
"""For who writes pages: the hub does not change under them."""
_CALLBACKS = "/_dash-update-component"
_PAGES = frozenset({"/", "/<path:path>"})

_LONG = frozenset(
    {
        "archives.get_archive",
        "archives.get_manifest",
        "exports.get_export",
        "images.get_image",
        "models.download",
        "picks.count",
        "picks.preview",
        "subsets.create_subset",
        "trainings.create_training",
        "uploads.check_upload",
        "uploads.put_file",
    }
)
"""A slow reader, or a heavy recipe, holds a thread for as long as it likes."""

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # A form that is sent with no referrer would not say where it comes from either.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}

# Mantine writes its variables into style elements.
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)


def install(app: Flask) -> None:
    """Put the gate before every route of the app."""
    hashes = " ".join(app.extensions["dash"].csp_hashes())
    app.extensions["page policy"] = _PAGE_POLICY.format(hashes=hashes)
    # Before what Dash does at its own first request.
    app.before_request_funcs.setdefault(None, []).insert(0, _pass)
    app.after_request(_protect)
    app.after_request(_keep_seat)
    app.teardown_request(_leave)


def _pass() -> BaseResponse | None:
    g.caller = None
    if not is_ours(request.host, site_url=settings().site_url):
        raise BadRequest("This site has another name; its ops set HUB_SITE_URL to the one it has.")
    if "Transfer-Encoding" in request.headers:
        # Of a body without a length Werkzeug takes the first bytes for the whole.
        raise LengthRequired("Send the body with a Content-Length, not in chunks.")
    if request.endpoint == "health.get_health" or _is_file():
        return None
    if request.endpoint == _RELOAD:
        raise NotFound("There is nothing here.")
    _admit()
    if request.endpoint in _PAGES:
        return _check_page()
    if request.path.startswith(_DASH):
        _check_callback()
    elif g.caller is None and not is_open() and not _is_always_open():
        raise NotSignedIn("This hub shows nothing without a token; ask its ops for one.")
    if request.endpoint in _LONG:
        g.seat = site().seats.take(access.client_of(g.caller, request.remote_addr or ""))
    return None


def _is_file() -> bool:
    return request.endpoint in _FILES or request.endpoint == "_dash_assets.static"


def _is_always_open() -> bool:
    return request.endpoint in _ALWAYS_OPEN or request.blueprint in _FORMS


def _admit() -> None:
    """Find out who asks, by token or session, and count the request."""
    token = _token()
    kept = request.cookies.get(COOKIE) if token is None else None
    by_browser = kept is not None or request.blueprint in _FORMS or request.path.startswith(_DASH)
    if by_browser and request.method not in _SAFE:
        _check_origin()
    with site().pool.open() as db:
        g.caller = access.admit(
            db,
            token=token,
            by_session=sessions.find_caller(db, kept) if kept else None,
            address=request.remote_addr or "",
            limit=settings().requests_per_minute,
        )


def _check_origin() -> None:
    """Let a browser change something only from a page of this site. Raises Forbidden."""
    try:
        asking = urlsplit(request.headers.get("Origin", "")).netloc
    except ValueError:
        asking = ""
    if asking != request.host:
        raise Forbidden("That was not asked by a page of this site.")


def _check_page() -> BaseResponse | None:
    """Answer for a page by what it is: 404, 403, or the way to sign in; else let it be shown."""
    if request.path.startswith("/api/"):
        raise NotFound("There is no such route; /api/v1/docs lists those there are.")
    found = _policy().find(request.path)
    if found is None:
        g.page_status = 404
        if not is_open() and g.caller is None:
            return _to_sign_in()
        return None
    try:
        check(_role(), found.page.needs, is_open=is_open())
    except NotSignedIn:
        return _to_sign_in()
    except Forbidden:
        g.page_status = 403
    return None


def _to_sign_in() -> BaseResponse:
    here = request.full_path if request.query_string else request.path
    return redirect(f"/sign-in?next={quote(here, safe='')}")


def _check_callback() -> None:
    """Check a call of Dash's own routes. Raises NotSignedIn, Forbidden, BadRequest."""
    needs = "browse"
    if request.path == _CALLBACKS:
        body = request.get_json(silent=True)
        if not isinstance(body, dict) or not isinstance(body.get("output"), str):
            raise Forbidden("There is nothing of that name on this site.")
        needs = _policy().needs_of(body["output"])
    check(_role(), needs, is_open=is_open())
    if request.path == _CALLBACKS:
        _check_call(request.get_json())


def _check_call(body: dict[str, Any]) -> None:
    """Check how a callback is called. Raises BadRequest, Forbidden."""
    found = current_app.extensions["dash"].callback_map.get(body["output"], {})
    if "callback" not in found:
        raise Forbidden("There is nothing of that name on this site.")
    check_call(body, found)


def _role() -> str | None:
    caller: Caller | None = g.caller
    return caller.user.role if caller else None


def _policy() -> Policy:
    found = current_app.extensions["policy"]
    assert isinstance(found, Policy)
    return found


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
    if response.mimetype == "text/html":
        policy = current_app.extensions["page policy"]
        response.headers.setdefault("Content-Security-Policy", policy)
        if response.status_code == 200 and "page_status" in g:
            response.status_code = g.page_status
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response
