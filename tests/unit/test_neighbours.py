"""Which pictures may be shots of one scene: the same in whatever batches their receipts came."""

import numpy as np
import pyarrow as pa

from jobs.alike import NO_DISTANCE, NO_PICTURE, neighbours
from jobs.known import KnownPictures


def picture(name, **values):
    return {"image_id": name, "sha256": f"s{name}", "receipt_no": 1} | values


def pairs(batch, *, before="", own=(), untimed=()):
    """Names of the pairs of a batch's pictures, of which one may have come before.

    `own` are pairs that time allows, `untimed` those that stand near each other in a receipt.
    """
    pictures = pa.Table.from_pylist([picture(name) for name in batch])
    known = KnownPictures(pictures.append_column("probes", pa.nulls(len(batch))))
    found = [(batch.index(name), newer, NO_DISTANCE) for name, newer in own]
    known.add_own(np.array(found, dtype=np.int64).reshape(-1, 3))
    known.add_neighbours(untimed)
    if before:
        how = {"newer": [NO_PICTURE], "distance": [NO_DISTANCE]}
        known.add_matches(pa.Table.from_pylist([picture(before, group_id="g", **how)]))
    return {(batch[pair["newer"]], batch[pair["kept"]]) for pair in known.pairs().to_pylist()}


def test_when_a_picture_came_again_makes_no_burst():
    shots = [("a", 1), ("b", 0)]
    assert pairs("ab", own=shots) == {("b", "a")}
    assert pairs("ab", before="a", own=shots) == set()
    assert pairs("ab", before="b", own=shots) == set()


def test_where_a_picture_came_again_makes_no_burst():
    assert pairs("ab", untimed=[(1, 0)]) == {("b", "a")}
    assert pairs("ab", before="a", untimed=[(1, 0)]) == set()
    assert pairs("ab", before="b", untimed=[(1, 0)]) == set()


def files(*rows):
    """A table of files (receipt, picture, path) under one label, of unknown time."""
    said = {"supplier_id": 1, "label_key": "cat", "taken_at": None}
    return pa.Table.from_pylist(
        [
            said | {"receipt_no": receipt_no, "image_id": image_id, "path": path}
            for receipt_no, image_id, path in rows
        ]
    )


def neighbours_of(received):
    names = [*dict.fromkeys(received["image_id"].to_pylist())]
    return {(names[later], names[earlier]) for later, earlier in neighbours(received)}


def test_neighbours_are_those_that_one_receipt_brought_first():
    received = files((1, "a", "1"), (1, "b", "2"), (2, "c", "1"), (2, "a", "2"), (2, "d", "3"))
    assert neighbours_of(received) == {("b", "a"), ("d", "c")}


def test_neighbours_are_the_same_in_one_batch_and_in_two():
    first = [(1, f"old {number}", f"{number:02}") for number in range(24)]
    # Every other one came before: these stand between the new ones.
    kinds = [("new", "old")[number % 2] for number in range(24)]
    second = [(2, f"{kind} {number}", f"{number:02}") for number, kind in enumerate(kinds)]
    alone = {pair for pair in neighbours_of(files(*second)) if "old" not in "".join(pair)}
    assert neighbours_of(files(*first, *second)) == neighbours_of(files(*first)) | alone
