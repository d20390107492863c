"""Reads the size and orientation of hostile pictures, in a child process with bounds."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from hub.guarded import Bounds, Died, Guard
from hub.rules.publishing import strip
from hub.rules.reasons import Refused


@dataclass(frozen=True, slots=True)
class Header:
    width_px: int
    """As stored, as is the height."""
    height_px: int
    orientation: int
    """EXIF's, 1 to 8."""

    @property
    def upright_px(self) -> tuple[int, int]:
        sides = (self.width_px, self.height_px)
        return sides[::-1] if self.orientation >= 5 else sides


class Headers:
    """Reads the headers of files; one that breaks the child costs nothing but itself."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def read(self, content: bytes) -> Header | None:
        """Return a picture's header, or None where the hub would not take the file."""
        answer = self._guard.run(content)
        if isinstance(answer, Died) or not answer:
            return None
        try:
            header = Header(*json.loads(answer))
        except (ValueError, TypeError):
            # Of a child that was taken over.
            return None
        sides = (header.width_px, header.height_px, header.orientation)
        return header if all(type(each) is int and each > 0 for each in sides) else None


@contextmanager
def read_headers(bounds: Bounds) -> Iterator[Headers]:
    """Keep a child ready, which starts with the first picture."""
    with Guard(header_of, bounds=bounds) as guard:
        yield Headers(guard)


def header_of(content: bytes) -> bytes:
    """Read a header in the child; nothing of what is no picture that the hub takes."""
    try:
        stripped = strip(content)
    except Refused:
        return b""
    return json.dumps([stripped.width_px, stripped.height_px, stripped.orientation]).encode()
