"""Answers with bytes: whole, or the spans asked for. (Source: RFC 9110, sections 13 and 14.)"""

import secrets
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from time import monotonic
from typing import Protocol, TypeAlias

from flask import Request, Response

from dashboard.problems import problem
from hub.rules.spans import Span, parse_spans

OnSent: TypeAlias = Callable[[int, int], bool]
"""Told of bytes that were handed over, first and end; False: tell it of them again later."""

_TELL_SECONDS = 1.0


class Content(Protocol):
    """Bytes that never change under their tag."""

    @property
    def size_bytes(self) -> int: ...

    @property
    def etag(self) -> str:
        """Strong, without quotes."""

    def read(self, first: int, end: int) -> Iterator[bytes]: ...


class Later:
    """Content that fits into memory, and is read whole once some of it is to be sent."""

    def __init__(self, size_bytes: int, etag: str, load: Callable[[], bytes]) -> None:
        self.size_bytes, self.etag = size_bytes, etag
        self._load = load

    @cached_property
    def _content(self) -> bytes:
        return self._load()

    def read(self, first: int, end: int) -> Iterator[bytes]:
        return iter([self._content[first:end]])


def _untold(_first: int, _end: int) -> bool:
    return True


def answer(
    request: Request,
    content: Content,
    *,
    mimetype: str,
    headers: Mapping[str, str],
    on_sent: OnSent = _untold,
) -> Response:
    """Answer a GET or HEAD of the content by its conditions and ranges."""
    tag = f'"{content.etag}"'
    common = {**headers, "ETag": tag, "Accept-Ranges": "bytes"}
    if request.if_match and not request.if_match.contains(content.etag):
        return problem(412, "These are not the bytes of that If-Match.", headers=common)
    if request.if_none_match.contains_weak(content.etag):
        return Response(status=304, headers=common)
    spans = _asked(request, content, tag)
    if spans is None:
        return _whole(request, content, mimetype=mimetype, headers=common, on_sent=on_sent)
    if not spans:
        unsatisfied = {**common, "Content-Range": f"bytes */{content.size_bytes}"}
        said = f"There are no such bytes of {content.size_bytes:,}, or too many spans."
        return problem(416, said, headers=unsatisfied)
    if len(spans) == 1:
        return _one(content, spans[0], mimetype=mimetype, headers=common, on_sent=on_sent)
    return _several(content, spans, mimetype=mimetype, headers=common, on_sent=on_sent)


def _asked(request: Request, content: Content, tag: str) -> list[Span] | None:
    """Return the spans to send, or None for the whole."""
    asked = request.headers.get("Range")
    if asked is None or request.method != "GET":
        return None
    # A date, or a weak tag, never tells that these are the same bytes.
    if request.headers.get("If-Range", tag).strip() != tag:
        return None
    return parse_spans(asked, content.size_bytes)


def _whole(
    request: Request,
    content: Content,
    *,
    mimetype: str,
    headers: Mapping[str, str],
    on_sent: OnSent,
) -> Response:
    is_head = request.method == "HEAD"
    body = iter(()) if is_head else _told(content, (0, content.size_bytes), on_sent)
    return _response(body, 200, mimetype=mimetype, length=content.size_bytes, headers=headers)


def _one(
    content: Content, span: Span, *, mimetype: str, headers: Mapping[str, str], on_sent: OnSent
) -> Response:
    return _response(
        _told(content, span, on_sent),
        206,
        mimetype=mimetype,
        length=span[1] - span[0],
        headers={**headers, "Content-Range": _content_range(span, content)},
    )


def _several(
    content: Content,
    spans: list[Span],
    *,
    mimetype: str,
    headers: Mapping[str, str],
    on_sent: OnSent,
) -> Response:
    boundary = secrets.token_hex(16)
    heads = [
        f"\r\n--{boundary}\r\nContent-Type: {mimetype}\r\n"
        f"Content-Range: {_content_range(span, content)}\r\n\r\n".encode()
        for span in spans
    ]
    tail = f"\r\n--{boundary}--\r\n".encode()

    bodies = [_told(content, span, on_sent) for span in spans]

    def parts() -> Iterator[bytes]:
        for head, body in zip(heads, bodies, strict=True):
            yield head
            yield from body
        yield tail

    length = sum(map(len, heads)) + sum(end - first for first, end in spans) + len(tail)
    kind = f"multipart/byteranges; boundary={boundary}"
    return _response(parts(), 206, mimetype=kind, length=length, headers=headers)


def _response(
    body: Iterator[bytes], status: int, *, mimetype: str, length: int, headers: Mapping[str, str]
) -> Response:
    response = Response(body, status, headers, content_type=mimetype)
    response.content_length = length
    return response


def _content_range(span: Span, content: Content) -> str:
    return f"bytes {span[0]}-{span[1] - 1}/{content.size_bytes}"


def _told(content: Content, span: Span, on_sent: OnSent) -> Iterator[bytes]:
    # Begun at once: what cannot be read at all is still an error of the request.
    return _follow(content.read(*span), span[0], on_sent)


def _follow(chunks: Iterator[bytes], first: int, on_sent: OnSent) -> Iterator[bytes]:
    """Yield the chunks, and tell what of them was handed over, at times and at the end."""
    told = at = first
    last = monotonic()
    try:
        for chunk in chunks:
            yield chunk
            # The server asks for more only once it has handed this over.
            at += len(chunk)
            if monotonic() - last > _TELL_SECONDS:
                last = monotonic()
                told = at if on_sent(told, at) else told
    finally:
        if at > told:
            on_sent(told, at)
