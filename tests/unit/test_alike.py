"""Which kept pictures may be like a batch's, in the shape that Spark's workers see."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from hub.rules.shortlist import CLOSEST, FIRST, SHOTS
from jobs.alike import NO_DISTANCE, NO_PICTURE, SEARCHED, BatchIndex, matching_rows, neighbours

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
FAR = 0x0F0F_0F0F_0F0F_0F0F

SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("image_id", "reduced_sha256", "label_key", "path")),
        *((name, pa.int64()) for name in ("supplier_id", "receipt_no")),
        *((name, pa.int64()) for name in ("phash", "phash_crop5", "phash_crop10")),
        ("taken_at", pa.timestamp("us", tz="UTC")),
        ("probes", pa.list_(pa.int64())),
    ]
)


def picture(name, *, hash=None, probes=None, at=None, supplier=1, label="cat", reduced=None):
    return {
        "image_id": name,
        "reduced_sha256": reduced or f"reduced {name}",
        "label_key": label,
        "path": f"{name}.jpg",
        "supplier_id": supplier,
        "receipt_no": 1,
        "phash": hash,
        "phash_crop5": hash,
        "phash_crop10": hash,
        "taken_at": at,
        "probes": probes,
    }


@pytest.fixture
def matches():
    def find(batch, kept):
        index = BatchIndex.build(pa.Table.from_pylist(batch, schema=SCHEMA))
        rows = pa.Table.from_pylist(kept, schema=SCHEMA).select(SEARCHED)
        # The last row came first.
        found = index.find(rows, lambda: np.arange(len(kept))[::-1])
        return [
            (one["image_id"], newer, distance)
            for one in matching_rows(rows, found).to_pylist()
            for newer, distance in zip(one["newer"], one["distance"], strict=True)
        ]

    return find


def test_near_hashes_pair_once_by_the_closest_probe(matches):
    batch = [picture("plain"), picture("new", probes=[FAR ^ 0b111, FAR ^ 0b1])]
    assert matches(batch, [picture("old", hash=FAR), picture("other", hash=0)]) == [("old", 1, 1)]


def test_equal_digests_are_named_without_a_picture(matches):
    batch = [picture("a"), picture("b", reduced="same")]
    kept = [picture("a"), picture("x", reduced="same"), picture("y")]
    assert matches(batch, kept) == [("a", NO_PICTURE, NO_DISTANCE), ("x", NO_PICTURE, NO_DISTANCE)]


@pytest.mark.parametrize(
    ("seconds", "differs", "is_found"),
    [
        (120, {}, True),
        (-120, {}, True),
        (121, {}, False),
        (0, {"supplier": 2}, False),
        (0, {"label": "dog"}, False),
    ],
)
def test_a_burst_is_of_one_supplier_label_and_two_minutes(matches, seconds, differs, is_found):
    kept = [picture("old", at=NOON + timedelta(seconds=seconds), **differs)]
    found = matches([picture("new", at=NOON)], kept)
    assert found == ([("old", 0, NO_DISTANCE)] if is_found else [])


def test_a_date_alone_is_no_time(matches):
    day, minute = NOON.replace(hour=0), timedelta(minutes=1)
    assert matches([picture("new", at=day)], [picture("old", at=day)]) == []
    assert matches([picture("new", at=day + minute)], [picture("old", at=day)]) == []
    assert matches([picture("new", at=day)], [picture("old", at=day + minute)]) == []
    pairs = neighbours(
        pa.Table.from_pylist([picture(name, at=day) for name in "ab"], schema=SCHEMA)
    )
    assert [*pairs] == [(1, 0)]


def test_pictures_of_unknown_time_are_of_no_burst(matches):
    assert matches([picture("new")], [picture("old")]) == []
    assert matches([picture("new", at=NOON)], [picture("old")]) == []


def test_of_a_crowd_the_first_and_the_closest_are_found(matches, monkeypatch):
    monkeypatch.setattr("jobs.alike._LINES_AT_ONCE", 7)
    close = [picture(f"close {number}", hash=FAR ^ 0b1) for number in range(CLOSEST + 1)]
    early = [picture(f"early {number}", hash=FAR ^ 0b111) for number in range(FIRST + 1)]
    found = matches([picture("new", probes=[FAR])], [*close, *early])
    # In order of receipt, the early ones from the last row up are first.
    assert sorted(found) == sorted(
        [(one["image_id"], 0, 3) for one in early[1:]]
        + [(one["image_id"], 0, 1) for one in close[1:]]
    )


def test_of_many_shots_the_nearest_in_time_are_found(matches):
    kept = [picture(str(number), at=NOON + timedelta(seconds=number)) for number in range(40)]
    found = matches([picture("new", at=NOON + timedelta(seconds=20))], kept)
    # Of two that are equally near the last row came first.
    nearest = sorted(range(40), key=lambda number: (abs(number - 20), -number))[:SHOTS]
    assert {one for one, _, _ in found} == {str(number) for number in nearest}


@pytest.fixture
def own():
    def find(batch, *, out=()):
        index = BatchIndex.build(pa.Table.from_pylist(batch, schema=SCHEMA))
        found = index.find_own(np.isin(np.arange(len(batch)), out))
        return [tuple(line) for line in found.tolist()]

    return find


def test_of_the_batch_a_picture_meets_those_before_it(own):
    batch = [picture(name, hash=FAR, probes=[FAR, 0]) for name in "abc"]
    assert own(batch) == [(0, 1, 0), (0, 2, 0), (1, 2, 0)]
    assert own(batch, out=[0]) == [(1, 2, 0)]


def test_shots_of_the_batch_meet_those_before_them(own):
    batch = [picture(name, at=NOON) for name in "abc"]
    assert sorted(own(batch, out=[1])) == [(0, 1, NO_DISTANCE), (0, 2, NO_DISTANCE)]


def test_a_batch_without_pictures_meets_nothing(own):
    assert own([]) == []
