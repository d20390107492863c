"""Which pairs of pictures are compared: each once, the later one with the one that is kept."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from hub.rules.shortlist import CLOSEST, FIRST, SHOTS
from jobs.alike import MATCH, NO_DISTANCE, NO_PICTURE
from jobs.candidates import Candidates
from jobs.known import KnownPictures

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)

PICTURES = pa.schema(
    [
        *((name, pa.string()) for name in ("image_id", "sha256")),
        ("receipt_no", pa.int64()),
        ("taken_at", pa.timestamp("us", tz="UTC")),
    ]
)
KEPT = pa.schema([*PICTURES, pa.field("group_id", pa.string()), *MATCH])


class Found:
    """In the place of an index: what it would find of the batch's own pictures."""

    def __init__(self, lines, count):
        self.lines = np.array([*lines], dtype=np.int64).reshape(-1, 3)
        self.count = count

    def __len__(self):
        return self.count

    def find_own(self, is_out):
        return self.lines[~is_out[self.lines[:, 0]]]


def picture(image_id, *, receipt=9, at=None):
    return {"image_id": image_id, "sha256": image_id, "receipt_no": receipt, "taken_at": at}


def earlier(image_id, newer=NO_PICTURE, *, distance=NO_DISTANCE, at=None):
    """A kept picture of an earlier batch that the batch's picture `newer` has met."""
    row = picture(image_id, receipt=1, at=at) | {"group_id": "g"}
    return row | {"newer": [newer], "distance": [distance]}


def candidates_of(batch, *, own=(), kept=(), neighbours=()):
    pictures = pa.Table.from_pylist(batch, schema=PICTURES)
    known = KnownPictures(pictures.append_column("probes", pa.nulls(len(batch))))
    matches = pa.Table.from_pylist([*kept], schema=KEPT)
    return Candidates(Found(own, len(batch)), known, matches=matches, neighbours=neighbours)


def pairs_of(candidates, *, repeats=(), closest=CLOSEST):
    pairs, is_whole = candidates.pairs(repeats=repeats, closest=closest)
    names = ("newer", "kept", "is_near", "may_be_burst")
    return [tuple(row[name] for name in names) for row in pairs.to_pylist()], is_whole


def test_two_of_the_batch_pair_once():
    own = [(0, 1, 2), (0, 1, NO_DISTANCE)]
    found = candidates_of([*map(picture, "abc")], own=own, neighbours=[(1, 2), (1, 0)])
    assert pairs_of(found) == ([(1, 0, True, True), (2, 1, False, True)], True)


def test_nothing_is_compared_with_a_repeat():
    found = candidates_of([*map(picture, "abc")], own=[(0, 1, 2), (0, 2, 2), (1, 2, 0)])
    assert pairs_of(found, repeats={1}) == ([(1, 0, True, False), (2, 0, True, False)], True)


def test_pictures_of_earlier_batches_are_numbered_behind_the_batch():
    kept = [earlier("old", 1, distance=4), earlier("older", 1, distance=4)]
    kept[0] |= {"newer": [1, 0], "distance": [4, NO_DISTANCE]}
    found = candidates_of([*map(picture, "ab")], kept=kept)
    expected = [(0, 2, False, True), (1, 2, True, False), (1, 3, True, False)]
    assert pairs_of(found) == (expected, True)


@pytest.mark.parametrize("again", [0, 1])
def test_a_picture_that_came_again_pairs_as_the_one_that_was_kept(again):
    own = [(0, 1, 2), (0, 1, NO_DISTANCE)]
    kept = [earlier("ab"[again]), earlier("ab"[again], 1 - again, distance=3)]
    found = candidates_of([*map(picture, "ab")], own=own, kept=kept, neighbours=[(1, 0)])
    assert pairs_of(found) == ([(1 - again, again, True, False)], True)


def test_what_came_again_is_first_in_order_of_receipt():
    batch = [picture(f"{number:02}") for number in range(FIRST + 2)]
    last = len(batch) - 1
    own = [(number, last, 1) for number in range(1, last)]
    kept = [earlier("00"), earlier("00", last, distance=5)]
    pairs, is_whole = pairs_of(candidates_of(batch, own=own, kept=kept), closest=0)
    assert pairs == [(last, other, True, False) for other in range(FIRST)]
    assert not is_whole


def test_the_closest_are_told_of_all_batches():
    batch = [picture("a"), picture("b")]
    kept = [earlier(f"far {number:02}", 1, distance=4) for number in range(FIRST + CLOSEST)]
    pairs, is_whole = pairs_of(candidates_of(batch, own=[(0, 1, 3)], kept=kept))
    assert (1, 0, True, False) in pairs
    assert len(pairs) == CLOSEST
    assert not is_whole


def test_the_nearest_shots_are_told_of_all_batches():
    batch = [picture("a", at=NOON - timedelta(seconds=9)), picture("b", at=NOON)]
    kept = [earlier(f"{n:02}", 1, at=NOON + timedelta(seconds=n)) for n in range(SHOTS + 4)]
    pairs, is_whole = pairs_of(candidates_of(batch, own=[(0, 1, NO_DISTANCE)], kept=kept))
    # Nine of those within nine seconds either way came before the one of the batch.
    assert [other - len(batch) for _, other, _, _ in pairs[1:]] == [*range(SHOTS - 1)]
    assert not is_whole


@pytest.mark.parametrize("batch", ["a", ""], ids=["one picture", "refused files alone"])
def test_a_batch_without_pairs_has_none(batch):
    assert pairs_of(candidates_of([*map(picture, batch)])) == ([], True)
