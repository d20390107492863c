"""Reads pictures one after the other in the order that is asked for, by range reads."""

import os
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from itertools import islice
from types import TracebackType
from typing import TypeVar

from hub.errors import PictureUnreadable
from hub.lake.locating import (
    UNREADABLE,
    Asked,
    Locator,
    Place,
    Published,
    ask,
    image_id_of,
    why_unreadable,
)
from hub.lake.pictures import read_row_groups
from hub.lake.ranges import WrongRange, read_piece
from hub.rules.soundness import fault_of

Kept = TypeVar("Kept", bound=Published)

_OPEN_FILES = 64
_HELD_BYTES = 32 * 1024**2
"""Of pictures that do not lie in one piece, read together with their neighbours."""
_FIRST_WINDOW, _WINDOW, _GROWTH = 16, 2048, 4


class Reader:
    """Keeps the files open that it reads from; for one thread."""

    def __init__(self, locator: Locator) -> None:
        self.locator = locator
        self._files: OrderedDict[str, int] = OrderedDict()

    def __enter__(self) -> "Reader":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        while self._files:
            os.close(self._files.popitem()[1])

    def read(self, place: Place, first: int, end: int) -> memoryview:
        """Read a piece of a picture that lies in one.

        Raises FileNotFoundError if its file is gone, WrongRange if the picture is not there.
        """
        assert place.range is not None
        return read_piece(self._file(place.path), place.range, first, end)

    def _file(self, path: str) -> int:
        file = self._files.get(path)
        if file is None:
            if len(self._files) == _OPEN_FILES:
                os.close(self._files.popitem(last=False)[1])
            file = self._files[path] = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self._files.move_to_end(path)
        return file


class Window:
    """Some hundred pictures that are found together, and then read one by one.

    What has moved meanwhile, as by a compaction and a vacuum, is looked for once more.
    """

    def __init__(self, reader: Reader, asked: Asked) -> None:
        self._reader, self._asked = reader, asked
        self._places: list[Place | str] = []
        self._held: dict[int, bytes] = {}

    def read(self, number: int, first: int, end: int) -> memoryview:
        """Return bytes of the picture of that number from `first` up to `end`, unchecked.

        Raises PictureUnreadable if it cannot be had, or has another size than was asked for.
        """
        found = self._read(number, first, end)
        if isinstance(found, str):
            self._reader.locator.look_again(self._asked.part(number, number + 1))
            self._places = []
            found = self._read(number, first, end)
        if isinstance(found, str):
            raise _unavailable(image_id_of(self._asked.digests, number), found)
        return found

    def _read(self, number: int, first: int, end: int) -> memoryview | str:
        """Return the bytes, or why they could not be read at the place that is known."""
        if not self._places:
            self._places += [""] * number
            self._places += self._reader.locator.find(self._asked.part(number, len(self._asked)))
        place, wanted = self._places[number], int(self._asked.sizes[number])
        if isinstance(place, str):
            return place
        try:
            content = None if place.range else self._gathered(number, place.path)
            size = place.range.length if place.range else len(content or b"")
            if size != wanted:
                return f"is damaged in the lake: it has {size} bytes instead of {wanted}"
            if content is not None:
                return memoryview(content)[first:end]
            return self._reader.read(place, first, end)
        except WrongRange:
            return f"does not lie in {place.path} where its index has it: one of them is damaged"
        except UNREADABLE as error:
            return f"is in {place.path}, which {why_unreadable(error)}"

    def _gathered(self, number: int, path: str) -> bytes:
        """Return a picture that does not lie in one piece, read with some that come after it."""
        if number not in self._held:
            self._held = {later: one for later, one in self._held.items() if later > number}
            wanted = self._neighbours(number, path)
            for image_id, content in read_row_groups(path, wanted.keys()):
                self._held[wanted[image_id]] = content
        return self._held[number]

    def _neighbours(self, number: int, path: str) -> dict[str, int]:
        """Return that picture and those of the same file that come soon after it."""
        found: dict[str, int] = {}
        size = 0
        for later in range(number, len(self._asked)):
            place = self._places[later]
            if isinstance(place, Place) and place.range is None:
                size += int(self._asked.sizes[later])
                if found and size > _HELD_BYTES:
                    break
                if place.path == path:
                    found.setdefault(image_id_of(self._asked.digests, later), later)
        return found


def _unavailable(image_id: str, fault: str) -> PictureUnreadable:
    return PictureUnreadable(
        f"Picture {image_id} {fault}. Run `hub verify` to see what else differs, and the same"
        " command again once it is mended.",
        fault=fault,
    )


def window_sizes() -> Iterator[int]:
    """Yield how many pictures to find at a time: few for the first bytes, more as it goes on."""
    size = _FIRST_WINDOW
    while True:
        yield size
        size = min(_WINDOW, size * _GROWTH)


def read_in_order(locator: Locator, pictures: Iterable[Kept]) -> Iterator[tuple[Kept, bytes]]:
    """Yield pictures with their bytes in the order given, checked by size, crc32 and sha256.

    Constant memory. Raises PictureUnreadable at the first that cannot be had.
    """
    locator.renew()
    waiting, sizes = iter(pictures), window_sizes()
    with Reader(locator) as reader:
        while some := list(islice(waiting, next(sizes))):
            window = Window(reader, ask(some))
            for number, one in enumerate(some):
                content = bytes(window.read(number, 0, one.size_bytes))
                fault = fault_of(
                    content,
                    image_id=one.image_id,
                    size_bytes=one.size_bytes,
                    crc32=one.crc32,
                )
                if fault:
                    raise _unavailable(one.image_id, f"is damaged in the lake: it {fault}")
                yield one, content
