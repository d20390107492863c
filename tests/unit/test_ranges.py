import hashlib
import os
from itertools import chain

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hub.lake import indexes
from hub.lake.indexes import data_path, index_path, load_index, write_index
from hub.lake.pages import NotPlain
from hub.lake.ranges import Range, WrongRange, index_file, read_ranges

PLAIN = {"compression": "none", "use_dictionary": False, "write_statistics": False}


def image_id(content):
    return hashlib.sha256(content).hexdigest()


def contents_of(count, seed=0):
    random = np.random.default_rng(seed)
    return [random.bytes(int(size)) for size in random.integers(0, 9_000, count)]


@pytest.fixture
def write(tmp_path):
    """Return `write(contents)`: a data file of these bytes."""

    def write(contents, *, name="part-0.parquet", nullable=True, **options):
        schema = pa.schema(
            [
                ("image_id", pa.string()),
                ("number", pa.int64()),
                pa.field("content", pa.binary(), nullable=nullable),
            ]
        )
        ids = [image_id(content or b"") for content in contents]
        table = pa.Table.from_arrays(
            [pa.array(ids), pa.array(range(len(ids))), pa.array(contents, pa.binary())],
            schema=schema,
        )
        path = tmp_path / name
        pq.write_table(table, path, **(PLAIN | options))
        return path

    return write


def read_back(path, contents):
    index = load_index(path)
    found = index.find([image_id(content) for content in contents])
    return list(read_ranges(path, found))


LAYOUTS = {
    "one page": {},
    "many pages": {"data_page_size": 4096, "write_batch_size": 4},
    "many row groups": {"row_group_size": 7},
    "both": {"row_group_size": 40, "data_page_size": 4096, "write_batch_size": 4},
    "required": {"nullable": False},
    "with statistics": {"write_statistics": True},
    "pages of version 2": {"data_page_version": "2.0", "data_page_size": 4096},
    "version 2, required": {"data_page_version": "2.0", "nullable": False},
    "with checksums": {"write_page_checksum": True},
    "with a page index": {"write_page_index": True, "write_statistics": True},
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_every_value_of_every_plain_layout_is_one_range(write, layout):
    contents = [*contents_of(100), b"a", b"b" * 300_000]
    path = write(contents, **layout)
    assert read_back(path, contents) == contents
    assert read_back(path, contents[::-3]) == contents[::-3]


def test_ranges_are_where_the_bytes_stand_in_the_file(write):
    contents = contents_of(20)
    path = write(contents)
    whole = path.read_bytes()
    for content in contents:
        [found] = index_file(path).find([image_id(content)])
        assert whole[found.offset : found.offset + found.length] == content


@pytest.mark.parametrize(
    "layout",
    [
        {"compression": "snappy"},
        {"use_dictionary": True},
        {"column_encoding": {"content": "DELTA_LENGTH_BYTE_ARRAY"}},
    ],
    ids=str,
)
def test_what_is_not_plain_is_refused(write, layout):
    with pytest.raises(NotPlain):
        index_file(write([b"aaaa", b"bbbb"], **layout))


def test_null_bytes_are_refused(write):
    with pytest.raises(NotPlain, match="NULL"):
        index_file(write([b"a", None, b"c"]))


def test_ids_that_are_no_digests_are_refused(tmp_path):
    pq.write_table(pa.table({"image_id": ["cat"], "content": [b"x"]}), tmp_path / "a", **PLAIN)
    with pytest.raises(NotPlain, match="digest"):
        index_file(tmp_path / "a")


def test_a_file_without_the_column_is_refused(write):
    with pytest.raises(NotPlain, match="no column look"):
        index_file(write([b"a"]), ["look"])


def test_a_file_without_rows_has_an_index_without_rows(write):
    path = write([])
    assert load_index(path).find([image_id(b"a")]) == [None]
    assert load_index(path).find([image_id(b"a")]) == [None]


def test_a_length_that_was_altered_is_found_when_the_index_is_made(write):
    contents = contents_of(20)
    path = write(contents)
    [found] = index_file(path).find([image_id(contents[3])])
    with path.open("r+b") as file:
        file.seek(found.offset - 4)
        file.write((found.length - 1).to_bytes(4, "little"))
    with pytest.raises(NotPlain):
        index_file(path)


def test_the_index_is_kept_beside_the_file_and_used(write, monkeypatch):
    contents = contents_of(10)
    path = write(contents)
    write_index(path)
    assert index_path(path) == path.parent / "_index" / "part-0.parquet.idx"
    assert data_path(index_path(path)) == path
    monkeypatch.setattr(indexes, "index_file", None)
    assert read_back(path, contents) == contents


def test_an_absent_index_is_made_and_kept(write):
    path = write([b"a"])
    load_index(path)
    assert [one.name for one in index_path(path).parent.iterdir()] == [index_path(path).name]


@pytest.mark.parametrize("damage", [b"", b"ARROW1", b"not an index at all" * 100])
def test_a_damaged_index_is_made_again(write, damage):
    contents = contents_of(10)
    path = write(contents)
    write_index(path)
    index_path(path).write_bytes(damage)
    assert read_back(path, contents) == contents
    assert index_path(path).read_bytes() != damage


def test_an_index_cut_anywhere_is_made_again(write):
    contents = contents_of(5)
    path = write(contents)
    write_index(path)
    whole = index_path(path).read_bytes()
    for size in chain(range(0, len(whole), 50), [len(whole) - 1]):
        index_path(path).write_bytes(whole[:size])
        assert read_back(path, contents) == contents


def test_the_index_of_an_older_file_of_that_name_is_not_used(write):
    contents = [b"aaaa", b"bbbb"]
    path = write(contents)
    write_index(path)
    before = path.stat()
    # As large and of the same ids, in another order.
    write(contents[::-1])
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    assert path.stat().st_size == before.st_size
    assert read_back(path, contents) == contents


def test_an_index_that_lacks_a_column_is_made_again(write):
    path = write([b"a"])
    write_index(path, [])
    assert read_back(path, [b"a"]) == [b"a"]


def test_where_nothing_can_be_written_the_index_is_made_in_memory(write):
    contents = contents_of(10)
    path = write(contents)
    index_path(path).parent.write_bytes(b"a file where the folder would be")
    assert read_back(path, contents) == contents


def test_an_absent_picture_is_none_wherever_it_would_stand(write):
    contents = contents_of(10)
    path = write(contents)
    ids = [image_id(b"not there"), "0" * 64, image_id(contents[0]), "f" * 64]
    found = load_index(path).find(ids)
    assert [place is None for place in found] == [True, True, False, True]


def test_digests_that_end_in_zeros_are_told_apart(tmp_path):
    ids = ["ab" + "00" * 31, "ab" + "00" * 30 + "01", "00" * 32]
    table = pa.table({"image_id": ids, "content": [b"one", b"two", b"three"]})
    pq.write_table(table, tmp_path / "a", **PLAIN)
    found = load_index(tmp_path / "a").find(ids)
    assert list(read_ranges(tmp_path / "a", found)) == [b"one", b"two", b"three"]


@pytest.mark.parametrize("wrong", [Range(10, 5), Range(2, 1), Range(10**9, 5), Range(50, -1)])
def test_a_range_that_holds_no_such_value_is_refused(write, wrong):
    path = write(contents_of(3))
    with pytest.raises(WrongRange):
        list(read_ranges(path, [wrong]))


def test_a_file_cut_short_is_an_error_and_not_a_wrong_index(write):
    path = write(contents_of(20))
    whole = path.read_bytes()
    for size in (0, 3, 100, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises((OSError, pa.ArrowException, NotPlain)):
            index_file(path)
