"""Who asks for something over the network, how often, and whether they may."""

import ipaddress
from dataclasses import dataclass

from hub.catalogue import requests
from hub.catalogue import tokens as token_rows
from hub.catalogue.users import User
from hub.db import Connection
from hub.errors import Forbidden, NotSignedIn, TooManyRequests
from hub.rules.submissions import storable
from hub.rules.tokens import SCOPES, parse_token

PASSWORDS_PER_MINUTE = 10
"""Of one address."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and what their token or link lets them do."""

    user: User
    scopes: frozenset[str]
    token_id: str | None = None

    @property
    def viewer(self) -> str | None:
        """Whose subsets they see: their own and those shared with them; None: everyone's."""
        return None if self.user.role == "ops" else self.user.name

    @property
    def owner_id(self) -> int | None:
        """Whose tokens they may revoke; None: anyone's."""
        return None if self.user.role == "ops" else self.user.user_id


def admit(
    db: Connection, *, token: str | None, by_session: Caller | None, address: str, limit: int
) -> Caller | None:
    """Tell who asks by their token, else by their session, and count the request; None: nobody.

    Commits. `limit` is of requests a minute, 0: none. Raises NotSignedIn for a token that is not
    good, TooManyRequests.
    """
    caller = by_session if token is None else find_caller(db, token)
    count(db, client_of(caller, address), limit=limit)
    if token is not None and caller is None:
        raise NotSignedIn(
            "The token is not good: it was revoked, has expired, or never was. Get another with"
            " `hub token create`."
        )
    return caller


def client_of(caller: Caller | None, address: str) -> str:
    """Name whom requests are counted for: a user, or one client's network."""
    return f"user:{caller.user.user_id}" if caller else f"address:{_network(address)}"


def count(db: Connection, client: str, *, limit: int) -> None:
    """Count a request of a client, over all processes, and commit. Raises TooManyRequests."""
    if not limit:
        return
    counted = requests.count_request(db, client)
    # At once, so that requests side by side do not wait for each other's work.
    db.commit()
    if counted.requests == 1:
        requests.remove_old_counts(db)
        db.commit()
    if counted.requests > limit:
        raise TooManyRequests(
            f"More than {limit:,} requests within a minute: wait {counted.seconds_left} s.",
            retry_after_s=counted.seconds_left,
        )


def count_password(db: Connection, address: str) -> None:
    """Count what a guess of a password counts as, and commit. Raises TooManyRequests."""
    count(db, f"password:{_network(address)}", limit=PASSWORDS_PER_MINUTE)


def sign_in(db: Connection, name: str, password: str, *, address: str) -> User:
    """Return the user of a name and password. Commits. Raises NotSignedIn, TooManyRequests."""
    # Only who signs in needs argon2, which a light client goes without.
    from hub.services.passwords import check_password

    count_password(db, address)
    user = check_password(db, storable(name), password)
    if user is None:
        raise NotSignedIn("The name and the password do not belong together; try again.")
    return user


def find_caller(db: Connection, token: str) -> Caller | None:
    """Return whose token this is, or None if it is not good."""
    secret = parse_token(token)
    live = token_rows.find_token(db, secret.token_id) if secret else None
    if secret is None or live is None or not secret.is_of(live.secret_sha256):
        return None
    user = User(live.user_id, live.name, live.role)
    return Caller(user, frozenset(live.scopes), secret.token_id)


def check_may(caller: Caller | None, scope: str) -> Caller:
    """Return who asks, if they may. Raises NotSignedIn, Forbidden."""
    if caller is None:
        raise NotSignedIn(
            "This needs a token: send `Authorization: Bearer hub_...`; `hub token create` makes"
            " one."
        )
    if scope not in caller.scopes:
        raise Forbidden(
            f"The token lacks the scope '{scope}' ({SCOPES[scope]}); make one that has it with"
            f" `hub token create --scope {scope}`."
        )
    return caller


def _network(address: str) -> str:
    """Return what one client has at the least: an IPv4 address, or a /64 of IPv6 ones."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    return str(ipaddress.ip_network((known, 64), strict=False))
