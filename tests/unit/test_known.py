"""Which pairs of pictures are judged: each once, the later one against the one that is kept."""

import numpy as np
import pyarrow as pa
import pytest

from jobs.alike import NO_DISTANCE, NO_PICTURE
from jobs.known import KnownPictures

PICTURES = pa.schema(
    [("image_id", pa.string()), ("sha256", pa.string()), ("receipt_no", pa.int64())]
)


def known_of(*image_ids):
    rows = [{"image_id": one, "sha256": f"file of {one}", "receipt_no": 9} for one in image_ids]
    pictures = pa.Table.from_pylist(rows, schema=PICTURES)
    probes = pa.nulls(len(rows), pa.list_(pa.int64()))
    return KnownPictures(pictures.append_column("probes", probes))


def earlier(image_id, newer, *, distance=4):
    """A kept picture of an earlier batch that a probe of the batch's picture `newer` has met."""
    row = {"image_id": image_id, "sha256": f"file of {image_id}", "receipt_no": 1, "group_id": "g"}
    return row | {"newer": [newer], "distance": [distance]}


def pairs_of(known):
    names = ("newer", "kept", "is_near", "may_be_burst")
    return [tuple(row[name] for name in names) for row in known.pairs().to_pylist()]


def test_of_two_of_the_batch_the_later_is_the_newer_one_and_they_pair_once():
    known = known_of("a", "b", "c")
    found = [(0, 1, 2), (1, 0, 4), (2, 2, 0), (0, 1, NO_DISTANCE)]
    found += [(0, NO_PICTURE, NO_DISTANCE)]
    known.add_own(np.array(found))
    known.add_neighbours([(2, 1)])
    assert pairs_of(known) == [(1, 0, True, True), (2, 1, False, True)]


def test_pictures_of_earlier_batches_are_numbered_behind_the_batch():
    known = known_of("a", "b")
    met = [earlier("old", 1), earlier("older", 1)]
    met[0] |= {"newer": [1, 0], "distance": [4, NO_DISTANCE]}
    known.add_matches(pa.Table.from_pylist(met))
    assert pairs_of(known) == [(0, 2, False, True), (1, 2, True, False), (1, 3, True, False)]
    assert known.kept_before == {"old": "file of old", "older": "file of older"}


def test_a_picture_that_came_again_is_the_one_that_was_kept():
    known = known_of("again", "new")
    met = [earlier("again", NO_PICTURE, distance=NO_DISTANCE), earlier("again", 1)]
    known.add_matches(pa.Table.from_pylist([*met, earlier("other", 0)]))
    known.add_own(np.array([(0, 1, 2), (1, 0, 2)]))
    assert pairs_of(known) == [(1, 0, True, False)]
    assert known.order("again") == (1, "file of again")


@pytest.mark.parametrize("image_ids", ["a", ""], ids=["one picture", "refused files alone"])
def test_a_batch_without_pairs_has_none(image_ids):
    known = known_of(*image_ids)
    known.add_own(np.zeros((0, 3), dtype=np.int64))
    known.add_neighbours([])
    assert pairs_of(known) == []
