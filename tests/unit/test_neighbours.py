"""Which pictures may be shots of one scene: the same in whatever batches their receipts came."""

import pyarrow as pa

from jobs.alike import neighbours


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
