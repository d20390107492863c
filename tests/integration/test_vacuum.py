"""Vacuum: what nothing needs goes, what anything needs stays, wherever it is stopped."""

import hashlib
import json
import os
import threading
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from deltalake import DeltaTable

from cluster.cli import cli
from cluster.cli.context import Hub
from hub.catalogue import receipts
from hub.config import Settings
from hub.db import connect
from hub.errors import LeaseHeld, StoresDiffer
from hub.lake.indexes import index_path
from hub.lake.packs import PackWriter, pack_path
from hub.lake.pictures import Wanted, read_pictures
from hub.objects.local import Objects
from hub.rules.landing import landing_key
from hub.services.leases import hold_lease
from hub.services.verification import fingerprint, verify
from jobs import vacuum
from tests.fixtures.world import RECEIPTS, picture_of

DAY = 24 * 3600


@pytest.fixture
def settings(world, tmp_path, database_url):
    return Settings(
        home=tmp_path,
        database_url=database_url,
        lake_root=world.lake_root,
        objects_root=str(tmp_path / "objects"),
    )


def run(settings, *, is_dry_run=False):
    """Vacuum; return the files found, as (kind, end of the path)."""
    named = []
    done = vacuum.run(
        settings,
        lambda: connect(settings.database_url),
        holder="a test",
        say=lambda line: None,
        found=lambda kind, path, size: named.append((kind, str(path).rpartition("/")[2])),
        is_dry_run=is_dry_run,
    )
    assert {one.kind: one.files for one in done.removed if one.files} == count_kinds(named)
    return sorted(named)


def count_kinds(named):
    kinds = [kind for kind, _ in named]
    return {kind: kinds.count(kind) for kind in kinds}


def age(path, days):
    then = time.time() - days * DAY
    os.utime(path, (then, then))


def age_all(settings, days=60):
    for root in (settings.objects_root, settings.lake_root):
        for path in Path(root).rglob("*"):
            if "_delta_log" not in path.parts:
                age(path, days)


def end_batches(world, *days):
    for batch_no, ago in enumerate(days, 1):
        world.sql(
            "UPDATE batch SET ended_at = now() - %s * interval '1 day' WHERE batch_no = %s",
            ago,
            batch_no,
        )
    world.db.commit()


def digests(*receipt_nos):
    contents = {file[2] for number in receipt_nos for file in RECEIPTS[number]}
    return {hashlib.sha256(content).hexdigest() for content in contents}


def landed(settings):
    return {path.name for path in Path(settings.objects_root, "landing").rglob("*/*")}


def test_files_as_received_go_when_their_time_to_undo_is_over(world, settings):
    end_batches(world, 31, 29)
    age_all(settings)
    run(settings)
    # What came again in the younger batch stays with it.
    assert landed(settings) == digests(2, 3)


def test_files_that_wait_or_are_in_an_open_batch_stay_however_old(world, settings):
    world.sql("UPDATE batch SET status = 'open', ended_at = NULL WHERE batch_no = 2")
    end_batches(world, 400)
    age_all(settings)
    run(settings)
    assert landed(settings) == digests(2, 3)


def test_nothing_goes_within_a_day_of_its_arrival(world, settings):
    end_batches(world, 31, 31)
    Objects(settings.objects_root).put(landing_key("f" * 64), b"being submitted just now")
    before = landed(settings)
    assert run(settings) == []
    assert landed(settings) == before


def test_what_no_receipt_names_goes_after_a_day(world, settings):
    objects = Objects(settings.objects_root)
    objects.put(landing_key("f" * 64), b"of a submit that died")
    age(objects.path(landing_key("f" * 64)), 2)
    assert run(settings) == [("landing", "f" * 64)]


def test_a_file_that_is_submitted_again_meanwhile_keeps_its_bytes(world, settings):
    """It was there and equal, so it was accepted as it lay: it must not go before it is named."""
    end_batches(world, 31, 31)
    age_all(settings)
    content = RECEIPTS[1][0][2]
    digest = hashlib.sha256(content).hexdigest()
    Objects(settings.objects_root).put(landing_key(digest), content)
    run(settings)
    assert landed(settings) == digests(3) | {digest}


def test_whoever_registers_files_is_waited_for(world, settings):
    end_batches(world, 31, 31)
    age_all(settings)
    digest = hashlib.sha256(RECEIPTS[1][0][2]).hexdigest()
    with connect(settings.database_url) as db:
        receipts.lock_receipts(db)
        cleaning = threading.Thread(target=run, args=(settings,))
        cleaning.start()
        cleaning.join(timeout=1)
        assert cleaning.is_alive()
        assert digest in landed(settings)
        with db.cursor() as cursor:
            cursor.execute(
                "INSERT INTO submission_file"
                " (submission_id, path, sha256, size_bytes, licence, author)"
                " SELECT max(submission_id), 'again', %s, 1, '', '' FROM submission",
                (digest,),
            )
    cleaning.join(timeout=60)
    assert landed(settings) == digests(3) | {digest}


def test_a_dry_run_says_the_same_and_removes_nothing(world, settings):
    end_batches(world, 31, 31)
    age_all(settings)
    before = sorted(Path(settings.home).rglob("*"))
    told = run(settings, is_dry_run=True)
    assert sorted(Path(settings.home).rglob("*")) == before
    assert told == run(settings) != []
    assert run(settings) == run(settings, is_dry_run=True) == []


def test_the_hub_is_what_it_was(world, settings):
    end_batches(world, 31, 31)
    age_all(settings)
    before = fingerprint(world.db)
    world.db.commit()
    run(settings)
    after = verify(world.db, settings.lake_root, world.objects, read_bytes=True)
    assert (after.fingerprint, after.differences) == (before, [])


def orphans(settings):
    """Data files that were never committed, old and young, with their indexes."""
    folder = Path(settings.lake_root, "images")
    old, young = folder / "part-old.parquet", folder / "part-young.parquet"
    for path in (old, young):
        path.write_bytes(b"of a job that died")
        index_path(path).parent.mkdir(exist_ok=True)
        index_path(path).write_bytes(b"")
    age(old, 8)
    return old, young


def test_uncommitted_data_files_go_once_nobody_can_be_writing_them(world, settings):
    old, young = orphans(settings)
    assert run(settings) == [("data", old.name), ("index", index_path(old).name)]
    assert (old.exists(), young.exists()) == (False, True)


def test_replaced_data_files_are_kept_for_those_who_read_them(world, settings):
    table = DeltaTable(f"{settings.lake_root}/images")
    before = set(table.file_uris())
    table.optimize.compact()
    age_all(settings)
    assert [name for kind, name in run(settings) if kind == "data"] == []
    assert all(Path(path).exists() for path in before)


@pytest.mark.parametrize(
    ("undo_days", "hours"), [(0, 24), (1, 24), (3, 72), (7, 168), (30, 168), (36_500, 168)]
)
def test_replaced_data_files_are_kept_a_week_or_as_long_as_an_undo(undo_days, hours):
    kept = Settings("", None, "", "", undo_days=undo_days)
    run = vacuum.Vacuum(None, None, "", None, "", kept.undo_days, False)
    assert run.retention_hours == hours


def test_an_index_of_a_file_that_is_gone_goes_and_the_others_stay(world, settings):
    folder = Path(settings.lake_root, "images")
    [data, *_] = folder.glob("*.parquet")
    index_path(data).parent.mkdir()
    for name in (data.name, "gone.parquet"):
        index_path(folder / name).write_bytes(b"")
    assert run(settings) == [("index", "gone.parquet.idx")]


def test_unfinished_files_go_after_a_day(world, settings):
    left = [
        Path(settings.objects_root, ".incoming", "half"),
        Path(settings.objects_root, "thumbnails", "key", ".0.parquet.aa.tmp"),
        Path(settings.objects_root, "thumbnails", "key", "_index", ".0.parquet.idx.aa.tmp"),
        Path(settings.lake_root, "images", "_index", ".x.idx.aa.tmp"),
    ]
    for path in left:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
    assert run(settings) == []
    for path in left:
        age(path, 2)
    assert run(settings) == sorted(("temporary", path.name) for path in left)
    assert not any(path.exists() for path in left)


def write_pack(settings, batch_key, pack):
    path = pack_path(settings.objects_root, batch_key, pack=pack)
    with PackWriter(path) as writer:
        writer.add("0" * 64, thumbnail_299=b"a", thumbnail_100=b"b", look=b"c")
    age(path, 2)
    return path


def test_subsets_in_other_formats_go_a_week_after_they_were_made(world, settings):
    objects = Objects(settings.objects_root)
    keys = [f"exports/{root * 64}/csv.{ending}" for root in "ab" for ending in ("zip", "json")]
    for key in keys:
        objects.put(key, b"a zip")
    for key in keys[:2]:
        age(objects.path(key), 8)
    for key in keys[2:]:
        age(objects.path(key), 6)
    found = [("export", "csv.json"), ("export", "csv.zip")]
    assert run(settings, is_dry_run=True) == found
    assert run(settings) == found
    assert [key for key in keys if objects.exists(key)] == keys[2:]
    assert not objects.path(keys[0]).parent.exists()


def test_thumbnails_of_unknown_batches_go_and_those_of_an_open_one_stay(world, settings):
    [(open_key,)] = world.sql(
        "UPDATE batch SET status = 'open', ended_at = NULL WHERE batch_no = 2 RETURNING batch_key"
    )
    world.db.commit()
    kept, lost = write_pack(settings, open_key, 0), write_pack(settings, "unknown", 0)
    assert run(settings) == [("pack", lost.name), ("pack", index_path(lost).name)]
    assert kept.exists()
    assert not lost.parent.exists()


def test_thumbnails_of_an_attempt_left_behind_go_and_those_in_use_stay(new_hub, folder, draw):
    hub = new_hub()
    hub.submit(folder("files", {f"{n}.jpg": draw(n) for n in range(12)}), labels=["Apple"])
    hub.run()
    [(key,)] = hub.ask("SELECT batch_key FROM batch")
    used = sorted(Path(hub.settings.objects_root, "thumbnails", key).glob("*.parquet"))
    assert used
    for path in used:
        age(path, 2)
    left = write_pack(hub.settings, key, 77)
    assert run(hub.settings) == [("pack", left.name), ("pack", index_path(left).name)]
    assert all(path.exists() and index_path(path).exists() for path in used)


def test_a_later_batch_needs_no_file_as_it_was_received(new_hub, folder, draw):
    """Near, equal and other pictures come after everything earlier was vacuumed away."""
    hub = new_hub()
    first = folder("first", {f"{n}.png": draw(n, format="PNG") for n in range(6)})
    hub.submit(first, labels=["Apple"])
    hub.run()
    hub.ask("UPDATE batch SET ended_at = now() - interval '31 days' RETURNING 1")
    age_all(hub.settings)
    gone = run(hub.settings)
    assert count_kinds(gone)["landing"] == 6
    later = {f"{n}.png": draw(n, format="PNG", compress_level=0) for n in range(3)}
    hub.submit(folder("later", later | {"7.png": draw(7, format="PNG")}), labels=["Apple"])
    hub.run()
    found = hub.ask("SELECT outcome, relation, count(*) FROM submission_file GROUP BY 1, 2")
    assert sorted(found, key=str) == [("duplicate", "pixels", 3), ("published", None, 7)]
    assert hub.verify(read_bytes=True).differences == []


def test_stopped_anywhere_the_next_run_ends_the_work(world, settings, monkeypatch):
    """Every removal in turn is the last thing that a run does."""
    end_batches(world, 31, 31)
    objects, unlink = Objects(settings.objects_root), Path.unlink
    stops = 0
    while True:
        for number in (1, 2, 3):
            for file in RECEIPTS[number]:
                objects.put(landing_key(hashlib.sha256(file[2]).hexdigest()), file[2])
        age_all(settings)
        orphans(settings)
        left = iter(range(stops))

        def dying(path, missing_ok=False, left=left):
            unlink(path, missing_ok=missing_ok)
            if next(left, None) is None:
                raise KeyboardInterrupt

        monkeypatch.setattr(Path, "unlink", dying)
        try:
            run(settings)
            break
        except KeyboardInterrupt:
            monkeypatch.setattr(Path, "unlink", unlink)
        run(settings)
        assert landed(settings) == digests(3)
        stops += 1
    assert stops > len(digests(1, 2))


def test_a_hub_of_another_age_is_not_cleaned(world, settings):
    """What an older Postgres does not know is no waste."""
    end_batches(world, 31, 31)
    age_all(settings)
    world.sql("UPDATE hub SET last_batch_no = 1")
    world.sql("UPDATE batch SET status = 'open' WHERE batch_no = 1")
    world.db.commit()
    before = landed(settings)
    with pytest.raises(StoresDiffer, match="older Postgres was restored"):
        run(settings)
    assert landed(settings) == before


def test_one_job_at_a_time(world, settings):
    open_db = lambda: connect(settings.database_url)  # noqa: E731
    with hold_lease(open_db, holder="another job"), pytest.raises(LeaseHeld, match="another job"):
        run(settings)


def test_pictures_are_read_as_before(world, settings):
    end_batches(world, 31, 31)
    age_all(settings)
    run(settings)
    rows = world.rows("images")
    names = ("image_id", "label_key", "size_bytes", "crc32")
    asked = [Wanted(**{name: row[name] for name in names}, file_name="") for row in rows]
    found = {content for _, content in read_pictures(settings.lake_root, asked)}
    contents = {file[2] for number in (1, 2) for file in RECEIPTS[number]} - {b"no picture"}
    assert found == {picture_of(content) for content in contents}


def invoke(settings, *words):
    hub = Hub(
        {
            "HUB_HOME": str(settings.home),
            "HUB_LAKE_ROOT": settings.lake_root,
            "HUB_OBJECTS_ROOT": settings.objects_root,
            "HUB_DATABASE_URL": settings.database_url,
            "HUB_UNDO_DAYS": "30",
        }
    )
    result = CliRunner().invoke(cli, ["job", "vacuum", *words], obj=hub, catch_exceptions=False)
    return result.stdout


def test_the_command_says_what_and_how_much(world, settings):
    end_batches(world, 31, 31)
    age_all(settings)
    told = json.loads(invoke(settings, "--dry-run", "--list", "--json"))
    going = digests(1, 2)
    assert {file["path"].rpartition("/")[2] for file in told["files"]} == going
    [landing] = [one for one in told["removed"] if one["kind"] == "landing"]
    assert landing["files"] == len(going)
    assert landing["bytes"] == sum(file["bytes"] for file in told["files"])
    assert (told["is_dry_run"], told["undo_days"], told["retention_hours"]) == (True, 30, 168)

    assert "Nothing was removed" in invoke(settings, "--dry-run")
    human = " ".join(invoke(settings).split())
    assert f"files as they were received {len(going)} {landing['bytes']} " in human
    assert landed(settings) == digests(3)
    assert json.loads(invoke(settings, "--json"))["removed"][0]["files"] == 0
