"""PNG by byte surgery: keep the chunks that decide on pixels and colours (PNG, third edition)."""

import zlib
from collections.abc import Iterator

from hub.rules.exif import read_orientation
from hub.rules.reasons import Reason, Refused
from hub.rules.stripped import CHECK_BYTES, MAX_PIECES, Stripped, clean_profile, minimal_exif

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CRITICAL = frozenset({b"IHDR", b"PLTE", b"IDAT"})
# Colour and transparency, with the most bytes each may have.
_COLOUR = {b"tRNS": 256, b"gAMA": 4, b"cHRM": 32, b"sRGB": 1, b"sBIT": 4, b"cICP": 4}
_IS_ANCILLARY = 0x20
_MOST_INFLATED = 1024**2 + 1
_PIECE_BYTES = 64 * 1024
# The rows of 100 million pixels of 16 bits fit. Of more, which the hub's usual limits refuse by
# the header, nothing is inflated: a bomb would cost seconds.
_MOST_ROW_BYTES = 1024**3
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_WITH_ALPHA = frozenset({4, 6})
# Memory a pixel: 4 as decoded, 4 more as RGB, 4 turned, and what alpha or 16 bits take on the way.
_PLAIN_BYTES, _TURNED_BYTES, _ODD_BYTES = 6, 10, 14
# Adam7: first column, first row, and the steps to the next ones, of each pass.
_PASSES = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)


def strip_png(content: bytes) -> Stripped:
    """Return the published form of a PNG; of an animated one, its still default image.

    Raises Refused if the structure is broken, any chunk fails its checksum, or the compressed data
    are broken or hold more than the picture's rows.
    """
    chunks = list(_chunks(content))
    if not chunks or chunks[0][0] != b"IHDR" or len(chunks[0][1]) != 13:
        raise Refused(Reason.CORRUPT)
    header = chunks[0][1]
    row_bytes = _count_row_bytes(header)
    if row_bytes <= _MOST_ROW_BYTES:
        chunks = list(_without_tail(chunks, row_bytes=row_bytes))
    exif = next((data for name, data in chunks if name == b"eXIf"), b"")
    orientation = read_orientation(exif)
    width_px, height_px = int.from_bytes(header[:4]), int.from_bytes(header[4:8])
    names = {name for name, _ in chunks}
    pixel_bytes = _PLAIN_BYTES if orientation == 1 else _TURNED_BYTES
    if header[9] in _WITH_ALPHA or header[8] == 16 or b"tRNS" in names:
        pixel_bytes = _ODD_BYTES
    return Stripped(
        format="png",
        width_px=width_px,
        height_px=height_px,
        orientation=orientation,
        exif=exif,
        scans=1,
        decode_bytes=width_px * height_px * pixel_bytes + 3 * len(content) + CHECK_BYTES,
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


def _count_row_bytes(header: bytes) -> int:
    """Return how many bytes the rows take that the data of such a picture inflate to."""
    width_px, height_px = int.from_bytes(header[:4]), int.from_bytes(header[4:8])
    depth, colour, is_interlaced = header[8], header[9], header[12]
    if colour not in _CHANNELS:
        raise Refused(Reason.CORRUPT)
    total = 0
    for left, top, across, down in _PASSES if is_interlaced else ((0, 0, 1, 1),):
        columns = max(0, -((left - width_px) // across))
        rows = max(0, -((top - height_px) // down))
        # Each row begins with the number of its filter.
        total += rows * (1 + (columns * depth * _CHANNELS[colour] + 7) // 8) if columns else 0
    return total


def _without_tail(
    chunks: list[tuple[bytes, bytes]], *, row_bytes: int
) -> Iterator[tuple[bytes, bytes]]:
    """Yield the chunks without what the IDAT ones hold behind the end of their zlib stream.

    A stream that does not end stays, and is the decoder's to judge.
    """
    inflater = zlib.decompressobj()
    for name, data in chunks:
        if name != b"IDAT":
            yield name, data
        elif not inflater.eof:
            used = 0
            while used < len(data) and not inflater.eof:
                piece = data[used : used + _PIECE_BYTES]
                row_bytes -= _inflate(inflater, piece, most=row_bytes)
                used += len(piece) - len(inflater.unused_data)
            yield name, data[:used]


def _inflate(inflater: "zlib._Decompress", piece: bytes, *, most: int) -> int:
    """Return how many bytes the piece inflates to, holding few of them at once."""
    total = 0
    while piece and not inflater.eof:
        try:
            total += len(inflater.decompress(piece, _MOST_INFLATED))
        except zlib.error as error:
            raise Refused(Reason.CORRUPT) from error
        if total > most:
            raise Refused(Reason.CORRUPT)
        piece = inflater.unconsumed_tail
    return total


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
