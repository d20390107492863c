"""Still WebP by byte surgery: keep picture, alpha and profile (RFC 9649, section 2)."""

from collections.abc import Iterator

from hub.rules.exif import read_orientation
from hub.rules.reasons import Reason, Refused
from hub.rules.stripped import CHECK_BYTES, MAX_PIECES, Stripped, clean_profile, minimal_exif

_HAS_PROFILE, _HAS_ALPHA, _HAS_EXIF = 0x20, 0x10, 0x08
# Memory a pixel: libwebp's animation decoder, which Pillow uses, holds the canvas three times, and
# Pillow its own copy and its picture.
_PIXEL_BYTES = 19

_Chunk = tuple[bytes, bytes]


def strip_webp(content: bytes) -> Stripped:
    """Return the published form of a still WebP. Raises Refused if animated or broken."""
    chunks = list(_chunks(content))
    header = chunks[0][1] if chunks and chunks[0][0] == b"VP8X" else b""
    if any(name in (b"ANIM", b"ANMF") for name, _ in chunks):
        raise Refused(Reason.ANIMATED)
    picture = next((chunk for chunk in chunks if chunk[0] in (b"VP8 ", b"VP8L")), None)
    if picture is None:
        raise Refused(Reason.CORRUPT)
    width_px, height_px = _size(*picture)
    exif = _exif(chunks) if header else b""
    orientation = read_orientation(exif)
    kept = [picture]
    if header:
        if len(header) != 10 or header[4:] != _canvas(width_px, height_px):
            raise Refused(Reason.CORRUPT)
        kept = _extended(chunks, picture, orientation=orientation)
    body = b"WEBP" + b"".join(_chunk(name, data) for name, data in kept)
    return Stripped(
        format="webp",
        width_px=width_px,
        height_px=height_px,
        orientation=orientation,
        exif=exif,
        scans=1,
        decode_bytes=width_px * height_px * _PIXEL_BYTES + 3 * len(content) + CHECK_BYTES,
        content=b"RIFF" + len(body).to_bytes(4, "little") + body,
    )


def _chunks(content: bytes) -> Iterator[_Chunk]:
    riff_end = 8 + int.from_bytes(content[4:8], "little")
    if riff_end > len(content):
        raise Refused(Reason.TRUNCATED)
    at = 12
    for _ in range(MAX_PIECES):
        if at + 8 > riff_end:
            return
        end = at + 8 + int.from_bytes(content[at + 4 : at + 8], "little")
        if end > riff_end:
            raise Refused(Reason.TRUNCATED)
        yield content[at : at + 4], content[at + 8 : end]
        at = end + end % 2
    raise Refused(Reason.CORRUPT)


def _size(name: bytes, data: bytes) -> tuple[int, int]:
    """Read the sides from the picture's own header (RFC 6386, 9.1; RFC 9649, 3.4)."""
    if name == b"VP8 " and data[3:6] == b"\x9d\x01\x2a" and len(data) >= 10:
        sides = int.from_bytes(data[6:10], "little")
        return sides & 0x3FFF, sides >> 16 & 0x3FFF
    if name == b"VP8L" and data[:1] == b"\x2f" and len(data) >= 5:
        sides = int.from_bytes(data[1:5], "little")
        return (sides & 0x3FFF) + 1, (sides >> 14 & 0x3FFF) + 1
    raise Refused(Reason.CORRUPT)


def _exif(chunks: list[_Chunk]) -> bytes:
    exif = next((data for name, data in chunks if name == b"EXIF"), b"")
    # Some writers put JPEG's prefix before the block.
    return exif.removeprefix(b"Exif\x00\x00")


def _extended(chunks: list[_Chunk], picture: _Chunk, *, orientation: int) -> list[_Chunk]:
    """Return the chunks of an extended file in the standard's order, its flags set anew."""
    (_, header), position = chunks[0], chunks.index(picture)
    profiles = (clean_profile(data) for name, data in chunks if name == b"ICCP")
    profile = next(((b"ICCP", cleaned) for cleaned in profiles if cleaned), None)
    alpha = next((chunk for chunk in chunks[:position] if chunk[0] == b"ALPH"), None)
    exif = (b"EXIF", minimal_exif(orientation)) if orientation != 1 else None
    flags = header[0] & _HAS_ALPHA
    flags |= _HAS_PROFILE if profile else 0
    flags |= _HAS_EXIF if exif else 0
    parts = (profile, alpha, picture, exif)
    return [(b"VP8X", bytes([flags, 0, 0, 0]) + header[4:]), *(part for part in parts if part)]


def _canvas(width_px: int, height_px: int) -> bytes:
    return (width_px - 1).to_bytes(3, "little") + (height_px - 1).to_bytes(3, "little")


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + len(data).to_bytes(4, "little") + data + bytes(len(data) % 2)
