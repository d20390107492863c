"""PNG by byte surgery: keep the chunks that decide on pixels and colours (PNG, third edition)."""

import zlib
from collections.abc import Iterator

from hub.rules.exif import read_orientation
from hub.rules.reasons import Reason, Refused
from hub.rules.stripped import MAX_PIECES, Stripped, clean_profile, minimal_exif

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CRITICAL = frozenset({b"IHDR", b"PLTE", b"IDAT"})
# Colour and transparency, with the most bytes each may have.
_COLOUR = {b"tRNS": 256, b"gAMA": 4, b"cHRM": 32, b"sRGB": 1, b"sBIT": 4, b"cICP": 4}
_IS_ANCILLARY = 0x20
_MOST_INFLATED = 1024**2 + 1


def strip_png(content: bytes) -> Stripped:
    """Return the published form of a PNG; of an animated one, its still default image.

    Raises Refused if the structure is broken or any chunk fails its checksum.
    """
    chunks = list(_chunks(content))
    if not chunks or chunks[0][0] != b"IHDR" or len(chunks[0][1]) != 13:
        raise Refused(Reason.CORRUPT)
    header = chunks[0][1]
    exif = next((data for name, data in chunks if name == b"eXIf"), b"")
    orientation = read_orientation(exif)
    return Stripped(
        format="png",
        width_px=int.from_bytes(header[:4]),
        height_px=int.from_bytes(header[4:8]),
        orientation=orientation,
        exif=exif,
        scans=1,
        content=SIGNATURE + b"".join(_kept(chunks, orientation=orientation)),
    )


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    for _ in range(MAX_PIECES):
        start, end = at + 8, at + 8 + int.from_bytes(content[at : at + 4])
        if end + 4 > len(content):
            raise Refused(Reason.TRUNCATED)
        if zlib.crc32(content[at + 4 : end]) != int.from_bytes(content[end : end + 4]):
            raise Refused(Reason.CORRUPT)
        name = content[at + 4 : start]
        if name == b"IEND":
            return
        yield name, content[start:end]
        at = end + 4
    raise Refused(Reason.CORRUPT)


def _kept(chunks: list[tuple[bytes, bytes]], *, orientation: int) -> Iterator[bytes]:
    for position, (name, data) in enumerate(chunks):
        if name in _CRITICAL or len(data) <= _COLOUR.get(name, -1):
            yield _chunk(name, data)
        elif name == b"iCCP":
            yield from _profile_chunk(data)
        elif not name[0] & _IS_ANCILLARY:
            # A critical chunk that the standard does not know: the picture needs a special reader.
            raise Refused(Reason.CORRUPT)
        if position == 0 and orientation != 1:
            yield _chunk(b"eXIf", minimal_exif(orientation))
    yield _chunk(b"IEND", b"")


def _profile_chunk(data: bytes) -> Iterator[bytes]:
    """Yield the ICC profile under a plain name, unless it is a bomb or no profile at all.

    Its compressed form stays, so long as nothing had to be taken out of it.
    """
    _, _, packed = data.partition(b"\x00")
    inflater = zlib.decompressobj()
    try:
        profile = inflater.decompress(packed[1:], _MOST_INFLATED)
    except zlib.error:
        return
    cleaned = clean_profile(profile) if inflater.eof else b""
    if cleaned:
        stream = packed[: len(packed) - len(inflater.unused_data)]
        stream = stream if cleaned == profile else b"\x00" + zlib.compress(cleaned)
        yield _chunk(b"iCCP", b"icc\x00" + stream)


def _chunk(name: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4) + name + data + zlib.crc32(data, zlib.crc32(name)).to_bytes(4)
