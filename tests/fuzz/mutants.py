"""Mutants of picture files, each made again from its number and the run's seed."""

import random
import re
import struct

_JPEG_MARKER = re.compile(rb"\xff[\xc0-\xfe]")
_PNG_CHUNK = re.compile(rb"IHDR|PLTE|IDAT|tRNS|iCCP|eXIf|IEND")
_WEBP_CHUNK = re.compile(rb"VP8[ LX]|ALPH|ICCP|EXIF|RIFF")
_TELLING = (0, 1, 0x7F, 0x80, 0xFE, 0xFF, 0xD8, 0xD9, 0xDA)
_LENGTHS = (0, 1, 2, 3, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0xFFFFFFFF)
_MOST_CHANGES = 3


def mutant(number, *, seed, seeds):
    """Return the bytes of a mutant. The same arguments give the same bytes."""
    rng = random.Random(f"{seed}/{number}")
    content = bytearray(rng.choice(seeds))
    for _ in range(rng.randint(1, _MOST_CHANGES)):
        if content:
            content = rng.choice(CHANGES)(content, rng, seeds)
    return bytes(content)


def flip(content, rng, seeds):
    for _ in range(rng.choice((1, 1, 2, 8, 64))):
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    return content


def overwrite(content, rng, seeds):
    for _ in range(rng.choice((1, 4, 16))):
        content[rng.randrange(len(content))] = rng.choice(_TELLING)
    return content


def cut_end(content, rng, seeds):
    return content[: rng.randrange(len(content))]


def cut_out(content, rng, seeds):
    start = rng.randrange(len(content))
    del content[start : start + rng.choice((1, 2, 16, 256, 4096))]
    return content


def insert(content, rng, seeds):
    start = rng.randrange(len(content) + 1)
    content[start:start] = rng.randbytes(rng.choice((1, 2, 16, 256, 4096)))
    return content


def repeat(content, rng, seeds):
    start = rng.randrange(len(content))
    piece = content[start : start + rng.choice((4, 64, 1024))]
    content[start:start] = piece * rng.choice((1, 2, 50))
    return content


def edit_length(content, rng, seeds):
    """Change a length field of a segment or chunk."""
    places = _places(content)
    if places:
        at, size, order = rng.choice(places)
        if at + size <= len(content):
            length = rng.choice((*_LENGTHS, rng.randrange(2**16))) % 256**size
            content[at : at + size] = length.to_bytes(size, order)
    return content


def shuffle(content, rng, seeds):
    """Put segments or chunks, cut at their beginnings, into another order."""
    starts = sorted({at for at, _, _ in _places(content)})
    if len(starts) > 2:
        pieces = [content[a:b] for a, b in zip(starts, [*starts[1:], len(content)], strict=True)]
        first = rng.randrange(len(pieces) - 1)
        some = pieces[first : first + 6]
        rng.shuffle(some)
        pieces[first : first + 6] = some
        content = content[: starts[0]] + b"".join(pieces)
    return content


def splice(content, rng, seeds):
    other = rng.choice(seeds)
    return content[: rng.randrange(len(content))] + other[rng.randrange(len(other)) :]


def edit_size(content, rng, seeds):
    """Change the sides that the header claims."""
    sides = [rng.choice((0, 1, 7, 300, 4097, 16383, 20000, 65535)) for _ in range(2)]
    frame = re.search(rb"\xff[\xc0-\xc2]..\x08", content, re.DOTALL)
    at = content.find(b"IHDR")
    if content[:2] == b"\xff\xd8" and frame:
        struct.pack_into(">HH", content, min(frame.end(), len(content) - 4), *sides)
    elif 0 < at <= len(content) - 12:
        struct.pack_into(">II", content, at + 4, *sides)
    elif content[12:16] == b"VP8 " and len(content) > 30:
        struct.pack_into("<HH", content, 26, *(side & 0x3FFF for side in sides))
    elif content[12:16] == b"VP8L" and len(content) > 25:
        content[21:25] = rng.randbytes(4)
    return content


CHANGES = (
    flip,
    overwrite,
    cut_end,
    cut_out,
    insert,
    repeat,
    edit_length,
    shuffle,
    splice,
    edit_size,
)


def _places(content):
    """Return (offset, bytes, byte order) of the length fields that the file seems to have."""
    if content[:2] == b"\xff\xd8":
        return [(found.end(), 2, "big") for found in _JPEG_MARKER.finditer(content)]
    if content[:4] == b"RIFF":
        return [(found.end(), 4, "little") for found in _WEBP_CHUNK.finditer(content)]
    return [(found.start() - 4, 4, "big") for found in _PNG_CHUNK.finditer(content, 4)]
