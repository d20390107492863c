"""Which bytes a Range header asks for. (Source: RFC 9110, section 14.)"""

import re
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]
"""First byte, and the one behind the last."""

MOST_SPANS = 256
"""A header that asks for more is not satisfied: each costs a head of its own."""

_UNIT = re.compile(r"bytes[ \t]*=(.*)", re.IGNORECASE | re.DOTALL)
_RANGE = re.compile(r"(\d*)-(\d*)", re.ASCII)
_LONGEST_NUMBER = 18


def parse_spans(text: str, size_bytes: int) -> list[Span] | None:
    """Return the spans that a header asks for of so many bytes, in order, those that meet as one.

    None: the header means nothing here, and the whole is to be sent. An empty list: there are no
    such bytes, or too many spans.
    """
    unit = _UNIT.fullmatch(text.strip())
    if unit is None:
        return None
    asked = [part.strip(" \t") for part in unit[1].split(",")]
    ranges = [_RANGE.fullmatch(part) for part in asked if part]
    if not ranges or not all(ranges):
        return None
    spans = [_span(found[1], found[2], size_bytes) for found in ranges if found]
    if any(span is None for span in spans):
        return None
    if len(spans) > MOST_SPANS:
        return []
    return _merge(sorted(span for span in spans if span and span[0] < span[1]))


def _span(first: str, last: str, size_bytes: int) -> Span | None:
    """Return the span, empty if there are no such bytes, or None if this is no range."""
    if not first:
        return (max(0, size_bytes - _number(last)), size_bytes) if last else None
    start = _number(first)
    if last and _number(last) < start:
        return None
    end = min(_number(last) + 1, size_bytes) if last else size_bytes
    return (start, end) if start < size_bytes else (0, 0)


def _number(text: str) -> int:
    return int(text) if len(text) <= _LONGEST_NUMBER else 10**_LONGEST_NUMBER


def _merge(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for first, end in spans:
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((first, end))
    return merged
