"""/sign-in and /sign-out: the sessions of browsers."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, g, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from dashboard.site import is_open, open_db
from hub.errors import HubError, NotSignedIn, TooManyRequests
from hub.services import access
from hub.services import sessions as service

COOKIE = "hub_session"

_EVERYWHERE = "You are signed out in every browser. Your tokens are as good as before."

sessions = Blueprint("sessions", __name__)


@sessions.get("/sign-in")
def show_sign_in() -> BaseResponse:
    """Show the form, or go on if somebody is signed in."""
    to = local_path(request.args.get("next", "/"))
    if g.caller:
        return redirect(to)
    return _form(to, said=_EVERYWHERE if "signed-out" in request.args else "")


@sessions.post("/sign-in")
def sign_in() -> BaseResponse:
    """Begin a session by name and password, and go on to where they wanted to be."""
    name, password = request.form.get("name", ""), request.form.get("password", "")
    to = local_path(request.form.get("next", "/"))
    try:
        with open_db() as db:
            user = access.sign_in(db, name, password, address=request.remote_addr or "")
            text = service.begin(db, user, replaced=request.cookies.get(COOKIE))
    except (NotSignedIn, TooManyRequests) as error:
        return _form(to, name=name, error=error)
    return keep(redirect(to, code=303), text)


@sessions.post("/sign-out")
def sign_out() -> BaseResponse:
    """End the session here and at the hub."""
    if text := request.cookies.get(COOKIE):
        with open_db() as db:
            service.end(db, text)
    response = redirect("/", code=303)
    response.delete_cookie(COOKIE)
    return response


def keep(response: BaseResponse, text: str) -> BaseResponse:
    """Let the browser keep a session that has begun."""
    response.set_cookie(
        COOKIE,
        text,
        max_age=service.DAYS * 24 * 3600,
        httponly=True,
        secure=request.is_secure,
        samesite="Lax",
    )
    return response


def local_path(text: str) -> str:
    """Return an address within this site; `/` for any other, and for what is none."""
    plain = text.replace("\\", "/")
    try:
        parts = urlsplit(plain)
    except ValueError:
        return "/"
    is_local = not parts.scheme and not parts.netloc and plain.startswith("/")
    return plain if is_local and plain.isprintable() and not plain.startswith("//") else "/"


def _form(to: str, *, name: str = "", error: HubError | None = None, said: str = "") -> Response:
    page = render_template(
        "sign_in.html",
        title="Sign in",
        next=to,
        name=name,
        problem=error,
        said=said,
        may_browse=is_open(),
    )
    status = 429 if isinstance(error, TooManyRequests) else 401 if error else 200
    return Response(page, status, content_type="text/html; charset=utf-8")
