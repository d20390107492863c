"""Crowds of pictures that are alike: what is kept depends neither on the batches nor on the turns.

The stage's search, shortlists and turns run on drawn hashes; what comparing two pictures shows is
drawn, too. Beside them stands the rule as one would say it, one picture after the other.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.config import Settings
from hub.rules import shortlist
from hub.rules.bursts import SPAN
from hub.rules.keeping import File
from hub.rules.searching import RADIUS
from jobs import comparing
from jobs.alike import MATCH, SEARCHED, BatchIndex, matching_rows
from jobs.candidates import Candidates
from jobs.comparisons import Comparisons
from jobs.dedupe import decide
from jobs.known import KnownPictures
from tests.unit.test_alike import SCHEMA

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
TEXTS = [pa.field(name, pa.string()) for name in ("sha256", "group_id", "format")]
COLUMNS = pa.schema([*SCHEMA, *TEXTS])
WORK = SimpleNamespace(settings=Settings.from_env({}))


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
            "format": "jpeg",
        }

    @property
    def file(self):
        return File(
            self.number, self.receipt_no, self.image_id, "cat", self.image_id, self.image_id
        )


def shown(one, other, *, is_near, may_be_burst):
    """What comparing two pictures shows: of those whose hashes met, and else of shots."""
    if is_near and one.kind == other.kind:
        return "near"
    if is_near and (one.number + other.number) % 2:
        return "alike"
    return "burst" if may_be_burst else None


class Workers:
    """In the place of the workers, and of the looks that they read."""

    def __init__(self, known, pictures):
        names = [row["image_id"] for row in known._rows]
        by_name = {one.image_id: one for one in pictures}
        self.pictures = [by_name[name] for name in names]
        self.pairs = 0

    def __call__(self, work, rows, worker, schema, **settings):
        if worker is not comparing.judge_pairs:
            return schema.empty_table()
        self.pairs += rows.num_rows
        found = [row for pair in rows.to_pylist() if (row := self._judged(**pair))]
        return pa.Table.from_pylist(found, schema=schema)

    def _judged(self, newer, kept, **flags):
        one, other = self.pictures[newer], self.pictures[kept]
        pair = {"newer": newer, "kept": kept, **flags}
        relation = shown(one, other, **flags)
        bits = (one.hash ^ other.hash).bit_count()
        how = {"relation": relation, "distance": bits, "look_distance": 0.0}
        return pair | how if relation else None


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
            searched = before.select(SEARCHED)
            matches = matching_rows(before, index.find(searched, partial(np.arange, len(before))))
        candidates = Candidates(index, known, matches=matches, neighbours=())
        workers = Workers(known, pictures)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("jobs.comparisons.collect", workers)
            comparisons = Comparisons(WORK, known, folder=Path())
            decided = decide([one.file for one in batch], known, candidates, comparisons)
        repeats |= {one.file.image_id: one.image_id for one in decided.repeats}
        related |= {(one.image_id, one.other, one.relation) for one in decided.related}
        kept += [one for one in batch if one.image_id in decided.kept]
        compared += workers.pairs
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
        met = {other.image_id for *_, other in listed}
        around = sorted(around, key=lambda line: line[:2])[: shortlist.SHOTS]
        shots = {other.image_id for *_, other in around}
        copies = [line for line in listed if line[2].kind == one.kind]
        if copies:
            closest = min(copies, key=lambda line: (line[0], line[2].image_id))
            repeats[one.image_id] = closest[2].image_id
            continue
        for other in {other.image_id: other for *_, other in listed + around}.values():
            flags = {"is_near": other.image_id in met, "may_be_burst": other.image_id in shots}
            if relation := shown(one, other, **flags):
                related.add((one.image_id, other.image_id, relation))
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
