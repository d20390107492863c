import os
import time

import pytest

from hub.objects.local import Objects


@pytest.fixture
def objects(tmp_path):
    return Objects(tmp_path / "objects")


def test_what_is_put_is_got(objects):
    objects.put("landing/aa/a", b"one")
    objects.put("landing/aa/b", b"two")
    assert (objects.get("landing/aa/a"), objects.get("landing/aa/b")) == (b"one", b"two")


def test_an_equal_object_is_kept(objects):
    objects.put("a", b"one")
    before = os.stat(objects.path("a"))
    objects.put("a", b"one")
    assert os.stat(objects.path("a")).st_ino == before.st_ino


def test_an_object_that_a_power_cut_spoilt_is_mended(objects):
    objects.put("a", b"one")
    objects.path("a").write_bytes(b"\0\0\0")
    objects.put("a", b"one")
    assert objects.get("a") == b"one"


def test_what_is_not_accepted_leaves_nothing(objects, tmp_path):
    with objects.incoming() as incoming:
        incoming.write(b"half")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_only_what_died_a_day_ago_is_removed(objects, tmp_path):
    with objects.incoming() as old, objects.incoming() as new:
        os.utime(old.name, (0, 0))
        objects.remove_stale()
        assert (os.path.exists(old.name), os.path.exists(new.name)) == (False, True)


def test_an_absent_object_is_told(objects):
    assert not objects.exists("a")
    with pytest.raises(FileNotFoundError):
        objects.get("a")


@pytest.mark.parametrize(
    "key", ["", "/etc/passwd", "../a", "a/../b", "a//b", ".incoming/x", "a/", "a\n", "a\0", "é"]
)
def test_a_key_that_could_leave_the_folder_is_refused(objects, key):
    with pytest.raises(ValueError, match="not an object key"):
        objects.path(key)


def test_sync_returns_when_there_is_something_to_sync(objects):
    objects.put("a", b"one")
    objects.sync()


DAY = 24 * 3600


def age(objects, key, seconds=2 * DAY):
    then = time.time() - seconds
    os.utime(objects.path(key), (then, then))


def test_an_old_object_is_removed_and_a_young_one_is_not(objects, tmp_path):
    objects.put("old", b"one")
    objects.put("young", b"two")
    age(objects, "old")
    assert (objects.size_of_old("old"), objects.size_of_old("young")) == (3, None)
    assert (objects.remove_old("old"), objects.remove_old("young")) == (True, False)
    assert (objects.exists("old"), objects.get("young")) == (False, b"two")
    assert not objects.remove_old("old")
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["young"]


def test_an_object_that_is_accepted_again_is_young_again(objects):
    objects.put("a", b"one")
    age(objects, "a")
    objects.put("a", b"one")
    assert not objects.remove_old("a")
    assert objects.get("a") == b"one"


def test_what_is_accepted_while_it_is_removed_is_there_afterwards(objects, monkeypatch):
    """Accepted just before it is taken aside, then by another call while it is aside."""
    objects.put("a", b"one")
    age(objects, "a")
    rename = os.rename

    def accepted_first(source, target):
        objects.put("a", b"one")
        rename(source, target)
        objects.put("a", b"one")

    monkeypatch.setattr(os, "rename", accepted_first)
    assert not objects.remove_old("a")
    assert objects.get("a") == b"one"


def test_what_lies_below_a_prefix_is_listed(objects):
    for key in ("landing/bb/y", "landing/aa/x", "other/z"):
        objects.put(key, b"")
    (objects.path("landing") / ".hidden").write_bytes(b"")
    assert [*objects.list_folder("landing")] == ["landing/aa", "landing/bb"]
    assert [*objects.list_folder("landing/aa")] == ["landing/aa/x"]
    assert [*objects.list_folder("nothing")] == []
