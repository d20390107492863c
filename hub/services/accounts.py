"""Users and their personal tokens."""

from collections.abc import Sequence
from dataclasses import dataclass

from hub.catalogue import decisions, downloads, password_resets, sessions, users
from hub.catalogue import tokens as token_rows
from hub.catalogue.decisions import Decision
from hub.catalogue.downloads import Download
from hub.catalogue.tokens import Token
from hub.catalogue.users import ListedUser, Profile, User
from hub.db import Connection
from hub.errors import AccountError, Conflict, Forbidden, NotFound
from hub.rules.people import RESERVED, check_email, check_own_name
from hub.rules.roles import ROLES, may
from hub.rules.submissions import LONGEST_NAME, Malformed, check_line, storable
from hub.rules.tokens import DEFAULT_DAYS, MOST_DAYS, SCOPES, Secret

_EMAIL_KEY = "hub_user_email_idx"


@dataclass(frozen=True)
class Issued:
    """A new token; `text` is shown this once."""

    text: str
    token: Token


def add_user(db: Connection, name: str, *, role: str, password: str | None = None) -> User:
    """Add a user; without a password they have tokens alone. Raises AccountError."""
    name = _checked(name, "user")
    check_role(role)
    password_hash = None if password is None else _hashed(password)
    try:
        return users.add_user(db, name, role=role, password_hash=password_hash)
    except Conflict as conflict:
        raise AccountError(
            f"There is a user '{name}' already; `hub user role` gives them another role."
        ) from conflict


def add_member(
    db: Connection, name: str, *, role: str, password: str, email: str | None = None
) -> User:
    """Add a user under a name of their own choice.

    Raises AccountError, also for a name that looks like another's and an address that is one's.
    """
    name, password_hash = check_own_name(name), _hashed(password)
    taken = AccountError(f"The name '{name}' is taken, or looks like one that is; choose another.")
    if users.get_taken(db, name, reserved=RESERVED):
        raise taken
    try:
        return users.add_user(db, name, role=role, password_hash=password_hash, email=email)
    except Conflict as conflict:
        raise _address_taken(email) if conflict.constraint == _EMAIL_KEY else taken from conflict


def list_users(db: Connection, *, part: str = "", most: int | None = None) -> list[ListedUser]:
    """Return whose name or address has that part, in either case, the newest first."""
    return users.list_users(db, part=storable(part), most=most)


def set_role(db: Connection, name: str, *, role: str, by: str) -> None:
    """Give a user another role, from their next request on. Raises NotFound, AccountError."""
    check_role(role)
    before = find_user(db, name).role
    users.set_role(db, name, role=role)
    _record(db, name, by=by, action="role", before=before, role=role)


def change_role(db: Connection, caller: User, name: str, *, role: str) -> None:
    """Give somebody else another role. Raises Forbidden, NotFound, AccountError."""
    if not may(caller.role, "operate"):
        raise Forbidden("Only ops say who may use the hub.")
    if name == caller.name:
        raise Forbidden("Nobody changes their own role: ask another of the hub's ops.")
    set_role(db, name, role=role, by=caller.name)


def set_email(db: Connection, name: str, *, email: str | None, by: str) -> None:
    """Say where a user's mail goes; None: nowhere. Raises NotFound, AccountError."""
    address = check_email(email) if email else None
    user = find_user(db, name)
    try:
        users.set_email(db, user.user_id, email=address)
    except Conflict as conflict:
        raise _address_taken(address) from conflict
    _record(db, name, by=by, action="email")


def set_password(db: Connection, name: str, password: str) -> None:
    """Give a user a password whose old one is lost: its sessions and links end, and all tokens.

    Whoever found it out may have made some. Raises NotFound, or AccountError for a wrong length.
    """
    user = change_password(db, name, password)
    token_rows.set_all_revoked(db, user_id=user.user_id)


def change_password(db: Connection, name: str, password: str) -> User:
    """Give a user a password in place of the one before, whose sessions and links end.

    Raises NotFound, or AccountError for a wrong length.
    """
    user = find_user(db, name)
    users.set_password_hash(db, name, password_hash=_hashed(password))
    password_resets.set_used(db, user_id=user.user_id)
    sessions.remove_sessions(db, user_id=user.user_id)
    return user


def get_profile(db: Connection, user: User) -> Profile:
    """Return what a user sees of themself."""
    profile = users.find_profile(db, user.user_id)
    assert profile is not None
    return profile


def end_tour(db: Connection, user: User) -> None:
    """Show a user the tour no more."""
    users.set_toured(db, user.user_id)


def list_downloads(db: Connection, user: User, *, most: int = 50) -> list[Download]:
    """Return a user's newest downloads."""
    return downloads.list_downloads(db, user_id=user.user_id, most=most)


def list_decisions(db: Connection, *, most: int = 50) -> list[Decision]:
    """Return what was decided of late of users and invitations, the newest first."""
    return decisions.list_newest(db, kinds=["user", "invitation"], most=most)


def find_user(db: Connection, name: str) -> User:
    """Return the user of that name. Raises NotFound."""
    user = users.find_user(db, name)
    if user is None:
        raise NotFound(_no_user(name))
    return user


def find_operator(db: Connection, name: str) -> User:
    """Return the user of that name, made as ops if there is none: who runs `hub` here owns it."""
    return users.find_user(db, name) or add_user(db, name, role="ops")


def issue_token(
    db: Connection,
    user: User,
    *,
    name: str = "token",
    scopes: Sequence[str] = tuple(SCOPES),
    days: int = DEFAULT_DAYS,
) -> Issued:
    """Make a token. Raises AccountError for a scope, a name or a time that no token has."""
    if not scopes or not SCOPES.keys() >= set(scopes):
        raise AccountError(f"A token has some of the scopes {', '.join(SCOPES)}.")
    if not 1 <= days <= MOST_DAYS:
        raise AccountError(f"A token is good for 1 to {MOST_DAYS:,} days.")
    secret = Secret.new()
    token = token_rows.add_token(
        db,
        secret.token_id,
        user_id=user.user_id,
        name=_checked(name, "token"),
        secret_sha256=secret.sha256,
        scopes=[scope for scope in SCOPES if scope in scopes],
        days=days,
    )
    return Issued(secret.text, token)


def list_tokens(db: Connection, *, user_id: int | None = None) -> list[Token]:
    """Return a user's tokens, or all, the newest first."""
    return token_rows.list_tokens(db, user_id=user_id)


def revoke_token(db: Connection, token_id: str, *, user_id: int | None = None) -> None:
    """Make a token good for nothing; with `user_id`, only that user's. Raises NotFound."""
    if not token_rows.set_revoked(db, token_id, user_id=user_id):
        raise NotFound(f"There is no token '{token_id}'; `hub token list` names those there are.")


def _hashed(password: str) -> str:
    # Only whoever sets or checks a password needs argon2, which a light client goes without.
    from hub.services.passwords import hash_password

    return hash_password(password)


def _checked(name: str, what: str) -> str:
    try:
        return check_line(name, what, longest=LONGEST_NAME)
    except Malformed as error:
        message = str(error)
        raise AccountError(f"{message[0].upper()}{message[1:]}.") from error


def check_role(role: str) -> None:
    """Raises AccountError for a role that there is not."""
    if role not in ROLES:
        raise AccountError(f"There is no role '{role}'; the roles are {', '.join(ROLES)}.")


def _record(db: Connection, name: str, *, by: str, action: str, **detail: str) -> None:
    decisions.add_decision(db, by=by, action=action, subject=f"user/{name}", detail=detail)


def _address_taken(email: str | None) -> AccountError:
    return AccountError(f"The address {email} is another user's; give one of your own.")


def _no_user(name: str) -> str:
    return f"There is no user '{name}'; `hub user list` names those there are."
