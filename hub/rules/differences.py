"""What verification finds: the one form of a contradiction, whoever names it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """One contradiction: what kind, of which thing, and in words."""

    kind: str
    subject: str
    message: str
