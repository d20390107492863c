import hashlib
import io
import os
import signal
import subprocess
import sys
import time
import zipfile
from functools import partial

import pytest

from hub.db import connect
from hub.errors import ExportError, NotFound
from hub.exports.claiming import claimed
from hub.exports.formats import FORMATS
from hub.exports.zipping import zip_folder
from hub.rules.recipes import make_recipe
from hub.services import export_archives, subsets
from hub.services.export_archives import find_made
from hub.services.exports import export
from hub.services.sources import open_source


@pytest.fixture
def lock(published, settings):
    for number in range(12):
        published.add(os.urandom(3000 + number), "Bear" if number % 3 else "Toy")
    published.write_lake()
    return create(settings, "mine", by="ann", note="secret plans")


def create(settings, name, *, by, note=""):
    with connect(settings.database_url) as db:
        recipe = make_recipe({"labels": ["Bear", "Toy"]})
        made = subsets.create(db, name, recipe=recipe, settings=settings, by=by, note=note)
        return made.lock


@pytest.fixture
def make(settings):
    open_db = partial(connect, settings.database_url)
    return partial(export_archives.make, settings, open_db)


def content_of(made):
    return b"".join(made.read(0, made.size_bytes))


def files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("format", ["csv", "coco", "folder", "webdataset", "parquet", "croissant"])
def test_a_zip_holds_what_the_export_writes(lock, settings, make, tmp_path, format):
    said = make(root=lock.root, format=format)

    content = content_of(find_made(settings, lock.root, format))
    assert (said["size_bytes"], said["sha256"]) == (
        len(content),
        hashlib.sha256(content).hexdigest(),
    )
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        assert opened.testzip() is None
        assert {one.compress_type for one in opened.infolist()} == {zipfile.ZIP_STORED}
        opened.extractall(tmp_path / "unpacked")
    export(open_source(settings, lock), format, folder=tmp_path / "there")
    ours, theirs = files(tmp_path / "unpacked"), files(tmp_path / "there")
    assert ours.keys() == theirs.keys()
    differing = {name for name in ours if ours[name] != theirs[name]}
    # The notes of a lock are its owner's.
    assert all(b"secret plans" not in ours[name] for name in ours)
    assert differing <= {"subset.lock", "README.md", "croissant.json"}


def test_a_zip_is_made_once(lock, settings, make):
    make(root=lock.root, format="csv")
    before = find_made(settings, lock.root, "csv").path.stat()
    make(root=lock.root, format="csv")
    assert find_made(settings, lock.root, "csv").path.stat() == before


def test_the_same_pictures_give_the_same_bytes_whoever_asks(lock, settings, make):
    first = make(root=lock.root, format="csv")
    find_made(settings, lock.root, "csv").path.unlink()
    assert find_made(settings, lock.root, "csv") is None
    assert create(settings, "other", by="eve", note="others").root == lock.root
    assert make(root=lock.root, format="csv") == first


def test_any_span_can_be_read(lock, settings, make):
    make(root=lock.root, format="csv")
    made = find_made(settings, lock.root, "csv")
    assert b"".join(made.read(100, 5000)) == content_of(made)[100:5000]


def test_what_was_made_in_is_removed(lock, settings, make):
    make(root=lock.root, format="coco")
    assert [*(settings.home / "exports").iterdir()] == []


def test_a_zip_cut_short_is_none(lock, settings, make):
    make(root=lock.root, format="csv")
    os.truncate(find_made(settings, lock.root, "csv").path, 100)
    assert find_made(settings, lock.root, "csv") is None
    make(root=lock.root, format="csv")
    with zipfile.ZipFile(find_made(settings, lock.root, "csv").path) as opened:
        assert opened.testzip() is None


@pytest.mark.parametrize(
    ("root", "format", "said"),
    [("x" * 64, "csv", "no subset"), (None, "../csv", "There is no format"), (None, "", "format")],
)
def test_what_there_is_not_is_refused(lock, settings, make, root, format, said):
    with pytest.raises(NotFound, match=said):
        make(root=root or lock.root, format=format)
    assert find_made(settings, root or lock.root, format) is None


def test_two_do_not_make_the_same_zip_at_once(lock, settings, make):
    work = settings.home / "exports" / f"{lock.root}-csv"
    with claimed(work), pytest.raises(ExportError, match="by another process"):
        make(root=lock.root, format="csv")


def test_an_export_that_fails_leaves_nothing(lock, settings, make):
    def broken(items, label, total):
        yield next(iter(items))
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="disk is gone"):
        make(root=lock.root, format="csv", watch=broken)
    assert find_made(settings, lock.root, "csv") is None
    assert [*(settings.home / "exports").iterdir()] == []


KILLED = """
import os, signal, sys
from functools import partial
from hub.config import Settings
from hub.db import connect
from hub.exports.target import Target
from hub.objects.local import Objects
from hub.services import export_archives

home, url, root, function, calls = sys.argv[1:]
owner = {"put": Target, "accept": Objects}[function]
original, left = getattr(owner, function), [int(calls)]

def dying(self, *arguments):
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    left[0] -= 1
    return original(self, *arguments)

setattr(owner, function, dying)
settings = Settings.from_env({"HUB_HOME": home, "HUB_DATABASE_URL": url})
export_archives.make(settings, partial(connect, url), root=root, format="csv")
"""


@pytest.mark.parametrize(
    ("function", "calls"), [("put", 0), ("put", 5), ("accept", 0), ("accept", 1)]
)
def test_killed_anywhere_it_is_made_when_asked_again(lock, settings, make, function, calls):
    arguments = [settings.home, settings.database_url, lock.root, function, calls]
    died = subprocess.run([sys.executable, "-c", KILLED, *map(str, arguments)], timeout=120)
    assert died.returncode == -signal.SIGKILL
    assert find_made(settings, lock.root, "csv") is None

    make(root=lock.root, format="csv")

    with zipfile.ZipFile(find_made(settings, lock.root, "csv").path) as opened:
        assert opened.testzip() is None
        assert len(opened.namelist()) > 12
    assert [*(settings.home / "exports").iterdir()] == []


def test_what_a_dead_one_left_goes_after_a_day_unless_somebody_works_there(lock, settings, make):
    left, busy, new = (settings.home / "exports" / name for name in ("left", "busy", "new"))
    for folder in (left, busy, new):
        (folder / "files").mkdir(parents=True)
    for folder in (left, busy):
        os.utime(folder, (time.time() - 90_000,) * 2)
    with claimed(busy):
        make(root=lock.root, format="csv")
    assert sorted((settings.home / "exports").iterdir()) == [busy, new]


def test_a_folder_gives_the_same_zip_whenever_it_was_written(tmp_path):
    for name, age in (("one", 0), ("other", 5000)):
        folder = tmp_path / name / "b" / "ä"
        folder.mkdir(parents=True)
        for number in (2, 1):
            (folder / f"{number}.txt").write_bytes(b"x" * number)
        os.utime(folder / "1.txt", (time.time() - age,) * 2)
    zips = [b"".join(zip_folder(tmp_path / name)) for name in ("one", "other")]
    assert zips[0] == zips[1]
    with zipfile.ZipFile(io.BytesIO(zips[0])) as opened:
        assert opened.namelist() == ["b/ä/1.txt", "b/ä/2.txt"]


def test_a_folder_with_nothing_in_it_is_an_empty_zip(tmp_path):
    with zipfile.ZipFile(io.BytesIO(b"".join(zip_folder(tmp_path)))) as opened:
        assert opened.namelist() == []


def test_every_format_can_be_part_of_an_address():
    assert all(name.replace("-", "").isalnum() for name in FORMATS)
