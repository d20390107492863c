"""Invitations: whoever holds one becomes a user of its role, once."""

from dataclasses import dataclass

from hub.catalogue import decisions, users
from hub.catalogue import invitations as catalogue
from hub.catalogue.invitations import Invitation, OpenInvitation
from hub.catalogue.users import User
from hub.config import Settings
from hub.db import Connection
from hub.errors import AccountError, Forbidden, NotFound
from hub.rules.people import check_email
from hub.rules.roles import role_text
from hub.rules.tokens import Secret, parse_token
from hub.services import access, addresses, mail, password_resets
from hub.services.accounts import add_member, check_role

DEFAULT_DAYS, MOST_DAYS = 14, 365
OPEN_ROLE = "supplier"
"""Of whoever signs up uninvited: a hub is open for the sake of a crowd that brings pictures, and
each of these is checked. Whoever is to train or to operate is given that by ops."""

_MOST_AN_HOUR = 3
"""Of one address, whoever asks."""


@dataclass(frozen=True)
class Invited:
    """A new invitation; `text` and `link` are shown this once."""

    text: str
    link: str
    invitation: Invitation


def invite(
    db: Connection,
    *,
    role: str,
    by: str,
    site_url: str,
    email: str | None = None,
    days: int = DEFAULT_DAYS,
) -> Invited:
    """Invite somebody; with an address the link is mailed, too. Raises AccountError."""
    check_role(role)
    if not 1 <= days <= MOST_DAYS:
        raise AccountError(f"An invitation is good for 1 to {MOST_DAYS} days.")
    address = check_email(email) if email else None
    secret = Secret.new()
    made = catalogue.add_invitation(
        db,
        secret.token_id,
        secret_sha256=secret.sha256,
        role=role,
        email=address,
        created_by=by,
        days=days,
    )
    _record(db, made.invitation_id, by=by, action="invite", role=role, email=address)
    link = f"{site_url}/sign-up?invitation={secret.text}"
    if address is not None:
        _mail(db, made, to=address, link=link)
    return Invited(secret.text, link, made)


def ask_invitation(db: Connection, email: str, *, address: str, settings: Settings) -> None:
    """Mail somebody an invitation of their own, where the hub is open.

    To the address of a user goes a way to a new password instead: whoever asks learns nothing of
    who has one. Commits the count of requests. Raises Forbidden, TooManyRequests, AccountError.
    """
    if settings.sign_up != "open":
        raise Forbidden("This hub takes new users by invitation alone; ask its ops for one.")
    email = check_email(email)
    access.count_password(db, address)
    if users.list_reachable(db, email):
        password_resets.send(db, email, site_url=settings.site_url)
    elif catalogue.count_recent(db, email) < _MOST_AN_HOUR:
        invite(db, role=OPEN_ROLE, by="sign-up", site_url=settings.site_url, email=email, days=1)


def find_invitation(db: Connection, text: str) -> OpenInvitation:
    """Return what an invitation is for. Raises NotFound if it is not good, or no more."""
    secret = parse_token(text)
    found = catalogue.find_open_invitation(db, secret.token_id) if secret else None
    if secret is None or found is None or not secret.is_of(found.secret_sha256):
        raise NotFound(
            "The invitation is not good: it was used, taken back or has expired, or the link is not"
            " whole. Ask whoever sent it for another."
        )
    return found


def accept(
    db: Connection, text: str, *, name: str, password: str, email: str = "", site_url: str = ""
) -> User:
    """Make whoever holds an invitation a user; of two at once one is.

    An address that is not the invitation's own is taken over once its mail was answered.
    Raises NotFound, AccountError.
    """
    found = find_invitation(db, text)
    user = add_member(db, name, role=found.role, password=password, email=found.email)
    catalogue.set_used(db, found.invitation_id, user_id=user.user_id)
    _record(db, found.invitation_id, by=user.name, action="accept_invitation", role=found.role)
    if email and email.lower() != (found.email or "").lower():
        addresses.send(db, user, email, site_url=site_url)
    return user


def list_invitations(db: Connection) -> list[Invitation]:
    """Return the invitations that somebody may still use, the newest first."""
    return catalogue.list_open_invitations(db)


def take_back(db: Connection, invitation_id: str, *, by: str) -> None:
    """Make an unused invitation good for nothing. Raises NotFound."""
    if not catalogue.remove_invitation(db, invitation_id):
        raise NotFound("There is no such invitation any more, or it was used already.")
    _record(db, invitation_id, by=by, action="take_invitation_back")


def _record(
    db: Connection, invitation_id: str, *, by: str, action: str, **detail: str | None
) -> None:
    decisions.add_decision(
        db, by=by, action=action, subject=f"invitation/{invitation_id}", detail=detail
    )


def _mail(db: Connection, made: Invitation, *, to: str, link: str) -> None:
    mail.write(
        db,
        f"invitation/{made.invitation_id}",
        to=to,
        subject="Your invitation to Deep Images Hub",
        body=f"You may become a user of Deep Images Hub, as {role_text(made.role)}.\n\n"
        f"Choose a name and a password here, until {made.expires_at:%Y-%m-%d %H:%M} UTC:\n\n"
        f"{link}\n\n"
        "If you do not know what this is about, do nothing.\n",
    )
