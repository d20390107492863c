"""Finds what of an archive's file is not as it must be, by the manifest and by the zip itself."""

import hashlib
import os
import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO, TypeAlias

from hub.client.places import Member, Places
from hub.rules.archives import Part

Span: TypeAlias = tuple[int, int]

# APPNOTE.TXT 6.3.10, section 4.3.7: signature, crc32, size, length of the name.
_LOCAL = struct.Struct("<4s10xI4xIH2x")
_MOST_TABLES = 64
_AT_ONCE = 1 << 20


def bad_spans(file: BinaryIO, places: Places, size: int) -> Iterator[Span]:
    """Yield the spans of the file that differ from the archive: headers, pictures, tables, all.

    What lies behind the pictures is one span. Two that touch come as one.
    """
    waiting: Span | None = None
    for first, end in _bad_pieces(file, places, size):
        if waiting and waiting[1] == first:
            waiting = (waiting[0], end)
            continue
        if waiting:
            yield waiting
        waiting = (first, end)
    if waiting:
        yield waiting


def _bad_pieces(file: BinaryIO, places: Places, size: int) -> Iterator[Span]:
    layout = places.layout_with(())
    at = 0
    for piece in layout.read(0, places.end):
        end = at + (len(piece) if isinstance(piece, bytes) else piece.end - piece.first)
        if not _is_sound(file, piece, places, span=(at, end)):
            yield at, end
        at = end
    if not _is_tail_sound(file, places, size):
        yield places.end, size


def _is_sound(file: BinaryIO, piece: bytes | Part, places: Places, *, span: Span) -> bool:
    if isinstance(piece, bytes):
        return _read(file, *span) == piece
    digest = hashlib.sha256()
    for chunk in _chunks(file, *span):
        digest.update(chunk)
    return digest.digest() == places.digest(piece.member)


def _is_tail_sound(file: BinaryIO, places: Places, size: int) -> bool:
    tables = _read_members(file, places.end)
    layout = places.layout_with(tables)
    if not tables or layout.size_bytes != size:
        return False
    at = places.end
    for piece in layout.read(places.end, size):
        if isinstance(piece, bytes):
            end = at + len(piece)
            if _read(file, at, end) != piece:
                return False
        else:
            end = at + piece.end - piece.first
            crc32 = 0
            for chunk in _chunks(file, at, end):
                crc32 = zlib.crc32(chunk, crc32)
            if crc32 != tables[piece.member - len(places)].crc32:
                return False
        at = end
    return at == os.fstat(file.fileno()).st_size


def _read_members(file: BinaryIO, at: int) -> list[Member]:
    """Return what headers lie behind each other from there on."""
    tables: list[Member] = []
    while len(tables) < _MOST_TABLES:
        header = _read(file, at, at + _LOCAL.size)
        if len(header) < _LOCAL.size or not header.startswith(b"PK\x03\x04"):
            break
        _, crc32, size, length = _LOCAL.unpack(header)
        name = _read(file, at + _LOCAL.size, at + _LOCAL.size + length)
        tables.append(Member(name, size, crc32))
        at += _LOCAL.size + length + size
    return tables


def _chunks(file: BinaryIO, first: int, end: int) -> Iterator[bytes]:
    for start in range(first, end, _AT_ONCE):
        yield _read(file, start, min(end, start + _AT_ONCE))


def _read(file: BinaryIO, first: int, end: int) -> bytes:
    return os.pread(file.fileno(), end - first, first)
