import hashlib
import io
import os
import random
import shutil
import subprocess
import zipfile
from dataclasses import replace

import pytest
from deltalake import DeltaTable

from hub.db import connect
from hub.errors import LockError, PictureUnreadable, StorageError
from hub.exports.tables import image_path
from hub.objects.local import Objects
from hub.rules.locks import lock_text
from hub.rules.manifests import line_of
from hub.rules.recipes import make_recipe
from hub.services import archive_plans, archives, pulls, subsets
from hub.services.archives import open_archive
from hub.services.labels import find_label
from hub.services.sources import open_source
from tests.fixtures.shared import need_program

CONTENTS = [random.Random(number).randbytes(200 + number) for number in range(40)]


def make_lock(settings, name, *labels):
    with connect(settings.database_url) as db:
        recipe = make_recipe({"labels": labels})
        return subsets.create(db, name, recipe=recipe, settings=settings, by="ann").lock


@pytest.fixture(autouse=True)
def _nothing_kept():
    archives._planned.cache_clear()


@pytest.fixture
def lock(published, settings):
    """Forty pictures of three formats in four commits of the lake, beside one not picked."""
    for number, content in enumerate(CONTENTS):
        kind = ("jpeg", "png", "webp")[number % 3]
        published.add(
            content, "Bear" if number % 3 else "Toy", format=kind, author=f"=Ann {number}"
        )
        if number % 10 == 9:
            published.write_lake()
    published.add(b"a dog", "Dog")
    published.write_lake()
    return make_lock(settings, "mine", "Bear", "Toy")


def whole(settings, lock):
    archives._planned.cache_clear()
    archive = open_archive(settings, lock.root)
    found = b"".join(archive.read())
    assert len(found) == archive.size_bytes
    return found


def files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_what_is_unpacked_is_what_is_pulled(lock, settings, tmp_path):
    with zipfile.ZipFile(io.BytesIO(whole(settings, lock))) as opened:
        assert opened.testzip() is None
        opened.extractall(tmp_path / "unpacked")
    pulls.pull(open_source(settings, lock), tmp_path / "pulled")
    assert files(tmp_path / "unpacked") == files(tmp_path / "pulled")


def test_a_pull_into_what_was_unpacked_fetches_nothing(lock, settings, tmp_path):
    with zipfile.ZipFile(io.BytesIO(whole(settings, lock))) as opened:
        opened.extractall(tmp_path / "unpacked")
    before = files(tmp_path / "unpacked")
    pulled = pulls.pull(open_source(settings, lock), tmp_path / "unpacked")
    assert (pulled.fetched, pulled.other_files) == (0, [])
    assert files(tmp_path / "unpacked") == before


def test_pictures_come_first_in_the_order_of_the_manifest_and_then_the_tables(lock, settings):
    with zipfile.ZipFile(io.BytesIO(whole(settings, lock))) as opened:
        names = opened.namelist()
    pictures = [image_path(one) for one in open_source(settings, lock).pictures()]
    assert names == [*pictures, "ATTRIBUTION.csv", "README.md", "labels.csv", "subset.lock"]
    assert len({name.casefold() for name in names}) == len(names)


def test_any_range_is_that_range_of_the_whole(lock, settings):
    expected, archive = whole(settings, lock), open_archive(settings, lock.root)
    rng = random.Random(1)
    for _ in range(200):
        first, end = sorted(rng.randint(0, len(expected)) for _ in range(2))
        assert b"".join(archive.read(first, end)) == expected[first:end]


def test_unzip_accepts_it(lock, settings, tmp_path):
    need_program("unzip")
    (tmp_path / "a.zip").write_bytes(whole(settings, lock))
    subprocess.run(["unzip", "-tq", tmp_path / "a.zip"], check=True, capture_output=True)


def test_changed_labels_a_compaction_and_a_vacuum_change_no_byte(lock, settings, published):
    before, etag = whole(settings, lock), open_archive(settings, lock.root).etag
    with connect(settings.database_url) as db, db.cursor() as cursor:
        toy, dog = (find_label(db, name).label_id for name in ("Toy", "Dog"))
        cursor.execute("UPDATE label_claim SET label_id = %s WHERE label_id = %s", (dog, toy))
        cursor.execute("UPDATE label_name SET name = 'Grizzly' WHERE name = 'Bear'")
        cursor.execute("UPDATE image SET author = 'Ben'")
        db.commit()
    published.add(b"later", "Dog")
    published.write_lake()
    table = DeltaTable(f"{settings.lake_root}/images")
    table.optimize.compact()
    table.vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False)

    assert whole(settings, lock) == before
    assert open_archive(settings, lock.root).etag == etag


def test_two_locks_of_one_root_have_one_archive(lock, settings):
    again = make_lock(settings, "another name", "Toy", "Bear")
    assert again.root == lock.root
    assert whole(settings, again) == whole(settings, lock)


def test_a_plan_that_is_lost_or_damaged_is_made_again(lock, settings):
    before, objects = whole(settings, lock), Objects(settings.objects_root)
    plan = objects.path(archive_plans.plan_key(lock.root))
    kept = plan.read_bytes()
    plan.write_bytes(kept[:-9])
    assert whole(settings, lock) == before
    assert plan.read_bytes() == kept
    shutil.rmtree(plan.parent)
    assert whole(settings, lock) == before


def test_a_plan_is_the_same_whoever_makes_it(lock, settings):
    objects = Objects(settings.objects_root)
    archive_plans.prepare(objects, lock)
    kept = files(objects.path(archive_plans.plan_key(lock.root)).parent)
    shutil.rmtree(objects.path(archive_plans.plan_key(lock.root)).parent)
    whole(settings, lock)
    assert files(objects.path(archive_plans.plan_key(lock.root)).parent) == kept


def test_nothing_of_the_hub_its_names_or_times_is_inside(lock, settings):
    found = whole(settings, lock)
    for told in (lock.notes.hub, lock.notes.created_at, lock.notes.name + ":"):
        assert told.encode() not in found


@pytest.mark.parametrize("is_lost", [True, False])
def test_a_picture_that_cannot_be_had_ends_it_in_the_middle(lock, settings, is_lost, monkeypatch):
    monkeypatch.setattr(archives, "_CHUNK", 100)
    expected = whole(settings, lock)
    middle = sorted(hashlib.sha256(content).hexdigest() for content in CONTENTS)[20]
    table = DeltaTable(f"{settings.lake_root}/images")
    if is_lost:
        table.delete(f"image_id = '{middle}'")
    else:
        table.update(updates={"content": "X'00'"}, predicate=f"image_id = '{middle}'")
    chunks = []
    with pytest.raises(PictureUnreadable, match=middle):
        chunks.extend(open_archive(settings, lock.root).read())
    got = b"".join(chunks)
    assert expected.startswith(got)
    assert expected.index(middle.encode()) < len(got) < len(expected) * 0.7


def test_what_is_behind_a_picture_that_is_lost_can_still_be_had(lock, settings):
    expected = whole(settings, lock)
    lost = min(hashlib.sha256(content).hexdigest() for content in CONTENTS)
    DeltaTable(f"{settings.lake_root}/images").delete(f"image_id = '{lost}'")
    assert b"".join(open_archive(settings, lock.root).read(400)) == expected[400:]


def test_a_table_that_was_changed_ends_it(lock, settings):
    whole(settings, lock)
    path = Objects(settings.objects_root).path(archive_plans.plan_key(lock.root, "labels.csv"))
    os.truncate(path, 10)
    with pytest.raises(StorageError, match=r"labels\.csv was changed or removed"):
        list(open_archive(settings, lock.root).read())


def test_a_manifest_that_is_not_here_is_said(lock, settings):
    with pytest.raises(LockError, match="does not have the manifest"):
        open_archive(settings, "0" * 64)


def test_a_manifest_that_was_changed_is_refused(lock, settings):
    objects = Objects(settings.objects_root)
    shutil.rmtree(objects.path(archive_plans.plan_key(lock.root)).parent, ignore_errors=True)
    path = objects.path(subsets.manifest_key(lock.root))
    path.write_bytes(path.read_bytes().replace(b"=Ann 7", b"=Bnn 7"))
    with pytest.raises(LockError, match="was changed or is damaged"):
        open_archive(settings, lock.root)


def test_a_manifest_of_an_earlier_release_needs_its_lock(lock, settings):
    objects = Objects(settings.objects_root)
    lines = b"".join(map(line_of, open_source(settings, lock).pictures()))
    old = replace(lock, root=hashlib.sha256(lines).hexdigest(), format=1)
    objects.put(subsets.manifest_key(old.root), lines)
    with pytest.raises(LockError, match="earlier release"):
        open_archive(settings, old.root)
    archive = open_archive(settings, old.root, lock=old)
    with zipfile.ZipFile(io.BytesIO(b"".join(archive.read()))) as opened:
        assert opened.read("subset.lock").decode() == lock_text(old, with_notes=False)


def test_chunks_are_of_a_bounded_size(published, settings):
    published.add(os.urandom(5 * 2**20), "Bear")
    published.write_lake()
    lock = make_lock(settings, "large", "Bear")
    sizes = [len(chunk) for chunk in open_archive(settings, lock.root).read()]
    assert max(sizes) < 2 * archives._CHUNK
    assert min(sizes[:-1]) >= archives._CHUNK


def test_no_file_stays_open(lock, settings):
    whole(settings, lock)
    before = os.listdir("/proc/self/fd")
    reading = open_archive(settings, lock.root).read()
    next(reading)
    reading.close()
    assert os.listdir("/proc/self/fd") == before
