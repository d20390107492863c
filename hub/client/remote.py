"""A subset of a hub that is asked over HTTP, as downloads read it."""

import hashlib
import io
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from tempfile import TemporaryFile
from typing import BinaryIO

from hub.client.parts import Span
from hub.client.places import Placed, Places, contents_of, pieces_of, spans_of
from hub.client.web import CONNECTIONS, Web
from hub.errors import NotWhole, PictureUnreadable
from hub.exports.source import Source, check_manifest
from hub.rules.locks import Lock
from hub.rules.manifests import Picture, read_manifest
from hub.threads import side_by_side

_ATTEMPTS = 2
"""How often one picture is asked for that came damaged with its neighbours."""


class RemoteSource:
    """The manifest of a lock, kept in a file without a name, and the pictures in its archive."""

    def __init__(self, web: Web, lock: Lock) -> None:
        """Fetch the manifest and check it. Raises LockError if it is not the lock's, and as
        `Web.read` does.
        """
        self._web, self.lock = web, lock
        self._manifest = _fetch(web, f"/subsets/{lock.root}/manifest")
        self._arrived: dict[str, bytes] = {}
        with self._lines() as lines:
            check_manifest(lock, lines)

    @property
    def archive(self) -> str:
        return f"/subsets/{self.lock.root}/archive.zip"

    @cached_property
    def places(self) -> Places:
        """Where each picture lies in the archive."""
        return Places(self.pictures())

    def source(self) -> Source:
        return Source(self.lock, self.pictures, self.contents)

    def pictures(self) -> Iterator[Picture]:
        """Yield the manifest, as often as it is asked for."""
        with self._lines() as lines:
            yield from read_manifest(lines, root=self.lock.root)

    def contents(self, pictures: Iterable[Picture]) -> Iterator[tuple[Picture, bytes]]:
        """Yield pictures with their bytes, in the order given, checked by sha256.

        Memory: some 20 spans, over `CONNECTIONS` connections. Raises PictureUnreadable at the
        first that cannot be had, and HubUnreachable; spans that came by then are kept for the
        next call, which asks for what is behind that picture.
        """
        is_kept = False
        try:
            for span in side_by_side(
                self._fetch, spans_of(pictures, self.places), workers=CONNECTIONS
            ):
                for picture, content in span:
                    self._arrived.pop(picture.image_id, None)
                    if isinstance(content, str):
                        is_kept = True
                        raise _unreadable(picture, content)
                    yield picture, content
        finally:
            if not is_kept:
                self._arrived.clear()

    def _fetch(self, span: list[Placed]) -> list[tuple[Picture, bytes | str]]:
        """Return each picture's bytes, or what is wrong with them."""
        kept = [self._arrived.get(one.picture.image_id) for one in span]
        some = kept if None not in kept else self._span(span)
        fetched: list[tuple[Picture, bytes | str]] = []
        for placed, content in zip(span, some, strict=True):
            found = content if content is not None else self._again(placed)
            if isinstance(found, bytes):
                self._arrived[placed.picture.image_id] = found
            fetched.append((placed.picture, found))
        return fetched

    def _span(self, span: list[Placed]) -> list[bytes | None]:
        """Ask for a span at once; None for what of it is not sound, or did not come."""
        try:
            content = self._read(pieces_of(span))
        except NotWhole:
            return [None] * len(span)
        return [
            None if _fault(one.picture, piece) else piece
            for one, piece in zip(span, contents_of(span, content), strict=True)
        ]

    def _again(self, placed: Placed) -> bytes | str:
        """Ask for a picture alone; return its bytes or what is wrong with them."""
        fault = ""
        for _ in range(_ATTEMPTS):
            try:
                content = self._read([(placed.first, placed.end)])
            except NotWhole:
                return "is not sent by the hub"
            fault = _fault(placed.picture, content) or ""
            if not fault:
                return content
        return f"does not come as it was published: it {fault}"

    def _read(self, pieces: list[Span]) -> bytes:
        return b"".join(self._web.read(self.archive, pieces))

    @contextmanager
    def _lines(self) -> Iterator[BinaryIO]:
        with io.BufferedReader(_View(self._manifest.fileno())) as lines:
            yield lines


def _unreadable(picture: Picture, fault: str) -> PictureUnreadable:
    return PictureUnreadable(
        f"Picture {picture.image_id} {fault}. Run the same again, and ask the hub's ops for"
        " `hub verify` if it stays so.",
        fault=fault,
    )


def _fault(picture: Picture, content: bytes) -> str | None:
    if len(content) != picture.size_bytes:
        return f"has {len(content)} bytes instead of {picture.size_bytes}"
    # Its crc32 as well would say nothing more, and take as long again.
    if hashlib.sha256(content).hexdigest() != picture.image_id:
        return "has bytes of another sha256"
    return None


def _fetch(web: Web, path: str) -> BinaryIO:
    # Open as long as the subset is; the system removes it, however the process ends.
    file = TemporaryFile()  # noqa: SIM115
    size, tag = web.size_of(path)
    for chunk in web.read(path, [(0, size)], tag=tag):
        file.write(chunk)
    file.flush()
    return file


class _View(io.RawIOBase):
    """A file read from its beginning, whatever others that share it have read."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor, self._at = descriptor, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to an offset from the beginning."""
        assert whence == os.SEEK_SET
        self._at = offset
        return offset

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer as far as there is something."""
        size = os.preadv(self._descriptor, [buffer], self._at)
        self._at += size
        return size
