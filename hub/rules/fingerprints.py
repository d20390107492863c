"""Fingerprints of contents: equal for equal rows, in whatever order and pieces they come."""

import hashlib
import json
from collections.abc import Iterable

Field = str | int | float | bool | None

_MODULUS = 1 << 256

_encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


class Fingerprint:
    """The sum, modulo 2^256, of the SHA-256 of every row: one pass, constant memory.

    A sum does not depend on order, and a row twice differs from a row once. It tells contents
    apart that differ by accident; it is no seal against somebody who can choose rows at will
    (additive hashes: Bellare and Micciancio, "A new paradigm for collision-free hashing", 1997).
    """

    def __init__(self) -> None:
        self._sum = 0

    def add(self, kind: str, rows: Iterable[Iterable[Field]]) -> None:
        """Take in rows of one kind: equal fields under two kinds are two different rows."""
        for row in rows:
            digest = hashlib.sha256(canonical_line((kind, *row))).digest()
            self._sum = (self._sum + int.from_bytes(digest, "big")) % _MODULUS

    def hexdigest(self) -> str:
        """Return 64 hexadecimal digits; 0 throughout before the first row."""
        return f"{self._sum:064x}"


def canonical_line(fields: Iterable[Field]) -> bytes:
    """Return the one text of a row: no separator can be forged, and null is not the empty text."""
    return _encode([*fields]).encode("ascii")
