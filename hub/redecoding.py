"""Decodes pictures once more, behind the guard, for what their check did not keep."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from hub.guarded import Bounds, Died, Guard
from hub.rules import augmenting, pixels
from hub.rules.fitting import CHANNELS, fit
from hub.rules.looks import LOOK_BYTES, look_of
from hub.rules.publishing import strip
from hub.rules.reasons import Reason
from hub.rules.thumbnails import Thumbnails, thumbnails_of

_DIGEST, _LOOK, _DERIVED, _THUMBNAILS, _FITTED = b"d", b"l", b"a", b"t", b"f"
_ID_CHARACTERS = 64
_NUMBER_BYTES = 4
_JPEG = b"\xff\xd8"
_COPIES = 3
"""Of a file, that are held at one time before anything is decoded."""
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Redecoder:
    """Decodes good pictures; one that breaks the bounds or the decoder costs nothing but itself."""

    def __init__(self, guard: Guard, bounds: Bounds) -> None:
        self._guard = guard
        self._most_bytes = bounds.memory_bytes // _COPIES

    def pixels_sha256(self, content: bytes) -> str | None:
        """Return `pixels.pixels_sha256` of a picture, None where it cannot be decoded at full scale
        within the bounds."""
        answer = self._run(_DIGEST, content)
        if isinstance(answer, Died):
            return None
        digest = answer.decode("ascii", errors="replace")
        return digest if _SHA256.fullmatch(digest) else None

    def look(self, content: bytes) -> bytes | None:
        """Return the look of a picture, None where it cannot be decoded."""
        answer = self._run(_LOOK, content)
        return answer if isinstance(answer, bytes) and len(answer) == LOOK_BYTES else None

    def thumbnails(self, content: bytes) -> Thumbnails | None:
        """Return the thumbnails of a picture, None where it cannot be decoded."""
        answer = self._run(_THUMBNAILS, content)
        if isinstance(answer, Died):
            return None
        end = _NUMBER_BYTES + int.from_bytes(answer[:_NUMBER_BYTES])
        made = Thumbnails(px_299=answer[_NUMBER_BYTES:end], px_100=answer[end:])
        is_sound = made.px_299.startswith(_JPEG) and made.px_100.startswith(_JPEG)
        return made if is_sound else None

    def derive(self, content: bytes, *, image_id: str, number: int) -> bytes | Reason:
        """Return `augmenting.augment` of a picture, or why it cannot be decoded."""
        order = image_id.encode() + number.to_bytes(_NUMBER_BYTES)
        answer = self._run(_DERIVED + order, content)
        if isinstance(answer, Died):
            return answer.reason
        return answer or Reason.CORRUPT

    def fit(self, content: bytes, *, side: int) -> bytes | Reason:
        """Return `fitting.fit` of a picture, or why it cannot be decoded."""
        answer = self._run(_FITTED + side.to_bytes(_NUMBER_BYTES), content)
        if isinstance(answer, Died):
            return answer.reason
        return answer if len(answer) == side * side * CHANNELS else Reason.CORRUPT

    def _run(self, order: bytes, content: bytes) -> bytes | Died:
        # The child could not even take it in, which were no answer about the picture.
        if len(content) > self._most_bytes:
            return Died(Reason.TOO_MUCH_MEMORY)
        return self._guard.run(order + content)


@contextmanager
def redecode(bounds: Bounds) -> Iterator[Redecoder]:
    """Keep a child ready, which starts with the first picture."""
    with Guard(decode_again, bounds=bounds) as guard:
        yield Redecoder(guard, bounds)


def decode_again(item: bytes) -> bytes:
    """Do in the child what the item's first byte says; nothing where the decoder gives up."""
    try:
        return _DEEDS[item[:1]](item[1:])
    except MemoryError:
        raise
    except Exception:  # whatever a decoder throws at broken data
        return b""


def _digest(content: bytes) -> bytes:
    return pixels.pixels_sha256(content).encode()


def _look(content: bytes) -> bytes:
    return look_of(pixels.reduce(pixels.decode_scaled(strip(content))))


def _derive(item: bytes) -> bytes:
    head = _ID_CHARACTERS + _NUMBER_BYTES
    image_id, number = item[:_ID_CHARACTERS].decode(), int.from_bytes(item[_ID_CHARACTERS:head])
    return augmenting.augment(item[head:], image_id=image_id, number=number)


def _thumbnails(content: bytes) -> bytes:
    made = thumbnails_of(pixels.decode_scaled(strip(content)))
    return len(made.px_299).to_bytes(_NUMBER_BYTES) + made.px_299 + made.px_100


def _fit(item: bytes) -> bytes:
    return fit(item[_NUMBER_BYTES:], int.from_bytes(item[:_NUMBER_BYTES]))


_DEEDS = {
    _DIGEST: _digest,
    _LOOK: _look,
    _DERIVED: _derive,
    _THUMBNAILS: _thumbnails,
    _FITTED: _fit,
}
