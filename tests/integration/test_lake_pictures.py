import hashlib
import subprocess
import sys
import zlib
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from hub.errors import PictureUnreadable
from hub.lake.pictures import Wanted, read_pictures

CONTENTS = {"m_a": [b"apple", b"amber"], "m_b": [b"bear", b"bison"], "m_c": [b"cat"]}


def row(content, label_key):
    return {
        "image_id": hashlib.sha256(content).hexdigest(),
        "content": content,
        "crc32": zlib.crc32(content),
        "size_bytes": len(content),
        "label_key": label_key,
    }


def wanted(content, label_key):
    values = row(content, label_key)
    del values["content"]
    return Wanted(file_name="", **values)


@pytest.fixture
def lake(tmp_path):
    """A lake of one data file a label."""
    for label_key, contents in CONTENTS.items():
        rows = pa.Table.from_pylist([row(content, label_key) for content in contents])
        write_deltalake(f"{tmp_path}/images", rows, mode="append")
    return tmp_path


def data_file(lake, label_key):
    actions = pa.table(DeltaTable(f"{lake}/images").get_add_actions(flatten=True)).to_pylist()
    [path] = [action["path"] for action in actions if action["min.label_key"] == label_key]
    return lake / "images" / path


def test_only_the_wanted_pictures_come(lake):
    found = read_pictures(str(lake), [wanted(b"bear", "m_b"), wanted(b"cat", "m_c")])
    assert sorted(content for _, content in found) == [b"bear", b"cat"]


def test_files_of_other_labels_are_not_opened(lake):
    data_file(lake, "m_a").unlink()
    [(_, content)] = read_pictures(str(lake), [wanted(b"bear", "m_b")])
    assert content == b"bear"


def test_nothing_wanted_reads_nothing(lake):
    assert list(read_pictures(str(lake), [])) == []


def test_an_absent_picture_is_named(lake):
    absent = wanted(b"wolf", "m_b")
    with pytest.raises(PictureUnreadable, match=f"{absent.image_id} is not in the lake"):
        list(read_pictures(str(lake), [absent]))


def test_one_flipped_bit_in_a_data_file_is_found(lake):
    table = pa.Table.from_pylist([row(b"plain bytes on disk", "m_d")])
    write_deltalake(f"{lake}/images", table, mode="append")
    path = data_file(lake, "m_d")
    path.write_bytes(path.read_bytes().replace(b"plain bytes", b"plain bytfs"))

    with pytest.raises(PictureUnreadable, match="its crc32 is"):
        list(read_pictures(str(lake), [wanted(b"plain bytes on disk", "m_d")]))


def test_bytes_of_another_sha256_are_refused_whatever_the_lake_says(lake):
    claimed = wanted(b"bear", "m_b")
    other = {**row(b"boar", "m_e"), "image_id": claimed.image_id}
    write_deltalake(f"{lake}/images", pa.Table.from_pylist([other]), mode="append")
    forged = Wanted(claimed.image_id, "m_e", 4, zlib.crc32(b"boar"), "")

    with pytest.raises(PictureUnreadable, match="sha256 of its bytes is another"):
        list(read_pictures(str(lake), [forged]))


def test_a_data_file_cut_short_is_named(lake):
    path = data_file(lake, "m_b")
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(PictureUnreadable, match=path.name):
        list(read_pictures(str(lake), [wanted(b"bear", "m_b")]))


def test_a_data_file_that_goes_away_asks_to_run_again(lake):
    data_file(lake, "m_b").unlink()
    with pytest.raises(PictureUnreadable, match="Run the same command again"):
        list(read_pictures(str(lake), [wanted(b"bear", "m_b")]))


MEASURED = """
import re, sys
import pyarrow.parquet
from deltalake import DeltaTable
from hub.lake.pictures import Wanted, read_pictures

def peak_kb():
    # Not getrusage: a new process begins with the peak of the one that started it.
    return int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])

rows = DeltaTable(sys.argv[1] + "/images").to_pyarrow_dataset().to_table(
    columns=["image_id", "label_key", "size_bytes", "crc32"]
).to_pylist()
before = peak_kb()
count = sum(1 for _ in read_pictures(sys.argv[1], [Wanted(file_name="", **row) for row in rows]))
print(count, peak_kb() - before)
"""


def test_a_large_data_file_is_read_in_little_memory(tmp_path):
    contents = [number.to_bytes(2, "big") * 142_500 for number in range(350)]
    rows = pa.Table.from_pylist([row(content, "m_a") for content in contents])
    write_deltalake(f"{tmp_path}/images", rows)
    size = sum(map(len, contents))

    measured = subprocess.run(
        [sys.executable, "-c", MEASURED, str(tmp_path)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        check=True,
    )

    count, grown_kb = map(int, measured.stdout.split())
    assert count == 350
    assert size > 95_000_000
    assert grown_kb < 60_000
