"""Archives: a subset as one zip, any range of which can be read at once and at any time.

An archive is a function of the manifest alone. The pictures come first, by image_id: so the
manifest tells where each of them lies, whatever comes behind them; then the tables.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import numpy as np

from hub.config import Settings
from hub.errors import StorageError
from hub.lake.locating import Locator, shared_locator
from hub.lake.reading import Reader, Window, window_sizes
from hub.objects.local import Objects
from hub.rules.archives import Layout, Part
from hub.rules.locks import Lock
from hub.rules.manifests import EXTENSIONS
from hub.services.archive_plans import FORMATS, Plan, load_plan, plan_key

_CHUNK = 1 << 17
"""Larger ones leave the processor's cache between reading and sending: 1 MiB costs a fifth."""
_ENDINGS = tuple(f".{EXTENSIONS[name]}" for name in FORMATS)
_LONGEST_HEADER = 1 << 10
_OPEN_ARCHIVES = 4


def open_archive(settings: Settings, root: str, *, lock: Lock | None = None) -> "Archive":
    """Open the archive of a manifest that this hub has; threads may share it.

    `lock` is needed for manifests of format 1 alone. Raises LockError if there is no such
    manifest or it was changed.
    """
    plan, layout = _planned(settings.objects_root, root, lock)
    return Archive(
        root, plan, layout, Objects(settings.objects_root), shared_locator(settings.lake_root)
    )


# Kept between requests: a download that is resumed, or pulled in spans, asks for one many times.
@lru_cache(maxsize=_OPEN_ARCHIVES)
def _planned(objects_root: str, root: str, lock: Lock | None) -> tuple[Plan, Layout]:
    plan = load_plan(Objects(objects_root), root, lock=lock)
    return plan, _lay_out(plan)


def _lay_out(plan: Plan) -> Layout:
    pictures = plan.pictures
    names = [table.name.encode() for table in plan.tables]
    lengths = np.array([len(_picture_name(bytes(32), number)) for number in range(len(FORMATS))])

    def name(member: int) -> bytes:
        if member >= len(pictures):
            return names[member - len(pictures)]
        return _picture_name(pictures.digests[member : member + 1].tobytes(), plan.formats[member])

    return Layout(
        np.concatenate([pictures.sizes, [table.size_bytes for table in plan.tables]]),
        np.append(plan.crc32s, np.array([table.crc32 for table in plan.tables], dtype=np.uint32)),
        name=name,
        name_bytes=np.concatenate([lengths[plan.formats], [len(name) for name in names]]),
    )


def _picture_name(digest: bytes, format_number: int) -> bytes:
    return f"images/{digest.hex()}{_ENDINGS[format_number]}".encode()


class Archive:
    """The bytes of an archive, in constant memory."""

    def __init__(
        self, root: str, plan: Plan, layout: Layout, objects: Objects, locator: Locator
    ) -> None:
        self._root, self._plan, self._layout = root, plan, layout
        self._objects, self._locator = objects, locator

    @property
    def size_bytes(self) -> int:
        return self._layout.size_bytes

    @property
    def etag(self) -> str:
        """Names the bytes: equal for equal archives, on any hub. Without quotes."""
        return hashlib.sha256(repr((self._root, self._plan.tables)).encode()).hexdigest()[:32]

    def read(self, first: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from `first` up to `end`, in chunks of about 128 KiB.

        Raises PictureUnreadable in the middle, where a picture cannot be had: then nobody may take
        what was sent for the whole. Contents are not checked: the archive has their checksums.
        """
        end = self.size_bytes if end is None else min(end, self.size_bytes)
        return _in_chunks(self._pieces(first, end))

    def _pieces(self, first: int, end: int) -> Iterator[bytes | memoryview]:
        self._locator.renew()
        with Reader(self._locator) as reader:
            for some in _windows(self._layout.read(first, end)):
                yield from self._fill_in(reader, some)

    def _fill_in(
        self, reader: Reader, some: Sequence[bytes | Part]
    ) -> Iterator[bytes | memoryview]:
        """Yield pieces of the archive with the contents of their members."""
        count = len(self._plan.pictures)
        members = [one.member for one in some if isinstance(one, Part) and one.member < count]
        low, high = (members[0], members[-1] + 1) if members else (0, 0)
        window = Window(reader, self._plan.pictures.part(low, high))
        for one in some:
            if isinstance(one, bytes):
                yield one
                continue
            for start in range(one.first, one.end, _CHUNK):
                stop = min(one.end, start + _CHUNK)
                if one.member < count:
                    yield window.read(one.member - low, start, stop)
                else:
                    yield self._read_table(one.member - count, start, stop)

    def _read_table(self, number: int, first: int, end: int) -> bytes:
        table = self._plan.tables[number]
        path = self._objects.path(plan_key(self._root, table.name))
        try:
            with path.open("rb") as file:
                content = os.pread(file.fileno(), end - first, first)
        except FileNotFoundError:
            content = b""
        if len(content) != end - first:
            raise StorageError(
                f"{path} was changed or removed: remove {path.parent}, and it is made again."
            )
        return content


def _windows(pieces: Iterable[bytes | Part]) -> Iterator[list[bytes | Part]]:
    """Take together what is found together: members with their headers, never the directory."""
    sizes = window_sizes()
    some: list[bytes | Part] = []
    size = 2 * next(sizes)
    for piece in pieces:
        some.append(piece)
        if len(some) >= size or (isinstance(piece, bytes) and len(piece) > _LONGEST_HEADER):
            yield some
            some, size = [], 2 * next(sizes)
    if some:
        yield some


def _in_chunks(pieces: Iterable[bytes | memoryview]) -> Iterator[bytes]:
    """Put pieces together: what is sent in many small ones takes longer."""
    some: list[bytes | memoryview] = []
    size = 0
    for piece in pieces:
        some.append(piece)
        size += len(piece)
        if size >= _CHUNK:
            yield b"".join(some)
            some, size = [], 0
    if some:
        yield b"".join(some)
