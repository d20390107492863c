"""Which tables of a JPEG take part in decoding it (ITU-T T.81, B.2.4); others can hide anything."""

from collections.abc import Iterator, Sequence

_DHT, _SOS, _DQT, _DAC, _DRI = 0xC4, 0xDA, 0xDB, 0xCC, 0xDD
_PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_ARITHMETIC = frozenset({0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})

_Key = tuple[int, int, int]
"""Marker, class and number of a table; the class of a quantisation table is 0."""


def keep_used(frame: bytes, segments: Sequence[tuple[int, bytes]]) -> list[bytes | None]:
    """Return each segment's body without the tables that no scan reads; None if none is left.

    `frame` is the body of the start of frame, `segments` are markers and bodies. A scan reads the
    last table of a number that comes before it. Bodies that are no tables stay, and so do broken
    ones, which are the decoder's to judge.
    """
    markers = {marker for marker, _ in segments}
    is_progressive, is_arithmetic = markers & _PROGRESSIVE, markers & _ARITHMETIC
    # From the end on: which tables a later scan reads, and did not yet meet.
    read: set[_Key] = set()
    is_before_scan = False
    kept: list[bytes | None] = []
    for marker, body in reversed(segments):
        left: bytes | None = body
        if marker == _SOS:
            is_before_scan = True
            read |= {(_DQT, 0, number) for number in frame[8::3]}
            read.update(_huffman_tables(body, is_progressive=bool(is_progressive)))
        elif marker == _DAC and not is_arithmetic:
            left = None
        elif marker in (_DHT, _DQT):
            left = _left(marker, body, read)
        if marker in (_DHT, _DQT, _DAC, _DRI) and not is_before_scan:
            left = None
        kept.append(left)
    return kept[::-1]


def _huffman_tables(scan: bytes, *, is_progressive: bool) -> Iterator[_Key]:
    """Yield what a scan reads: DC and AC tables, a progressive one either, by its first index."""
    count = scan[0] if scan else 0
    first = scan[1 + 2 * count : 2 + 2 * count]
    for numbers in scan[2 : 1 + 2 * count : 2]:
        if not is_progressive or first == b"\x00":
            yield _DHT, 0, numbers >> 4
        if not is_progressive or first != b"\x00":
            yield _DHT, 1, numbers & 15


def _left(marker: int, body: bytes, read: set[_Key]) -> bytes | None:
    """Return what stays of a segment of tables, and strike it from what is to be read."""
    tables = _tables(marker, body)
    if tables is None:
        return body
    left = []
    for key, table in reversed(tables):
        if key in read:
            read.remove(key)
            left.append(table)
    return b"".join(reversed(left)) or None


def _tables(marker: int, body: bytes) -> list[tuple[_Key, bytes]] | None:
    """Return the tables of a segment; None if it is broken."""
    tables, at = [], 0
    while at < len(body):
        kind, number = body[at] >> 4, body[at] & 15
        size = 64 * (1 + kind) if marker == _DQT else 16 + sum(body[at + 1 : at + 17])
        end = at + 1 + size
        if kind > 1 or end > len(body):
            return None
        key = (marker, 0 if marker == _DQT else kind, number)
        tables.append((key, body[at:end]))
        at = end
    return tables
