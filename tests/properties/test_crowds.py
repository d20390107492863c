"""Crowds of pictures that are alike: what is kept depends neither on the batches nor on the turns.

The stage's search, shortlists and turns run on drawn hashes; what comparing two pictures shows is
drawn, too. Beside them stands the rule as one would say it, one picture after the other.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.rules import shortlist
from hub.rules.bursts import SPAN
from hub.rules.keeping import File, Finding
from hub.rules.searching import RADIUS
from jobs.alike import MATCH, SEARCHED, BatchIndex, matching_rows
from jobs.candidates import Candidates
from jobs.dedupe import decide
from jobs.known import KnownPictures
from tests.unit.test_alike import SCHEMA

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
COLUMNS = pa.schema([*SCHEMA, pa.field("sha256", pa.string()), pa.field("group_id", pa.string())])


@dataclass(frozen=True)
class Picture:
    number: int
    receipt_no: int
    hash: int
    seconds: int
    kind: int
    """Pictures of one kind are duplicates where they are compared, others related."""

    @property
    def image_id(self):
        return f"{self.number:04}"

    @property
    def row(self):
        return {
            "image_id": self.image_id,
            "sha256": self.image_id,
            "reduced_sha256": self.image_id,
            "label_key": "cat",
            "path": self.image_id,
            "supplier_id": 1,
            "receipt_no": self.receipt_no,
            "phash": self.hash,
            "phash_crop5": self.hash,
            "phash_crop10": self.hash,
            "taken_at": NOON + timedelta(seconds=self.seconds),
            "probes": [self.hash],
            "group_id": "g",
        }

    @property
    def file(self):
        return File(
            self.number, self.receipt_no, self.image_id, "cat", self.image_id, self.image_id
        )


class Compared:
    """In the place of comparisons on the workers."""

    def __init__(self, known, pictures):
        self.known = known
        self.pictures = {one.image_id: one for one in pictures}
        self.pairs = 0

    def findings(self, pairs):
        self.pairs += pairs.num_rows
        names = [row["image_id"] for row in self.known._rows]
        return [
            self._finding(names[pair["newer"]], names[pair["kept"]], pair["is_near"])
            for pair in pairs.to_pylist()
        ]

    def _finding(self, newer, other, is_near):
        first, second = self.pictures[newer], self.pictures[other]
        is_one = is_near and first.kind == second.kind
        bits = (first.hash ^ second.hash).bit_count()
        return Finding(newer, other, "near" if is_one else "alike", bits, 0.0, 1)


def decide_in_batches(pictures, *, size):
    """Take receipts in batches of that many; return the repeats and the related pairs."""
    repeats, related, kept, compared = {}, set(), [], 0
    last = max((one.receipt_no for one in pictures), default=0)
    for first in range(1, last + 1, size):
        batch = [one for one in pictures if first <= one.receipt_no < first + size]
        rows = pa.Table.from_pylist([one.row for one in batch], schema=COLUMNS)
        index = BatchIndex.build(rows)
        known = KnownPictures(rows)
        before = pa.Table.from_pylist([one.row for one in kept], schema=COLUMNS)
        matches = pa.schema([*COLUMNS, *MATCH]).empty_table()
        if kept:
            (batches,) = before.select(SEARCHED).combine_chunks().to_batches()
            matches = matching_rows(before, index.find(batches, partial(np.arange, len(before))))
        candidates = Candidates(index, known, matches=matches, neighbours=())
        comparisons = Compared(known, pictures)
        decided = decide([one.file for one in batch], known, candidates, comparisons)
        repeats |= {one.file.image_id: one.image_id for one in decided.repeats}
        related |= {(one.image_id, one.other) for one in decided.related}
        kept += [one for one in batch if one.image_id in decided.kept]
        compared += comparisons.pairs
    return repeats, related, compared


def decide_one_by_one(pictures):
    """The rule, as one would say it."""
    kept, repeats, related = [], {}, set()
    for one in pictures:
        near = [
            ((one.hash ^ other.hash).bit_count(), place, other)
            for place, other in enumerate(kept)
            if (one.hash ^ other.hash).bit_count() <= RADIUS
        ]
        listed = near[: shortlist.FIRST]
        listed += sorted(near, key=lambda line: line[:2])[: shortlist.CLOSEST]
        around = [
            (abs(one.seconds - other.seconds), place, other)
            for place, other in enumerate(kept)
            if abs(one.seconds - other.seconds) <= SPAN.total_seconds()
        ]
        copies = [line for line in listed if line[2].kind == one.kind]
        if copies:
            closest = min(copies, key=lambda line: (line[0], line[2].image_id))
            repeats[one.image_id] = closest[2].image_id
            continue
        others = listed + sorted(around, key=lambda line: line[:2])[: shortlist.SHOTS]
        related |= {(one.image_id, other.image_id) for *_, other in others}
        kept.append(one)
    return repeats, related


@pytest.fixture(autouse=True)
def short_lists(monkeypatch):
    for place in ("hub.rules.shortlist", "jobs.alike", "jobs.candidates"):
        monkeypatch.setattr(f"{place}.FIRST", 2)
    for place in ("hub.rules.shortlist", "jobs.alike", "jobs.dedupe"):
        monkeypatch.setattr(f"{place}.CLOSEST", 4)
    for place in ("hub.rules.shortlist", "hub.rules.bursts", "jobs.candidates"):
        monkeypatch.setattr(f"{place}.SHOTS", 3)
    monkeypatch.setattr("jobs.alike._LINES_AT_ONCE", 20)


drawn = st.tuples(
    st.integers(0, 63).map(lambda bits: bits << 20),
    st.integers(0, 300),
    st.integers(0, 3),
    st.integers(0, 1),
)


@settings(deadline=None, max_examples=50)
@given(st.lists(drawn, max_size=40), st.integers(1, 5))
def test_batches_and_turns_change_nothing(pictures, size):
    receipt_no, crowd = 1, []
    for number, (hash, seconds, kind, step) in enumerate(pictures):
        receipt_no += step
        crowd.append(Picture(number, receipt_no, hash, seconds, kind))
    expected = decide_one_by_one(crowd)
    assert decide_in_batches(crowd, size=size)[:2] == expected
    assert decide_in_batches(crowd, size=len(crowd) + 1)[:2] == expected


@pytest.mark.parametrize("kinds", [1, 3000])
def test_a_crowd_is_compared_with_a_bounded_number(kinds):
    crowd = [Picture(number, 1, 0, 0, number % kinds) for number in range(600)]
    *_, compared = decide_in_batches(crowd, size=1)
    assert compared < 600 * 2 * (shortlist.FIRST + shortlist.CLOSEST + shortlist.SHOTS)
