import csv
import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from deltalake import DeltaTable, write_deltalake

from cluster.cli import cli
from cluster.cli.context import Hub
from hub.db import connect
from hub.errors import LockError, PictureUnreadable, PullError
from hub.exports.tables import image_path
from hub.objects.local import Objects
from hub.rules.locks import lock_text
from hub.rules.recipes import make_recipe
from hub.services import lock_files, pulls, subsets
from hub.services.sources import open_source
from hub.threads import WORKERS

CONTENTS = [bytes([number]) * (number + 1) for number in range(12)]


def make_lock(settings, name, labels, **recipe):
    with connect(settings.database_url) as db:
        recipe = make_recipe({"labels": labels, **recipe})
        return subsets.create(db, name, recipe=recipe, settings=settings, by="ann").lock


def pull(lock, folder, *, settings):
    return pulls.pull(open_source(settings, lock), folder)


@pytest.fixture
def lock(published, settings, tmp_path):
    """A lock of twelve pictures in two commits of the lake, beside one that is not picked."""
    for number, content in enumerate(CONTENTS):
        published.add(content, "Bear" if number % 3 else "Toy", author=f"=Ann {number}")
        if number == 5:
            published.write_lake()
    published.add(b"a dog", "Dog")
    published.write_lake()
    lock = make_lock(settings, "mine", ["Bear", "Toy"])
    lock_files.write_lock(lock, tmp_path / "mine.lock")
    return lock


@pytest.fixture
def target(tmp_path):
    return tmp_path / "target"


def state(folder):
    """Every file of a folder with its bytes and the time it was written."""
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def rows(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_folder_ends_with_exactly_the_pictures_of_the_lock(lock, settings, target):
    pulled = pull(lock, target, settings=settings)

    found = {path.name: path.read_bytes() for path in (target / "images").iterdir()}
    assert found == {f"{hashlib.sha256(c).hexdigest()}.jpg": c for c in CONTENTS}
    assert (pulled.fetched, pulled.present, pulled.images) == (12, 0, 12)
    assert pulled.fetched_bytes == pulled.bytes == sum(map(len, CONTENTS))
    assert pulled.per_label == {"Bear": 8, "Toy": 4}
    assert pulled.other_files == []
    assert {path.name for path in target.iterdir()} == {
        *("images", "labels.csv", "ATTRIBUTION.csv", "subset.lock", "README.md")
    }


def test_the_tables_say_what_every_file_is(lock, settings, target):
    pull(lock, target, settings=settings)

    labels, credits = rows(target / "labels.csv"), rows(target / "ATTRIBUTION.csv")
    assert len(labels) == len(credits) == 12
    for row in (*labels, *credits):
        assert (target / row["path"]).is_file()
    assert {row["label"] for row in labels} == {"Bear", "Toy"}
    assert {row["mid"] for row in labels} == {"/m/01dws", "/m/0138tl"}
    assert {(row["picked"], row["implied"]) for row in labels} == {("true", "false")}
    assert all(row["author"].startswith("'=Ann ") for row in credits)
    assert {row["licence"] for row in credits} == {"CC-BY-4.0"}
    assert lock_files.read_lock(target / "subset.lock") == lock


def test_a_label_that_follows_from_a_narrower_one_is_marked(published, settings, tmp_path):
    published.add(b"teddy", "Teddy bear")
    published.write_lake()
    lock = make_lock(settings, "teddies", ["Toy", "Bear"], with_descendants=True)
    pull(lock, tmp_path / "target", settings=settings)

    labels = rows(tmp_path / "target/labels.csv")
    assert {(row["label"], row["picked"], row["implied"]) for row in labels} == {
        ("Teddy bear", "false", "false"),
        ("Toy", "true", "true"),
        ("Bear", "true", "true"),
    }
    assert len({row["path"] for row in labels}) == 1


def test_pulling_again_changes_nothing(lock, settings, target):
    pull(lock, target, settings=settings)
    before = state(target)

    again = pull(lock, target, settings=settings)

    assert (again.fetched, again.present) == (0, 12)
    assert state(target) == before


def test_what_is_lost_or_damaged_in_the_folder_is_fetched_again(lock, settings, target):
    pull(lock, target, settings=settings)
    whole = {name: content for name, (content, _) in state(target).items()}
    images = sorted((target / "images").iterdir(), key=lambda path: path.stat().st_size)
    images[1].unlink()
    images[5].write_bytes(b"\0" * images[5].stat().st_size)
    images[7].write_bytes(b"")
    (target / "labels.csv").write_text("cut")
    (target / "README.md").unlink()

    again = pull(lock, target, settings=settings)

    assert (again.fetched, again.present) == (3, 9)
    assert {name: content for name, (content, _) in state(target).items()} == whole


def test_files_of_other_origin_are_named_and_left_alone(lock, settings, target):
    (target / "images").mkdir(parents=True)
    (target / "notes.txt").write_text("mine")
    (target / "images/cat.jpg").write_text("mine too")
    (target / os.fsdecode(b"\xff.txt")).write_text("")

    pulled = pull(lock, target, settings=settings)

    assert pulled.other_files == ["images/cat.jpg", "notes.txt", "\ufffd.txt"]
    assert (target / "notes.txt").read_text() == "mine"
    assert (target / "images/cat.jpg").read_text() == "mine too"


@pytest.mark.parametrize("name", ["README.md", "labels.csv", "subset.lock", "ATTRIBUTION.csv"])
def test_a_file_that_no_pull_wrote_is_not_replaced(lock, settings, target, name):
    target.mkdir()
    (target / name).write_text("mine")

    with pytest.raises(PullError, match=name):
        pull(lock, target, settings=settings)
    assert [path.name for path in target.iterdir()] == [name]
    assert (target / name).read_text() == "mine"


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/dev/zero")])
def test_what_never_ends_is_not_read(lock, settings, target, make):
    (target / "images").mkdir(parents=True)
    make(target / "subset.lock")
    with pytest.raises(PullError, match="which no pull wrote"):
        pull(lock, target, settings=settings)
    (target / "subset.lock").unlink()
    picture = target / image_path(next(open_source(settings, lock).pictures()))
    make(picture)
    pull(lock, target, settings=settings)
    assert hashlib.sha256(picture.read_bytes()).hexdigest() == picture.stem
    assert not picture.is_symlink()


def test_a_later_lock_fetches_only_what_is_new(lock, published, settings, target, tmp_path):
    pull(lock, target, settings=settings)
    published.add(b"a new bear", "Bear")
    published.write_lake()
    later = make_lock(settings, "later", ["Bear", "Toy"])

    pulled = pull(later, target, settings=settings)

    assert (pulled.fetched, pulled.present) == (1, 12)
    assert len(rows(target / "labels.csv")) == 13


def test_compaction_and_vacuum_do_not_break_a_lock(lock, settings, target):
    table = DeltaTable(f"{settings.lake_root}/images")
    table.optimize.compact()
    table.vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False)

    assert pull(lock, target, settings=settings).fetched == 12


KILLED = """
import os, signal, sys
from pathlib import Path
from hub.config import Settings
from hub.exports.folder import Folder
from hub.services import lock_files, pulls
from hub.services.sources import open_source

home, lock, target, puts, inside = sys.argv[1:]
put, done = Folder.put, []

def dying_put(self, name, chunks):
    if len(done) >= int(puts):
        if inside == "True":
            (self.root / ".hub-pull-0.part").write_bytes(b"half")
        os.kill(os.getpid(), signal.SIGKILL)
    done.append(name)
    return put(self, name, chunks)

Folder.put = dying_put
settings = Settings.from_env({"HUB_HOME": home})
pulls.pull(open_source(settings, lock_files.read_lock(Path(lock))), Path(target))
"""


@pytest.mark.parametrize(("puts", "inside"), [(0, True), (1, True), (7, True), (13, False)])
def test_a_killed_pull_goes_on_where_it_stopped(lock, settings, target, tmp_path, puts, inside):
    arguments = [settings.home, tmp_path / "mine.lock", target, puts, inside]
    died = subprocess.run([sys.executable, "-c", KILLED, *map(str, arguments)])
    assert died.returncode == -signal.SIGKILL

    pulled = pull(lock, target, settings=settings)

    # Several are written at a time: one that was begun may not have ended.
    assert min(puts - 1, 12) - WORKERS <= pulled.present <= max(puts - 1, 0)
    assert pulled.fetched + pulled.present == 12
    assert pulled.other_files == []
    pull(lock, tmp_path / "fresh", settings=settings)
    assert {n: c for n, (c, _) in state(target).items()} == {
        n: c for n, (c, _) in state(tmp_path / "fresh").items()
    }


def test_a_pull_killed_at_any_moment_leaves_no_half_picture(published, settings, target, tmp_path):
    contents = [os.urandom(100_000) for _ in range(200)]
    for content in contents:
        published.add(content, "Bear")
    published.write_lake()
    environment = {**os.environ, "HUB_HOME": str(settings.home)}
    environment["HUB_DATABASE_URL"] = settings.database_url
    hub = [sys.executable, "-c", "from cluster.cli import main; main()"]
    out = str(tmp_path / "F")
    subprocess.run(
        [*hub, "subset", "create", "bears", "--label", "Bear", "--out", out],
        env=environment,
        check=True,
        capture_output=True,
    )
    running = subprocess.Popen(
        [*hub, "pull", out, str(target)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while running.poll() is None and len(list(target.glob("images/*"))) < 20:
        time.sleep(0.001)
    running.kill()
    # On a quick machine it may have ended by itself just before.
    assert running.wait() in (-signal.SIGKILL, 0)

    for path in (target / "images").iterdir():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == path.stem
    pulled = pull(lock_files.read_lock(Path(out)), target, settings=settings)
    assert pulled.present >= 20
    assert len(list((target / "images").iterdir())) == 200


def manifest_path(lock, settings):
    return Objects(settings.objects_root).path(subsets.manifest_key(lock.root))


def test_a_manifest_changed_by_one_byte_writes_nothing(lock, settings, target):
    path = manifest_path(lock, settings)
    path.write_bytes(path.read_bytes().replace(b'"Ann', b'"Bnn').replace(b"=Ann 0", b"=Bnn 0"))

    with pytest.raises(LockError, match="was changed or is damaged"):
        pull(lock, target, settings=settings)
    assert not target.exists()


def test_a_lock_whose_counts_were_changed_is_refused(lock, settings, target):
    with pytest.raises(LockError, match="says 11 pictures"):
        pull(replace(lock, images=11), target, settings=settings)
    assert not target.exists()


def test_a_lock_of_another_hub_names_that_hub(lock, settings, target):
    elsewhere = replace(settings, objects_root=str(target.parent / "empty"))
    with pytest.raises(LockError, match=lock.notes.hub):
        pull(lock, target, settings=elsewhere)


def change_in_lake(settings, before, after):
    """Replace the bytes of a picture in the lake, and none of its other columns."""
    table = DeltaTable(f"{settings.lake_root}/images")
    found = table.to_pyarrow_table()
    contents = [after if c == before else c for c in found["content"].to_pylist()]
    column = found.schema.get_field_index("content")
    changed = found.set_column(column, found.schema.field(column), [contents])
    write_deltalake(f"{settings.lake_root}/images", changed, mode="overwrite")


@pytest.mark.parametrize(
    ("after", "said"),
    [(b"\x04\x04\x04\x04\x05", "of another crc32"), (b"\x04\x04", "2 bytes instead of 5")],
)
def test_a_picture_changed_in_the_lake_is_named_and_the_rest_is_fetched(
    lock, settings, target, after, said
):
    change_in_lake(settings, CONTENTS[4], after)
    damaged = hashlib.sha256(CONTENTS[4]).hexdigest()

    with pytest.raises(PictureUnreadable, match=f"1 of .*{damaged} is damaged.*{said}"):
        pull(lock, target, settings=settings)

    assert len(list((target / "images").iterdir())) == 11
    assert not (target / "labels.csv").exists()
    change_in_lake(settings, after, CONTENTS[4])
    assert pull(lock, target, settings=settings).fetched == 1


def test_pictures_that_the_lake_lost_are_named(lock, settings, target):
    lost = hashlib.sha256(CONTENTS[0]).hexdigest()
    DeltaTable(f"{settings.lake_root}/images").delete(f"image_id = '{lost}'")

    with pytest.raises(PictureUnreadable, match=f"{lost} is not in the lake"):
        pull(lock, target, settings=settings)


def test_a_lake_that_is_gone_is_said(lock, settings, target):
    shutil.rmtree(settings.lake_root)
    with pytest.raises(PictureUnreadable, match=r"12 of .* and 7 more"):
        pull(lock, target, settings=settings)


def test_a_target_that_is_a_file_is_refused(lock, settings, target):
    target.write_text("a file")
    with pytest.raises(PullError, match="target is a file"):
        pull(lock, target, settings=settings)


def test_a_target_that_no_system_can_have_is_told(lock, settings, tmp_path):
    with pytest.raises(PullError, match="File name too long"):
        pull(lock, tmp_path / ("x" * 300), settings=settings)


def test_two_pulls_do_not_write_into_one_folder_at_once(lock, settings, target):
    target.mkdir()
    held = os.open(target, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    try:
        with pytest.raises(PullError, match="Another `hub pull`"):
            pull(lock, target, settings=settings)
    finally:
        os.close(held)


def test_too_little_room_is_said_before_anything_is_fetched(lock, settings, target, monkeypatch):
    usage = shutil.disk_usage(target.parent)
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage._replace(free=10))
    with pytest.raises(PullError, match="10 bytes free and the pull needs 78"):
        pull(lock, target, settings=settings)
    assert list(target.iterdir()) == []


def test_a_disk_that_fills_up_is_said_and_the_pull_goes_on_later(lock, settings, target):
    # A directory stands where a picture goes: the write fails as on any other disk error.
    blocked = target / "images" / f"{hashlib.sha256(CONTENTS[3]).hexdigest()}.jpg"
    blocked.mkdir(parents=True)
    with pytest.raises(PullError, match="goes on where it stopped"):
        pull(lock, target, settings=settings)
    blocked.rmdir()
    assert pull(lock, target, settings=settings).images == 12


def test_the_command_prints_one_json_document_and_needs_no_server(lock, settings, target, tmp_path):
    hub = Hub({"HUB_HOME": str(settings.home), "HUB_DATABASE_URL": "postgresql://no:1/"})
    arguments = ["pull", str(tmp_path / "mine.lock"), str(target)]

    result = CliRunner().invoke(cli, [*arguments, "--json"], obj=hub, catch_exceptions=False)
    told = json.loads(result.stdout)

    assert (told["fetched"], told["present"], told["root"]) == (12, 0, lock.root)
    human = CliRunner().invoke(cli, arguments, obj=hub, catch_exceptions=False).stdout
    assert "12 pictures, 78 bytes" in human
    assert "0 fetched" in human


def test_the_command_takes_a_subset_by_its_name_or_root(lock, settings, target):
    hub = Hub({"HUB_HOME": str(settings.home), "HUB_DATABASE_URL": settings.database_url})
    for reference in (lock.notes.name, lock.root):
        arguments = ["pull", reference, str(target)]
        result = CliRunner().invoke(cli, arguments, obj=hub, catch_exceptions=False)
        assert "12 pictures, 78 bytes" in result.stdout


def test_a_lock_whose_recipe_was_changed_is_refused(lock, settings, target):
    other = make_recipe({"labels": ["Bear", "Toy"], "verified_only": True})
    with pytest.raises(LockError, match="its recipe is not the one"):
        pull(replace(lock, recipe=other), target, settings=settings)
    assert not target.exists()


OLD_README = """mine: 12 pictures, 78 bytes

Picked by: Bear, Toy
Root: {root}

images/          one file a picture, named by the sha256 of its bytes

In the CSV files an apostrophe stands before text that a spreadsheet would compute.
Check or mend this folder: run the same `hub pull` again.
"""


def test_the_folder_of_an_earlier_release_is_taken_over(lock, settings, target, tmp_path):
    pull(lock, target, settings=settings)
    whole = {name: content for name, (content, _) in state(target).items()}
    (target / "subset.lock").write_text(lock_text(lock))
    (target / "README.md").rename(target / "README.txt")
    (target / "README.txt").write_text(OLD_README.format(root=lock.root))
    (target / "labels.csv").write_text("path,label\n")

    again = pull(lock, target, settings=settings)

    assert (again.fetched, again.other_files) == (0, [])
    assert {name: content for name, (content, _) in state(target).items()} == whole


def test_a_readme_that_no_pull_wrote_is_left_alone(lock, settings, target):
    target.mkdir()
    (target / "README.txt").write_text("mine")
    pulled = pull(lock, target, settings=settings)
    assert pulled.other_files == ["README.txt"]
    assert (target / "README.txt").read_text() == "mine"


def test_what_is_downloaded_says_nothing_of_the_hub_its_names_or_times(lock, settings, target):
    renamed = replace(lock, notes=replace(lock.notes, name="other", hub="h", created_at="now"))
    pull(lock, target, settings=settings)
    before = state(target)
    pull(renamed, target, settings=settings)
    assert state(target) == before
    everything = b"".join(content for content, _ in before.values())
    assert lock.notes.hub.encode() not in everything
    assert lock.notes.created_at.encode() not in everything


def test_labels_are_told_in_three_states(published, settings, target):
    published.add(b"one", "Bear", "Toy")
    published.add(b"two", "Bear", negative=["Toy"])
    published.add(b"three", "Bear")
    published.write_lake()
    lock = make_lock(settings, "bears", ["Bear"])

    pull(lock, target, settings=settings)

    told = {(row["image_id"], row["label"]): row["state"] for row in rows(target / "labels.csv")}
    one, two, three = (hashlib.sha256(c).hexdigest() for c in (b"one", b"two", b"three"))
    assert told == {
        (one, "Bear"): "positive",
        (one, "Toy"): "positive",
        (two, "Bear"): "positive",
        (two, "Toy"): "negative",
        (three, "Bear"): "positive",
    }
    card = (target / "README.md").read_text()
    assert "| Bear | /m/01dws | 3 | 0 |" in card
    assert "| Toy | /m/0138tl | 1 | 1 |" in card


def test_the_card_tells_the_licences_and_what_they_ask(published, settings, target):
    published.add(b"one", "Bear", licence="CC BY-NC-SA 4.0")
    published.add(b"two", "Bear", licence="CC0 1.0")
    published.add(b"three", "Bear", licence="unknown")
    published.write_lake()
    lock = make_lock(settings, "bears", ["Bear"], mixed_licences=True)
    pull(lock, target, settings=settings)
    card = (target / "README.md").read_text()
    assert (
        "| CC BY\\-NC\\-SA 4.0 | 1 | credit the author; share what you make of it under the same"
        " terms; no commercial use |" in card
    )
    assert "| CC0 1.0 | 1 | nothing |" in card
    assert "| unknown | 1 | nobody can say: ask the author |" in card
    assert lock.root in card


def source_of(lock, settings, failing):
    """A source of which each picture fails as often as `failing` says."""
    source = open_source(settings, lock)
    left = dict(failing)

    def contents(pictures):
        for one, content in source.contents(pictures):
            if left.get(one.image_id):
                left[one.image_id] -= 1
                raise PictureUnreadable("failed", fault="failed")
            yield one, content

    return replace(source, contents=contents)


def test_what_failed_is_asked_for_again_and_nothing_else(lock, settings, target):
    ids = sorted(hashlib.sha256(content).hexdigest() for content in CONTENTS)
    source = source_of(lock, settings, {ids[0]: 1, ids[5]: 1, ids[11]: 1})
    pulled = pulls.pull(source, target)
    assert pulled.fetched == 12
    assert sorted(path.stem for path in (target / "images").iterdir()) == ids


def test_what_fails_again_is_named_and_the_rest_is_there(lock, settings, target):
    ids = sorted(hashlib.sha256(content).hexdigest() for content in CONTENTS)
    source = source_of(lock, settings, {ids[3]: 9, ids[4]: 9})
    with pytest.raises(PictureUnreadable, match=f"2 of .*{ids[3]} failed; picture {ids[4]} failed"):
        pulls.pull(source, target)
    assert len(list((target / "images").iterdir())) == 10
    assert pull(lock, target, settings=settings).fetched == 2


def test_a_pull_gives_up_where_nothing_comes(lock, settings, target, monkeypatch):
    monkeypatch.setattr(pulls, "_MOST_FAILURES", 3)
    ids = [hashlib.sha256(content).hexdigest() for content in CONTENTS]
    source = source_of(lock, settings, dict.fromkeys(ids, 9))
    with pytest.raises(PictureUnreadable, match="At least 3 of"):
        pulls.pull(source, target)
