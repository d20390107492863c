import hashlib

import numpy as np
import pyarrow.parquet as pq
import pytest

from hub.lake import packs
from hub.lake.indexes import index_path, load_index
from hub.lake.packs import COLUMNS, Packed, PackWriter, pack_path, read_pack


def image_id(number):
    return hashlib.sha256(str(number).encode()).hexdigest()


def row(number):
    random = np.random.default_rng(number)
    return {
        "thumbnail_299": random.bytes(int(random.integers(1, 3000))),
        "thumbnail_100": random.bytes(int(random.integers(1, 500))),
        "look": random.bytes(64),
    }


def write(root, batch_key, pack, numbers):
    with PackWriter(pack_path(root, batch_key, pack=pack)) as writer:
        for number in numbers:
            writer.add(image_id(number), **row(number))


@pytest.fixture
def root(tmp_path):
    """Objects with 4 packs of two batches: pictures 0-39, ten a pack."""
    for place, (batch_key, pack) in enumerate([("b1", 0), ("b1", 1), ("b2", 0), ("b2", 7)]):
        write(tmp_path, batch_key, pack, range(place * 10, place * 10 + 10))
    return tmp_path


def keys(*numbers):
    names = [("b1", 0), ("b1", 1), ("b2", 0), ("b2", 7)]
    return [Packed(*names[number // 10], image_id(number)) for number in numbers]


@pytest.mark.parametrize("column", COLUMNS)
def test_any_pictures_come_from_any_packs(root, column):
    asked = (39, 0, 17, 16, 3, 25)
    found = dict(read_pack(root, keys(*asked), column))
    assert found == {keys(number)[0]: row(number)[column] for number in asked}


def test_plain_tuples_will_do(root):
    [(one, look)] = read_pack(str(root), [("b2", 7, image_id(30))], "look")
    assert (one.image_id, look) == (image_id(30), row(30)["look"])


def test_what_the_packs_lack_is_not_yielded(root):
    asked = [*keys(5), Packed("b1", 0, image_id(999)), Packed("b1", 9, image_id(6)), ("x", 0, "ab")]
    assert [one for one, _ in read_pack(root, asked, "look")] == keys(5)


def test_a_damaged_pack_costs_its_own_pictures(root):
    path = pack_path(root, "b1", pack=1)
    path.write_bytes(path.read_bytes()[:100])
    found = read_pack(root, keys(5, 15, 25), "thumbnail_299")
    assert [one for one, _ in found] == keys(5, 25)


@pytest.mark.parametrize("name", [b"imagE_id", b"\xffmage_id"])
def test_a_pack_whose_footer_is_damaged_costs_its_own_pictures(root, name):
    path = pack_path(root, "b1", pack=0)
    path.write_bytes(path.read_bytes().replace(b"image_id", name))
    index_path(path).unlink()
    assert [key for key, _ in read_pack(root, keys(1, 11), "look")] == keys(11)


def test_a_lost_index_is_made_again(root):
    index = index_path(pack_path(root, "b1", pack=0))
    index.unlink()
    assert len(dict(read_pack(root, keys(*range(10)), "look"))) == 10
    assert index.exists()


def test_an_index_with_wrong_places_is_forgotten(root):
    index = index_path(pack_path(root, "b1", pack=0))
    whole = index.read_bytes()
    at = whole.index((len(row(0)["look"]) + 4).to_bytes(8, "little"))
    index.write_bytes(whole[:at] + (69).to_bytes(8, "little") + whole[at + 8 :])
    list(read_pack(root, keys(*range(10)), "look"))
    found = dict(read_pack(root, keys(*range(10)), "look"))
    assert list(found.values()) == [row(n)["look"] for n in map(number_of, found)]
    assert len(found) == 10


@pytest.mark.parametrize("column", COLUMNS)
def test_a_value_that_was_altered_is_not_yielded(root, column):
    path = pack_path(root, "b1", pack=0)
    whole, value = path.read_bytes(), row(3)[column]
    assert whole.count(value) == 1
    path.write_bytes(whole.replace(value, bytes([value[0] ^ 1]) + value[1:]))
    for _ in range(2):
        found = dict(read_pack(root, keys(*range(10)), column))
        assert found == {keys(n)[0]: row(n)[column] for n in range(10) if n != 3}


def test_a_value_of_another_picture_is_not_yielded(root):
    path = index_path(pack_path(root, "b1", pack=0))
    places = load_index(pack_path(root, "b1", pack=0), COLUMNS)
    one, other = (
        places.find([image_id(n)], "look")[0].offset.to_bytes(8, "little") for n in (1, 2)
    )
    whole = path.read_bytes()
    assert whole.count(one) == 1
    path.write_bytes(whole.replace(one, other))
    assert keys(1)[0] not in dict(read_pack(root, keys(*range(10)), "look"))
    found = dict(read_pack(root, keys(*range(10)), "look"))
    assert found == {keys(n)[0]: row(n)["look"] for n in range(10)}


def number_of(key):
    return next(number for number in range(40) if image_id(number) == key.image_id)


def test_a_pack_is_whole_or_not_there(tmp_path, monkeypatch):
    monkeypatch.setattr(packs, "_GROUP_BYTES", 1)
    path = pack_path(tmp_path, "b", pack=0)
    with pytest.raises(RuntimeError):
        die_writing(path)
    assert [*path.parent.iterdir()] == []


def die_writing(path):
    with PackWriter(path) as writer:
        writer.add(image_id(0), **row(0))
        [begun] = path.parent.iterdir()
        assert begun != path
        raise RuntimeError


def test_nothing_added_writes_nothing(tmp_path):
    with PackWriter(pack_path(tmp_path, "b", pack=0)):
        pass
    assert [*tmp_path.iterdir()] == []


def test_a_second_attempt_replaces_the_first(tmp_path):
    write(tmp_path, "b", 0, range(5))
    write(tmp_path, "b", 0, range(5, 12))
    asked = [Packed("b", 0, image_id(number)) for number in range(12)]
    found = dict(read_pack(tmp_path, asked, "look"))
    assert [key.image_id for key in found] == [image_id(number) for number in range(5, 12)]
    folder = pack_path(tmp_path, "b", pack=0).parent
    assert sorted(path.name for path in folder.iterdir()) == ["0.parquet", "_index"]


def test_a_large_pack_is_written_in_pieces(tmp_path, monkeypatch):
    monkeypatch.setattr(packs, "_GROUP_BYTES", 10_000)
    write(tmp_path, "b", 0, range(60))
    assert pq.read_metadata(pack_path(tmp_path, "b", pack=0)).num_row_groups > 5
    asked = [Packed("b", 0, image_id(number)) for number in range(60)]
    found = dict(read_pack(tmp_path, asked, "thumbnail_100"))
    assert found == {key: row(n)["thumbnail_100"] for n, key in enumerate(asked)}


def test_a_picture_that_came_twice_is_found(tmp_path):
    write(tmp_path, "b", 0, [1, 1, 2])
    [(_, look)] = read_pack(tmp_path, [Packed("b", 0, image_id(1))], "look")
    assert look == row(1)["look"]
