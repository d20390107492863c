"""Secrets that the hub gives out: how they are written, and what it keeps of them."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

SCOPES = {  # Of personal tokens.
    "read": "labels, counts, previews, subsets and pictures",
    "write": "make and share subsets, revoke tokens",
}
MOST_DAYS = 3650
DEFAULT_DAYS = 90
ID_BYTES, SECRET_BYTES = 8, 32

_TOKEN = re.compile(r"hub_([0-9a-f]{16})_([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class Secret:
    """A token, an invitation or a password reset, as its owner has it."""

    token_id: str
    secret: str

    @classmethod
    def new(cls) -> "Secret":
        """Return one that nobody can guess."""
        return cls(secrets.token_hex(ID_BYTES), secrets.token_urlsafe(SECRET_BYTES))

    @property
    def text(self) -> str:
        """What the owner sends."""
        return f"hub_{self.token_id}_{self.secret}"

    @property
    def sha256(self) -> str:
        """What the hub keeps. The secret has 256 random bits: a slow hash would add nothing."""
        return hashlib.sha256(self.secret.encode()).hexdigest()

    def is_of(self, sha256: str) -> bool:
        """Tell, in a time that says nothing, whether this is the token that was kept."""
        return hmac.compare_digest(self.sha256, sha256)


def parse_token(text: str) -> Secret | None:
    """Read a token, or return None if it is none."""
    found = _TOKEN.fullmatch(text)
    return Secret(*found.groups()) if found else None
