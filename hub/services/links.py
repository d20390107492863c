"""Signed links to archives: good for one user, one subset and one way to ask, until they expire."""

import time
from dataclasses import dataclass

from itsdangerous import BadData, URLSafeSerializer

from hub.catalogue import links as catalogue
from hub.db import Connection
from hub.errors import NotSignedIn
from hub.services.access import Caller

MOST_SECONDS = 7 * 24 * 3600
DEFAULT_SECONDS = 3600

_SALT = "archive link"
_METHOD = "GET"


@dataclass(frozen=True)
class Link:
    """What to put behind `?link=`, and until when it is good (seconds since 1970)."""

    text: str
    expires_at: int


def make_link(db: Connection, caller: Caller, root: str, *, seconds: int) -> Link:
    """Sign a link to the archive of a subset, which the caller must have been seen to see."""
    expires_at = int(time.time()) + seconds
    said = [caller.user.user_id, root, _METHOD, expires_at]
    return Link(_signer(db).dumps(said), expires_at)


def follow_link(db: Connection, text: str, *, root: str, method: str) -> Caller:
    """Return for whom a link was made; HEAD may be asked where GET may.

    Raises NotSignedIn for one that was altered, has expired, is of another subset or way to ask,
    or of a user who is no more. Whether they still see the subset is not asked here.
    """
    signer = _signer(db)
    try:
        said = signer.loads(text)
        # Base64 has several spellings of the same bytes; only the one that was given out is good.
        is_ours = signer.dumps(said) == text
        user_id, of_root, of_method, expires_at = said
    except (BadData, ValueError, TypeError, RecursionError) as error:
        raise _bad_link() from error
    is_asked = of_root == root and of_method == _METHOD and method in (_METHOD, "HEAD")
    if not is_ours or not is_asked or expires_at <= time.time():
        raise _bad_link()
    user = catalogue.find_linked_user(db, user_id)
    if user is None:
        raise _bad_link()
    return Caller(user, frozenset({"read"}))


def check_catalogue(db: Connection) -> None:
    """Raises what is wrong with the catalogue, if it does not answer or is of another release."""
    catalogue.get_link_secret(db)


def _signer(db: Connection) -> URLSafeSerializer:
    return URLSafeSerializer(catalogue.get_link_secret(db), salt=_SALT)


def _bad_link() -> NotSignedIn:
    return NotSignedIn(
        "The link is not good: it has expired, was altered, or is of another archive. Ask for"
        " another with POST /api/v1/subsets/{root}/links."
    )
