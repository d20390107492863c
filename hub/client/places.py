"""Where the pictures of a subset lie in its archive, told from the manifest; and runs of them."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hub.exports.tables import image_path
from hub.rules.archives import Layout
from hub.rules.manifests import Picture

SPAN_BYTES = 8 << 20
_MOST_PIECES = 64
_HEADER_BYTES = 256
"""More than lies between two neighbours, and less than a picture has."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A picture, and where its bytes begin and end in the archive."""

    picture: Picture
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive."""

    name: bytes
    size_bytes: int
    crc32: int


class Places:
    """The part of an archive that holds the pictures. Memory: 100 bytes a picture."""

    def __init__(self, pictures: Iterable[Picture]) -> None:
        """`pictures` is the whole manifest."""
        digests, kinds = bytearray(), bytearray()
        sizes, crc32s = array("q"), array("L")
        # What stands before and behind the id in a file's name.
        around: dict[tuple[str, str], int] = {}
        for one in pictures:
            before, _, behind = image_path(one).partition(one.image_id)
            kinds.append(around.setdefault((before, behind), len(around)))
            digests += bytes.fromhex(one.image_id)
            sizes.append(one.size_bytes)
            crc32s.append(one.crc32)
        # Copied: numpy takes a hundred times as long to search what lies in bytes.
        self._digests = np.frombuffer(digests, dtype="S32").copy()
        self._kinds = np.frombuffer(bytes(kinds), dtype=np.uint8)
        self._around = [*around]
        self._sizes = np.array(sizes, dtype=np.int64)
        self._crc32s = np.array(crc32s, dtype=np.uint32)
        self._layout = self.layout_with(())

    def __len__(self) -> int:
        return len(self._digests)

    @property
    def end(self) -> int:
        """Where the last picture ends; what lies behind it is no function of the pictures alone."""
        return self._layout.place_of(len(self) - 1)[1]

    def digest(self, member: int) -> bytes:
        """Return the sha256 of a picture by its place in the manifest."""
        # Not numpy's own bytes: they would lose zeros at the end.
        return self._digests[member : member + 1].tobytes()

    def find(self, picture: Picture) -> Placed:
        """Return where a picture of the manifest lies."""
        digest = np.frombuffer(bytes.fromhex(picture.image_id), dtype="S32")
        member = int(np.searchsorted(self._digests, digest)[0])
        return Placed(picture, *self._layout.place_of(member))

    def layout_with(self, others: Sequence[Member]) -> Layout:
        """Return the layout of the pictures with other files behind them."""

        def name(member: int) -> bytes:
            if member >= len(self):
                return others[member - len(self)].name
            before, behind = self._around[self._kinds[member]]
            return f"{before}{self.digest(member).hex()}{behind}".encode()

        lengths = np.array([len(before) + 64 + len(behind) for before, behind in self._around])
        return Layout(
            np.concatenate([self._sizes, _column(one.size_bytes for one in others)]),
            np.concatenate([self._crc32s, _column(one.crc32 for one in others)]),
            name=name,
            name_bytes=np.concatenate(
                [lengths[self._kinds], _column(len(one.name) for one in others)]
            ),
        )


def _column(values: Iterable[int]) -> npt.NDArray[np.int64]:
    return np.array([*values], dtype=np.int64)


def spans_of(
    wanted: Iterable[Picture], places: Places, *, most_bytes: int = SPAN_BYTES
) -> Iterator[list[Placed]]:
    """Yield runs of pictures, in the order given: each is to be asked for at once.

    A run ascends through the archive, in `_MOST_PIECES` pieces at most, and its pictures take at
    most `most_bytes`, but for a single one that is larger.
    """
    span: list[Placed] = []
    size = pieces = 0
    for placed in map(places.find, wanted):
        length = placed.end - placed.first
        is_next = bool(span) and _touch(span[-1], placed)
        is_full = size + length > most_bytes or (pieces == _MOST_PIECES and not is_next)
        if span and (is_full or placed.first < span[-1].end):
            yield span
            span, size, pieces, is_next = [], 0, 0, False
        span.append(placed)
        size += length
        pieces += 0 if is_next else 1
    if span:
        yield span


def pieces_of(span: Sequence[Placed]) -> list[tuple[int, int]]:
    """Return the pieces of the archive that hold a run, ascending; neighbours are in one."""
    pieces: list[tuple[int, int]] = []
    for before, placed in zip((None, *span), span, strict=False):
        if before and _touch(before, placed):
            pieces[-1] = (pieces[-1][0], placed.end)
        else:
            pieces.append((placed.first, placed.end))
    return pieces


def contents_of(span: Sequence[Placed], content: bytes) -> Iterator[bytes]:
    """Part the bytes of a run's pieces, one behind the other, into those of its pictures."""
    at = 0
    for before, placed in zip((None, *span), span, strict=False):
        if before and _touch(before, placed):
            at += placed.first - before.end
        end = at + placed.end - placed.first
        yield content[at:end]
        at = end


def _touch(one: Placed, other: Placed) -> bool:
    return 0 <= other.first - one.end <= _HEADER_BYTES
