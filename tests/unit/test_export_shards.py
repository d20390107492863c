import tracemalloc
from collections import Counter

import pyarrow.parquet as pq
import pytest

from hub.exports import hugging_face, petastorm, tfrecord, webdataset
from hub.exports.shards import shards
from hub.services.exports import export
from tests.fixtures.exported import label, picture, sha256, source_of


def source(sizes, *, splits=("train",)):
    contents = [bytes([number % 256, number // 256]) * (size // 2) for number, size in sizes]
    pictures = [
        picture(content, picked=[label("Apple")], split=splits[number % len(splits)])
        for number, content in enumerate(contents)
    ]
    return source_of(pictures, {sha256(content): content for content in contents})


def test_a_shard_holds_as_much_as_it_may_and_every_picture_is_in_one():
    subset = source([(number, 40) for number in range(10)])

    parts = list(shards(subset, most_bytes=120))

    assert [len(part.pictures) for part in parts] == [3, 3, 3, 1]
    assert [(part.number, part.of) for part in parts] == [(0, 4), (1, 4), (2, 4), (3, 4)]
    assert [one for part in parts for one in part.pictures] == list(subset.pictures())


def test_a_picture_beyond_the_bound_has_a_shard_of_its_own():
    subset = source([(1, 40), (2, 400), (3, 40)])

    sizes = [[one.size_bytes for one in part.pictures] for part in shards(subset, most_bytes=60)]

    assert sorted(map(len, sizes)) == [1, 1, 1]
    assert [400] in sizes


def test_splits_have_shards_of_their_own():
    subset = source([(number, 40) for number in range(9)], splits=("train", "none", "test"))

    parts = list(shards(subset, most_bytes=80))

    assert Counter(part.split for part in parts) == {"train": 2, "test": 2, "none": 2}
    assert all(one.split == part.split for part in parts for one in part.pictures)
    assert all(part.of == 2 for part in parts)


@pytest.mark.parametrize("module", [hugging_face, petastorm, tfrecord, webdataset])
def test_memory_follows_the_bound_of_a_shard_and_not_the_subset(module, tmp_path, monkeypatch):
    size, count = 200_000, 120
    monkeypatch.setattr(module, "SHARD_BYTES", 10 * size)
    monkeypatch.setattr(hugging_face, "_GROUP_BYTES", 4 * size)
    pictures = [
        picture(f"{number:0{size}}".encode(), picked=[label("Apple")]) for number in range(count)
    ]
    subset = source_of(pictures, {})
    numbers = {sha256(f"{number:0{size}}".encode()): number for number in range(count)}

    def contents(some):
        for one in some:
            yield one, f"{numbers[one.image_id]:0{size}}".encode()

    object.__setattr__(subset, "contents", contents)
    name = {hugging_face: "parquet"}.get(module, module.__name__.rpartition(".")[2])
    tracemalloc.start()
    export(subset, name, folder=tmp_path / "out")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    # A row group of Petastorm's is a shard, once as rows and once as columns.
    assert peak < 25 * size


def test_a_file_for_petastorm_is_one_row_group_of_plain_columns(tmp_path):
    export(source([(number, 40) for number in range(30)]), "petastorm", folder=tmp_path)

    (path,) = tmp_path.glob("*/*.parquet")
    with pq.ParquetFile(path) as file:
        assert file.num_row_groups == 1
        assert {str(field.type) for field in file.schema_arrow} == {"binary", "int64", "string"}
        assert not any(field.nullable for field in file.schema_arrow)
        encodings = file.metadata.row_group(0).column(0).encodings
    assert "PLAIN_DICTIONARY" not in encodings
    assert "RLE_DICTIONARY" not in encodings
