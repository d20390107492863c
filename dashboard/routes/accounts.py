"""/sign-up, /reset-password, /change-password, /confirm-address: forms about one's account."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, Response, current_app, g, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from dashboard.postman import postman
from dashboard.routes.sessions import COOKIE, keep
from dashboard.site import open_db, settings
from hub.catalogue.users import User
from hub.errors import AccountError, Forbidden, HubError, NotFound, NotSignedIn, TooManyRequests
from hub.rules.roles import role_text
from hub.services import addresses, invitations, password_resets, sessions
from hub.services.access import Caller

accounts = Blueprint("accounts", __name__)

_SECONDS = 0.5
"""What it takes to ask for a mail, whether one is written or not."""

_STATUS: dict[type[HubError], int] = {
    AccountError: 422,
    Forbidden: 403,
    NotFound: 404,
    NotSignedIn: 401,
    TooManyRequests: 429,
}
_SENT = (
    "If that is known here, a mail is on its way. It may take some minutes; look among unwanted"
    " mail, too."
)


@accounts.get("/sign-up")
def show_sign_up() -> BaseResponse:
    """Show the form of an invitation; without one, how to get one."""
    return _show_sign_up(request.args.get("invitation", ""))


@accounts.post("/sign-up")
def sign_up() -> BaseResponse:
    """Become a user by an invitation and go on signed in, or ask for an invitation by mail."""
    text, email = request.form.get("invitation", ""), request.form.get("email", "")
    name = request.form.get("name", "")
    try:
        if not text:
            with _steadily(), open_db() as db:
                invitations.ask_invitation(
                    db, email, address=request.remote_addr or "", settings=settings()
                )
            return _form("said.html", "Sign up", said=_SENT)
        with open_db() as db:
            user = invitations.accept(
                db,
                text,
                name=name,
                password=request.form.get("password", ""),
                email=email,
                site_url=settings().site_url,
            )
            kept = sessions.begin(db, user, replaced=request.cookies.get(COOKIE))
    except tuple(_STATUS) as error:
        return _show_sign_up(text, name=name, email=email, error=error)
    postman(current_app).wake()
    return keep(redirect("/", code=303), kept)


@accounts.get("/reset-password")
def show_reset() -> BaseResponse:
    """Show where to ask for a link; or, by a link, where to set a password."""
    return _show_reset(request.args.get("reset", ""))


@accounts.post("/reset-password")
def reset_password() -> BaseResponse:
    """Mail a link, and say the same whether there is such a user; or set a password."""
    text = request.form.get("reset", "")
    try:
        if not text:
            with _steadily(), open_db() as db:
                password_resets.ask_reset(
                    db,
                    request.form.get("name", ""),
                    address=request.remote_addr or "",
                    site_url=settings().site_url,
                )
            return _form("said.html", "A new password", said=_SENT)
        with open_db() as db:
            user = password_resets.reset(db, text, request.form.get("password", ""))
            kept = sessions.begin(db, user, replaced=request.cookies.get(COOKIE))
    except tuple(_STATUS) as error:
        return _show_reset(text, error=error)
    postman(current_app).wake()
    return keep(redirect("/", code=303), kept)


@accounts.get("/change-password")
def show_change() -> BaseResponse:
    """Show the form to whoever is signed in."""
    caller: Caller | None = g.caller
    return _show_change(caller.user) if caller else redirect("/sign-in?next=/change-password")


@accounts.post("/change-password")
def change_password() -> BaseResponse:
    """Set another password; every other browser is signed out."""
    user = _user()
    old, new = request.form.get("old", ""), request.form.get("password", "")
    try:
        with open_db() as db:
            password_resets.change(db, user, old=old, new=new, address=request.remote_addr or "")
            kept = sessions.begin(db, user)
    except tuple(_STATUS) as error:
        return _show_change(user, error=error)
    return keep(redirect("/account", code=303), kept)


@accounts.get("/change-address")
def show_address() -> BaseResponse:
    """Show the form to whoever is signed in."""
    caller: Caller | None = g.caller
    return _show_address(caller.user) if caller else redirect("/sign-in?next=/change-address")


@accounts.post("/change-address")
def change_address() -> BaseResponse:
    """Mail a link to another address of whoever is signed in."""
    user, email = _user(), request.form.get("email", "")
    try:
        with _steadily(), open_db() as db:
            addresses.ask_address(
                db,
                user,
                email,
                password=request.form.get("password", ""),
                address=request.remote_addr or "",
                site_url=settings().site_url,
            )
    except tuple(_STATUS) as error:
        return _show_address(user, email=email, error=error)
    said = f"A mail is on its way to {email}: follow the link in it within a day."
    return _form("said.html", "Your address", said=said)


@accounts.post("/sign-out-everywhere")
def sign_out_everywhere() -> BaseResponse:
    """End every session of whoever asks, this one too."""
    user = _user()
    with open_db() as db:
        sessions.end_all(db, user_id=user.user_id)
    response = redirect("/sign-in?signed-out=everywhere", code=303)
    response.delete_cookie(COOKIE)
    return response


@accounts.get("/confirm-address")
def show_confirm() -> BaseResponse:
    """Ask once more: what reads mail beforehand follows links, and presses no buttons."""
    text = request.args.get("address", "")
    return _form("confirm_address.html", "Your address", text=text)


@accounts.post("/confirm-address")
def confirm_address() -> BaseResponse:
    """Let a user's mail go where the link was sent."""
    try:
        with open_db() as db:
            email = addresses.confirm_address(db, request.form.get("address", ""))
        postman(current_app).wake()
    except (AccountError, NotFound) as error:
        return _form("said.html", "Your address", error=error)
    return _form("said.html", "Your address", said=f"Mail goes to {email} from now on.")


@contextmanager
def _steadily() -> Iterator[None]:
    """Take the same time whatever happens inside, and let its mail be sent."""
    ends = time.monotonic() + _SECONDS
    yield
    postman(current_app).wake()
    time.sleep(max(0.0, ends - time.monotonic()))


def _user() -> User:
    caller: Caller | None = g.caller
    if caller is None:
        raise NotSignedIn("Sign in first.")
    return caller.user


def _show_sign_up(
    text: str, *, name: str = "", email: str = "", error: HubError | None = None
) -> Response:
    if not text:
        is_open = settings().sign_up == "open"
        return _form("ask_invitation.html", "Sign up", error=error, email=email, is_open=is_open)
    try:
        with open_db() as db:
            found = invitations.find_invitation(db, text)
    except NotFound as unknown:
        return _form("said.html", "Sign up", error=unknown)
    return _form(
        "sign_up.html",
        "Sign up",
        error=error,
        text=text,
        role=role_text(found.role),
        name=name,
        email=email or found.email or "",
    )


def _show_reset(text: str, *, error: HubError | None = None) -> Response:
    if not text:
        return _form("ask_reset.html", "A new password", error=error)
    try:
        with open_db() as db:
            found = password_resets.find_reset(db, text)
    except NotFound as unknown:
        return _form("said.html", "A new password", error=unknown, again="/reset-password")
    return _form("reset.html", "A new password", error=error, text=text, name=found.name)


def _show_change(user: User, *, error: HubError | None = None) -> Response:
    return _form("change_password.html", "Change your password", error=error, name=user.name)


def _show_address(user: User, *, email: str = "", error: HubError | None = None) -> Response:
    return _form("change_address.html", "Your address", error=error, name=user.name, email=email)


def _form(template: str, title: str, *, error: HubError | None = None, **said: object) -> Response:
    page = render_template(f"accounts/{template}", title=title, problem=error, **said)
    status = _STATUS[type(error)] if error else 200
    return Response(page, status, content_type="text/html; charset=utf-8")
