import hashlib
import subprocess
import sys
import zlib
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import ColumnProperties, DeltaTable, WriterProperties, write_deltalake

from hub.errors import PictureUnreadable
from hub.lake.indexes import index_path, load_index
from hub.lake.pictures import Wanted, data_files, read_data_file, read_pictures

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

    with pytest.raises(PictureUnreadable, match="bytes of another crc32"):
        list(read_pictures(str(lake), [wanted(b"plain bytes on disk", "m_d")]))


def test_bytes_of_another_sha256_are_refused_whatever_the_lake_says(lake):
    claimed = wanted(b"bear", "m_b")
    other = {**row(b"boar", "m_e"), "image_id": claimed.image_id}
    write_deltalake(f"{lake}/images", pa.Table.from_pylist([other]), mode="append")
    forged = Wanted(claimed.image_id, "m_e", 4, zlib.crc32(b"boar"), "")

    with pytest.raises(PictureUnreadable, match="bytes of another sha256"):
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
from hub.lake.pictures import Wanted, data_files, read_data_file, read_pictures
from hub.lake.indexes import index_path, load_index

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


PLAIN = WriterProperties(
    compression="UNCOMPRESSED",
    max_row_group_size=50,
    column_properties={
        "content": ColumnProperties(dictionary_enabled=False, statistics_enabled="NONE")
    },
)
PICTURES = [number.to_bytes(2, "big") * 50_000 for number in range(200)]


@pytest.fixture
def plain_lake(tmp_path):
    """A lake of one data file of 20 MB, laid out as the jobs write it."""
    rows = [row(content, "m_a") for content in PICTURES]
    write_deltalake(f"{tmp_path}/images", pa.Table.from_pylist(rows), writer_properties=PLAIN)
    return tmp_path


def bytes_read():
    """What this process has read by system calls so far."""
    told = Path("/proc/self/io").read_text()
    return int(told.partition("rchar: ")[2].split()[0])


def test_a_few_pictures_cost_their_own_bytes_and_not_their_row_groups(plain_lake):
    asked = [wanted(PICTURES[number], "m_a") for number in (150, 3, 77)]
    list(read_pictures(str(plain_lake), asked))
    assert index_path(data_file(plain_lake, "m_a")).exists()

    before = bytes_read()
    found = [content for _, content in read_pictures(str(plain_lake), asked)]
    used = bytes_read() - before

    assert found == [PICTURES[number] for number in (3, 77, 150)]
    assert 300_000 <= used < 400_000


def test_without_an_index_little_more_is_read(plain_lake):
    asked = [wanted(PICTURES[9], "m_a")]
    before = bytes_read()
    [(_, content)] = read_pictures(str(plain_lake), asked)
    assert content == PICTURES[9]
    assert bytes_read() - before < 300_000


def test_one_flipped_bit_in_a_plain_file_is_found(plain_lake):
    path = data_file(plain_lake, "m_a")
    [place] = load_index(path).find([wanted(PICTURES[9], "m_a").image_id])
    with path.open("r+b") as file:
        file.seek(place.offset + 100)
        file.write(b"!")
    with pytest.raises(PictureUnreadable, match="bytes of another crc32"):
        list(read_pictures(str(plain_lake), [wanted(PICTURES[9], "m_a")]))


def altered(index, content, *, by):
    """Change what an index says of a picture, leaving it an index of that file."""
    whole = index.read_bytes()
    place = load_index(index.parent.parent / index.name.removesuffix(".idx")).find(
        [hashlib.sha256(content).hexdigest()]
    )[0]
    old = (place.offset).to_bytes(8, "little") if by == "place" else digest(content)
    assert whole.count(old) == 1
    index.write_bytes(whole.replace(old, bytes([old[0] ^ 1]) + old[1:]))


def digest(content):
    return hashlib.sha256(content).digest()


@pytest.mark.parametrize("by", ["place", "id"])
def test_an_index_that_lies_costs_a_second_look_and_no_picture(plain_lake, by):
    path = data_file(plain_lake, "m_a")
    load_index(path)
    altered(index_path(path), PICTURES[9], by=by)
    asked = [wanted(content, "m_a") for content in PICTURES]
    found = [content for _, content in read_pictures(str(plain_lake), asked)]
    assert sorted(found) == sorted(PICTURES)


def test_files_can_be_read_side_by_side(lake):
    asked = {one.image_id: one for one in (wanted(b"bear", "m_b"), wanted(b"cat", "m_c"))}
    paths = data_files(str(lake), ["m_b", "m_c", "m_x"])
    found = {path: [read.content for read in read_data_file(path, asked)] for path in paths}
    assert sorted(map(len, found.values())) == [1, 1]
    assert all(read.fault is None for path in paths for read in read_data_file(path, asked))


def test_files_that_a_compaction_replaced_meanwhile_are_found_in_the_newer_snapshot(lake):
    asked = [wanted(content, key) for key, some in CONTENTS.items() for content in some]
    reading = read_pictures(str(lake), asked)
    found = [next(reading)[1]]
    before = [data_file(lake, key) for key in CONTENTS]
    DeltaTable(f"{lake}/images").optimize.compact()
    for path in before:
        path.unlink()
    found += [content for _, content in reading]
    assert sorted(found) == sorted(content for some in CONTENTS.values() for content in some)


def test_pictures_of_a_plain_file_are_read_in_little_memory(tmp_path):
    rows = pa.Table.from_pylist([row(content, "m_a") for content in PICTURES])
    write_deltalake(f"{tmp_path}/images", rows, writer_properties=PLAIN)
    measured = subprocess.run(
        [sys.executable, "-c", MEASURED, str(tmp_path)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        check=True,
    )
    count, grown_kb = map(int, measured.stdout.split())
    assert count == len(PICTURES)
    assert grown_kb < 8_000
