"""What the lake's log says of a file holds for each of its values, or it would be skipped."""

import json
from datetime import UTC, datetime

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.bounds import Bounds

TEXT = st.text(
    st.sampled_from(["a", "z", "\x7f", "é", "\ud7ff", "\uffff", "\U0010ffff"]), max_size=50
)


def told(*groups, kind):
    bounds = Bounds()
    for values in groups:
        bounds.add(pa.table({"column": pa.array(values, kind)}))
    return json.loads(bounds.to_json())


@settings(deadline=None)
@given(st.lists(TEXT, min_size=1), st.lists(TEXT))
def test_no_string_lies_beyond_the_short_bounds(some, others):
    found = told(some, others, kind=pa.string())
    low, high = found["minValues"]["column"], found["maxValues"]["column"]
    assert len(low) <= 32
    assert all(low.encode() <= value.encode() <= high.encode() for value in some + others)


@settings(deadline=None)
@given(st.lists(st.integers(-(10**15), 10**15), min_size=1))
def test_moments_are_told_in_milliseconds_around_them(microseconds):
    found = told(microseconds, kind=pa.timestamp("us", tz="UTC"))
    low, high = (
        datetime.fromisoformat(found[name]["column"]) for name in ("minValues", "maxValues")
    )
    moments = pa.array(microseconds, pa.timestamp("us", tz="UTC")).to_pylist()
    assert all(low <= moment <= high for moment in moments)
    assert low.microsecond % 1000 == high.microsecond % 1000 == 0
    assert low.tzinfo == UTC


def test_a_group_of_nulls_alone_moves_no_bound():
    found = told([None], [3, None], [1], kind=pa.int64())
    assert found == {
        "numRecords": 4,
        "minValues": {"column": 1},
        "maxValues": {"column": 3},
        "nullCount": {"column": 2},
    }


def test_of_bytes_and_lists_only_the_nulls_are_counted():
    for kind, value in ((pa.binary(), b"bytes"), (pa.list_(pa.int64()), [1, None])):
        found = told([None, value], kind=kind)
        assert found == {
            "numRecords": 2,
            "minValues": {},
            "maxValues": {},
            "nullCount": {"column": 1},
        }
