import hashlib
import os
import random
import zlib

import pyarrow as pa
import pytest
from deltalake import ColumnProperties, DeltaTable, WriterProperties, write_deltalake

from hub.errors import PictureUnreadable
from hub.lake import locating, reading
from hub.lake.indexes import index_path, load_index
from hub.lake.locating import Locator
from hub.lake.reading import read_in_order
from hub.rules.manifests import Picture

PLAIN = WriterProperties(
    compression="UNCOMPRESSED",
    max_row_group_size=20,
    column_properties={
        "content": ColumnProperties(dictionary_enabled=False, statistics_enabled="NONE")
    },
)
KEYS = ("m_a", "m_b", "m_c")
CONTENTS = [random.Random(number).randbytes(50 + number) for number in range(90)]


def picture(content, label_key):
    return Picture(
        image_id=hashlib.sha256(content).hexdigest(),
        format="jpeg",
        size_bytes=len(content),
        crc32=zlib.crc32(content),
        width_px=1,
        height_px=1,
        split="train",
        group_id="",
        label_key=label_key,
        labels=(),
        picked=(),
        licence="",
        author="",
        source="",
        taken_at=None,
        country=None,
        city=None,
        neighbourhood=None,
    )


def write(root, some, *, properties):
    rows = [{"image_id": one.image_id, "content": c, "label_key": one.label_key} for one, c in some]
    write_deltalake(
        f"{root}/images", pa.Table.from_pylist(rows), mode="append", writer_properties=properties
    )


@pytest.fixture(params=["plain", "compressed", "both"])
def lake(tmp_path, request):
    """Pictures in six data files, all of one label or of two."""
    some = [(picture(c, KEYS[n % 3]), c) for n, c in enumerate(CONTENTS)]
    some.sort(key=lambda pair: pair[0].label_key)
    for start in range(0, 90, 15):
        is_plain = request.param == "plain" or (request.param == "both" and start % 2)
        properties = PLAIN if is_plain else WriterProperties(compression="SNAPPY")
        write(tmp_path, some[start : start + 15], properties=properties)
    return str(tmp_path), some


def table(root):
    return DeltaTable(f"{root}/images")


def files(root):
    return [uri.removeprefix("file://") for uri in table(root).file_uris()]


@pytest.mark.parametrize("seed", range(3))
def test_pictures_come_in_the_order_they_are_asked_for(lake, seed):
    root, some = lake
    some = random.Random(seed).sample(some, 70)
    found = list(read_in_order(Locator(root), [one for one, _ in some]))
    assert found == some


def test_a_picture_asked_for_twice_comes_twice(lake):
    root, some = lake
    twice = [*some[:5], *some[:3]]
    assert list(read_in_order(Locator(root), [one for one, _ in twice])) == twice


def test_windows_and_open_files_have_bounds_and_lose_nothing(lake, monkeypatch):
    root, some = lake
    monkeypatch.setattr(reading, "_WINDOW", 20)
    monkeypatch.setattr(reading, "_OPEN_FILES", 2)
    monkeypatch.setattr(reading, "_HELD_BYTES", 500)
    monkeypatch.setattr(locating, "_KEPT_ROWS", 20)
    locator = Locator(root)
    assert list(read_in_order(locator, [one for one, _ in some])) == some
    assert len(locator._indexes) <= 2


def test_no_file_stays_open(lake):
    root, some = lake
    before = os.listdir("/proc/self/fd")
    reading_some = read_in_order(Locator(root), [one for one, _ in some])
    next(reading_some)
    reading_some.close()
    assert os.listdir("/proc/self/fd") == before


def test_files_of_other_labels_are_not_opened(lake):
    root, some = lake
    [path] = [p for p in files(root) if rows_of(p) == rows_of_first(some)]
    os.unlink(path)
    found = list(read_in_order(Locator(root), [one for one, _ in some[60:]]))
    assert found == some[60:]


def rows_of(path):
    return set(pa.parquet.read_table(path)["image_id"].to_pylist())


def rows_of_first(some):
    return {one.image_id for one, _ in some[:15]}


def test_a_compaction_and_a_vacuum_in_the_middle_are_not_noticed(lake):
    root, some = lake
    going_on = read_in_order(Locator(root), [one for one, _ in some])
    found = [next(going_on) for _ in range(7)]
    before = files(root)
    table(root).optimize.compact(writer_properties=PLAIN)
    for path in before:
        os.unlink(path)
    found += going_on
    assert found == some


def test_pictures_published_since_are_found(lake):
    root, some = lake
    locator = Locator(root)
    newer = (picture(b"newer", "m_z"), b"newer")
    write(root, [newer], properties=PLAIN)
    asked = [some[0], newer, some[1]]
    assert list(read_in_order(locator, [one for one, _ in asked])) == asked


def test_an_absent_picture_is_named_and_those_before_it_came(lake):
    root, some = lake
    absent = picture(b"wolf", "m_b")
    going_on = read_in_order(Locator(root), [*(one for one, _ in some[:3]), absent])
    assert [next(going_on) for _ in range(3)] == some[:3]
    with pytest.raises(PictureUnreadable, match=f"{absent.image_id} is not in the lake") as told:
        next(going_on)
    assert told.value.fault == "is not in the lake's newest snapshot"


def test_a_lake_that_is_not_there_names_the_picture(tmp_path):
    with pytest.raises(PictureUnreadable, match="is not in the lake"):
        list(read_in_order(Locator(str(tmp_path)), [picture(b"wolf", "m_b")]))


def test_a_damaged_file_costs_its_own_pictures_and_no_others(lake):
    root, some = lake
    [path] = [p for p in files(root) if rows_of(p) == rows_of_first(some)]
    with open(path, "r+b") as file:
        file.truncate(100)
    locator = Locator(root)
    others = [one for one, _ in some[15:]]
    assert list(read_in_order(locator, others)) == some[15:]
    with pytest.raises(PictureUnreadable, match=os.path.basename(path)):
        list(read_in_order(locator, [some[0][0]]))


@pytest.fixture
def plain(tmp_path):
    some = [(picture(c, "m_a"), c) for c in CONTENTS]
    write(tmp_path, some, properties=PLAIN)
    return str(tmp_path), some


def altered(path, before, after):
    whole = path.read_bytes()
    assert whole.count(before) == 1
    path.write_bytes(whole.replace(before, after))


@pytest.mark.parametrize("by", ["place", "length", "id"])
def test_an_index_that_lies_is_made_again(plain, by):
    root, some = plain
    [path] = files(root)
    content = some[9][1]
    [place] = load_index(path).find([some[9][0].image_id])
    digest = hashlib.sha256(content).digest()
    if by == "id":
        altered(index_path(path), digest, digest[:8] + bytes(24))
    elif by == "place":
        old = place.offset.to_bytes(8, "little")
        altered(index_path(path), old, (place.offset + 1).to_bytes(8, "little"))
    else:
        old = place.length.to_bytes(8, "little")
        altered(index_path(path), old, (place.length + 1).to_bytes(8, "little"))
    assert list(read_in_order(Locator(root), [one for one, _ in some])) == some


def test_one_flipped_bit_is_found(plain):
    root, some = plain
    [path] = files(root)
    [place] = load_index(path).find([some[9][0].image_id])
    with open(path, "r+b") as file:
        file.seek(place.offset + 5)
        file.write(bytes([some[9][1][5] ^ 1]))
    with pytest.raises(PictureUnreadable, match="bytes of another crc32"):
        list(read_in_order(Locator(root), [some[9][0]]))


def test_only_the_wanted_bytes_are_read(tmp_path):
    contents = [number.to_bytes(2, "big") * 50_000 for number in range(100)]
    some = [(picture(c, "m_a"), c) for c in contents]
    write(tmp_path, some, properties=PLAIN)
    locator = Locator(str(tmp_path))
    list(read_in_order(locator, [some[0][0]]))
    before = bytes_read()
    list(read_in_order(locator, [some[n][0] for n in (70, 3, 44)]))
    assert 300_000 <= bytes_read() - before < 330_000


def bytes_read():
    with open("/proc/self/io") as told:
        return int(told.read().partition("rchar: ")[2].split()[0])
