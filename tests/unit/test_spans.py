from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.rules.spans import MOST_SPANS, parse_spans


@pytest.mark.parametrize(
    ("header", "spans"),
    [
        ("bytes=0-0", [(0, 1)]),
        ("bytes=0-", [(0, 100)]),
        ("bytes=10-19", [(10, 20)]),
        ("bytes=90-1000", [(90, 100)]),
        ("bytes=-5", [(95, 100)]),
        ("bytes=-1000", [(0, 100)]),
        ("BYTES = 1-2", [(1, 3)]),
        ("bytes=1-2,,5-6,", [(1, 3), (5, 7)]),
        ("bytes=50-59 , 0-9", [(0, 10), (50, 60)]),
        ("bytes=0-9,5-14", [(0, 15)]),
        ("bytes=0-9,10-19", [(0, 20)]),
        ("bytes=0-9,-95", [(0, 100)]),
        ("bytes=0-9,200-300", [(0, 10)]),
        ("bytes=" + "9" * 5000 + "-", []),
        ("bytes=0-" + "9" * 5000, [(0, 100)]),
        ("bytes=100-", []),
        ("bytes=-0", []),
        ("bytes=0-0," + "2-2," * MOST_SPANS, []),
    ],
)
def test_a_header_asks_for_spans(header, spans):
    assert parse_spans(header, 100) == spans


@pytest.mark.parametrize(
    "header",
    [
        *("", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=2-1", "bytes=1", "pictures=0-1"),
        *("bytes=1-2;3-4", "bytes=--1", "bytes=1-2-3", "bytes=\u0661-\u0662", "bytes=0-1,x", "1-2"),
    ],
)
def test_what_is_no_range_means_nothing(header):
    assert parse_spans(header, 100) is None


def test_nothing_has_no_spans():
    assert parse_spans("bytes=0-", 0) == []
    assert parse_spans("bytes=-1", 0) == []


bounds = st.integers(0, 60)
ranges = st.one_of(
    st.tuples(bounds, bounds).map(lambda pair: f"{min(pair)}-{max(pair)}"),
    bounds.map("{}-".format),
    bounds.map("-{}".format),
)


@given(st.lists(ranges, min_size=1, max_size=8), st.integers(1, 50))
def test_spans_cover_exactly_what_was_asked_for(asked, size):
    wanted = set()
    for one in asked:
        first, _, last = one.partition("-")
        if not first:
            wanted |= set(range(max(0, size - int(last)), size))
        else:
            wanted |= set(range(int(first), min(size, int(last) + 1 if last else size)))
    spans = parse_spans("bytes=" + ",".join(asked), size)
    covered = [place for first, end in spans for place in range(first, end)]
    assert covered == sorted(wanted)
    assert all(end < start for (_, end), (start, _) in pairwise(spans))


@given(st.text(max_size=60), st.integers(0, 10**12))
def test_no_header_is_an_error(header, size):
    for text in (header, f"bytes={header}"):
        for first, end in parse_spans(text, size) or []:
            assert 0 <= first < end <= size
