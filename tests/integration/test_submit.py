import os
from hashlib import sha256

import pytest

from hub.services.receipts import Already
from hub.services.submissions import submit_paths

FILES = """
    SELECT label_name.name, path, sha256 FROM submission_file
      JOIN submission USING (submission_id)
      JOIN label_name ON label_name.label_id = submission.label_id AND NOT is_alias
     ORDER BY 1, 2"""


def digest(content):
    return sha256(content).hexdigest()


def reasons(receipts):
    return {
        os.path.basename(file.path): file.reason
        for receipt in receipts
        for submission in receipt.submissions
        for file in submission.refused
    }


@pytest.fixture
def write(tmp_path):
    """Return `write(name, content)`: the path of a file in this test's folder, as text."""

    def write(name, content=b"picture"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return str(path)

    return write


def test_a_file_is_received_with_its_bytes(intake, defaults, write, rows_of):
    path = write("a.jpg", b"one")

    [receipt] = submit_paths(intake, [path], labels=["apple"], defaults=defaults)

    [taken] = receipt.submissions
    assert (receipt.receipt, receipt.supplier) == (1, "ann")
    assert (taken.label, taken.received, taken.already, taken.refused) == ("Apple", 1, [], [])
    assert rows_of(FILES) == [("Apple", path, digest(b"one"))]
    key = f"landing/{digest(b'one')[:2]}/{digest(b'one')}"
    assert intake.objects.get(key) == b"one"


def test_the_same_file_again_is_already_there_and_takes_no_number(intake, defaults, write, rows_of):
    path = write("a.jpg")
    [first] = submit_paths(intake, [path], labels=["Apple"], defaults=defaults)
    [again] = submit_paths(intake, [path], labels=["Malus"], defaults=defaults)

    assert again.receipt is None
    assert again.submissions[0].already == [Already(path, first.submissions[0].id)]
    assert rows_of("SELECT last_receipt_no FROM hub") == [(1,)]
