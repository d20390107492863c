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
_GAP_BYTES = 64 << 10
"""What lies between two pictures and is not wanted costs less than another request."""


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
    """The part of an archive that holds the pictures. Memory: 70 bytes a picture."""

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
        self._digests = np.frombuffer(bytes(digests), dtype="S32")
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
    """Yield runs of pictures that lie near each other, in the order given.

    A run takes at most `most_bytes`, but for a single picture that is larger.
    """
    span: list[Placed] = []
    for placed in map(places.find, wanted):
        if span and not (
            span[-1].end <= placed.first <= span[-1].end + _GAP_BYTES
            and placed.end - span[0].first <= most_bytes
        ):
            yield span
            span = []
        span.append(placed)
    if span:
        yield span
