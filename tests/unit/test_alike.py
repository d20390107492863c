"""Which kept pictures may be like a batch's, in the shape that Spark's workers see."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from jobs.alike import NO_DISTANCE, NO_PICTURE, BatchIndex, matching_rows, neighbours

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
        rows = pa.RecordBatch.from_pylist(kept, schema=SCHEMA)
        return [
            (one["image_id"], newer, distance)
            for one in matching_rows(pa.table(rows), index.find(rows)).to_pylist()
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


def test_shots_of_one_time_are_found_in_parts(monkeypatch):
    monkeypatch.setattr("jobs.alike._OWN_AT_ONCE", 2)
    batch = [picture(name, at=NOON) for name in "abc"]
    found = [*BatchIndex.build(pa.Table.from_pylist(batch, schema=SCHEMA)).find_own()]
    assert len(found) == 2
    timed = [(row, newer) for part in found for row, newer, _ in part if newer != NO_PICTURE]
    assert timed == [(row, newer) for row in range(3) for newer in range(3)]
