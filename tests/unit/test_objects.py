import os

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
