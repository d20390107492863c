"""A folder as one zip, stored, that is the same bytes for the same files."""

import zlib
from collections.abc import Iterator
from os import scandir
from pathlib import Path
from typing import BinaryIO

import numpy as np

from hub.errors import ExportError
from hub.rules.archives import Layout

_CHUNK = 1 << 17


def zip_folder(folder: Path) -> Iterator[bytes]:
    """Yield a zip of all files of a folder, stored, by name: equal for equal files.

    Raises ExportError for a file of 4 GiB and more.
    """
    files = _Files(folder)
    try:
        layout = files.lay_out()
    except ValueError as error:
        raise ExportError(
            "A file of this export has 4 GiB or more, which the zip does not take: use"
            " `hub export`."
        ) from error
    for piece in layout.read(0, layout.size_bytes):
        if isinstance(piece, bytes):
            yield piece
        else:
            yield from read_span(files.path(piece.member).open("rb"), piece.first, piece.end)


class _Files:
    """The files below a folder: their names in one piece of memory, their sizes and checksums."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names = bytearray()
        ends, sizes, crc32s = [0], [], []
        for path in _walk(folder):
            self._names += str(path.relative_to(folder)).encode()
            ends.append(len(self._names))
            crc32s.append(_crc32(path))
            sizes.append(path.stat().st_size)
        self._ends = np.array(ends, dtype=np.int64)
        self._sizes = np.array(sizes, dtype=np.int64)
        self._crc32s = np.array(crc32s, dtype=np.uint32)

    def lay_out(self) -> Layout:
        return Layout(self._sizes, self._crc32s, name=self.name, name_bytes=np.diff(self._ends))

    def name(self, number: int) -> bytes:
        return bytes(self._names[self._ends[number] : self._ends[number + 1]])

    def path(self, number: int) -> Path:
        return self._folder / self.name(number).decode()


def _walk(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder, those of each folder by name."""
    with scandir(folder) as found:
        names = sorted((one.name, one.is_dir()) for one in found)
    for name, is_folder in names:
        if is_folder:
            yield from _walk(folder / name)
        else:
            yield folder / name


def _crc32(path: Path) -> int:
    value = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            value = zlib.crc32(chunk, value)
    return value


def read_span(file: BinaryIO, first: int, end: int) -> Iterator[bytes]:
    """Yield the bytes from `first` up to `end`, and close the file."""
    with file:
        file.seek(first)
        while first < end and (chunk := file.read(min(_CHUNK, end - first))):
            first += len(chunk)
            yield chunk
