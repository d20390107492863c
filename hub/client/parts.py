"""Reads the answer to a request for ranges. (Source: RFC 9110, sections 14.4 and 14.6.)"""

import io
import re
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from urllib3 import BaseHTTPResponse, HTTPResponse

Span: TypeAlias = tuple[int, int]
"""First byte, and the one behind the last."""

_CHUNK = 1 << 20
_MOST_HEAD = 1 << 14
_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/\d{1,18}")
_SEVERAL = "multipart/byteranges"


class WrongParts(Exception):
    """The answer has other ranges than were asked for."""


def parts_of(response: BaseHTTPResponse, pieces: Sequence[Span]) -> Iterator[bytes]:
    """Yield the bytes of the pieces, which are the only ones that were asked for.

    Raises WrongParts, and urllib3's HTTPError where the answer is cut off.
    """
    if not response.headers.get("Content-Type", "").lower().startswith(_SEVERAL):
        if len(pieces) != 1 or _span(response.headers.get("Content-Range", "")) != pieces[0]:
            raise WrongParts
        return _of_length(response, pieces[0][1] - pieces[0][0])
    assert isinstance(response, HTTPResponse)
    # Else it is a closed file at its end.
    response.auto_close = False
    return _several(io.BufferedReader(response, _CHUNK), pieces)


def _of_length(response: BaseHTTPResponse, length: int) -> Iterator[bytes]:
    for chunk in response.stream(_CHUNK):
        yield chunk[:length]
        length -= len(chunk)
        if length <= 0:
            return


def _several(body: io.BufferedReader, pieces: Sequence[Span]) -> Iterator[bytes]:
    for first, end in pieces:
        if _read_head(body) != (first, end):
            raise WrongParts
        while first < end and (chunk := body.read(min(_CHUNK, end - first))):
            first += len(chunk)
            yield chunk
    # To the end, so that the connection can be used again.
    body.read(_MOST_HEAD)


def _read_head(body: io.BufferedReader) -> Span | None:
    """Read on to where a part's bytes begin; return where they lie."""
    found = None
    for _ in range(_MOST_HEAD):
        line = body.readline(_MOST_HEAD)
        name, _, value = line.decode("latin-1").partition(":")
        if name.lower() == "content-range":
            found = _span(value.strip())
        if not line or (found and not line.strip()):
            return found
    return None


def _span(said: str) -> Span | None:
    match = _RANGE.fullmatch(said)
    return (int(match[1]), int(match[2]) + 1) if match else None
