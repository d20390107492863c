"""What people call themselves, and where mail reaches them."""

import re
import unicodedata

from hub.errors import AccountError
from hub.rules.submissions import LONGEST_NAME, Malformed, check_line

RESERVED = (
    "admin",
    "administrator",
    "deep images hub",
    "hub",
    "moderator",
    "nobody",
    "operator",
    "ops",
    "postgres",
    "root",
    "security",
    "support",
    "system",
)
"""Names that would speak for the hub, or for an account of its machine."""

_MARKS = frozenset(" '\u2019_.-")
# Of the many forms that RFC 5321 allows: those that mail servers give out, in ASCII alone.
_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)*[A-Za-z0-9-]{1,63}")
_LONGEST_EMAIL = 254


def check_own_name(name: str) -> str:
    """Return a name that somebody gives themself, in one form. Raises AccountError.

    Whether it looks like another's is not asked here.
    """
    name = _line(unicodedata.normalize("NFKC", name), "name")
    for character in name:
        if character not in _MARKS and unicodedata.category(character)[0] not in "LMN":
            raise AccountError(
                f"The name holds {character!a}; use letters, digits, spaces and ' _ . - alone."
            )
    if not any(character.isalpha() for character in name):
        raise AccountError("The name holds no letter; give one that has some.")
    return name


def check_email(text: str) -> str:
    """Return an address for mail. Raises AccountError."""
    email = _line(text, "address")
    if len(email) > _LONGEST_EMAIL or not _EMAIL.fullmatch(email):
        raise AccountError(f"{email[:60]!a} is no address for mail such as ann@example.org.")
    return email


def _line(text: str, what: str) -> str:
    try:
        return check_line(text, what, longest=LONGEST_NAME if what == "name" else _LONGEST_EMAIL)
    except Malformed as error:
        message = str(error)
        raise AccountError(f"{message[0].upper()}{message[1:]}.") from error
