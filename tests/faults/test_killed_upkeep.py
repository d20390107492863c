"""SIGKILL in the middle of compaction and vacuum: the hub is whole, the same command goes on."""

import os
import signal
import time
from pathlib import Path

import pytest

from hub.lake.files import list_files
from hub.lake.tables import TABLES, table_path
from tests.faults.test_killed_jobs import EVERY

DAY = 24 * 3600


@pytest.fixture
def hub(story, tmp_path):
    """A hub of two batches, of some data files each."""
    with story.hub("ended", tmp_path / "hub") as copied:
        yield copied


def whole(hub, story):
    found = hub.verify()
    assert found.differences == []
    assert found.fingerprint == story.fingerprints["ended"]


def files(hub):
    return {
        table: {file.path for file in list_files(hub.settings.lake_root, table)} for table in TABLES
    }


def on_disk(hub, table):
    return {*map(str, Path(table_path(hub.settings.lake_root, table)).glob("*.parquet"))}


def compacts(hub, story, before):
    code, said = hub.run(command="compact")
    assert code == 0, said
    whole(hub, story)
    assert all(len(after) == min(1, len(before[table])) for table, after in files(hub).items())


KILLED = {
    "between two tables": ("after", "jobs.compact:_optimize", 1, "kill"),
    "the pictures are committed and not indexed": ("before", "jobs.compact:_index", 1, "kill"),
}
if EVERY:
    KILLED |= {
        f"before table {n}": ("before", "jobs.compact:_optimize", n, "kill") for n in range(1, 6)
    }


@pytest.mark.parametrize("name", KILLED)
def test_a_killed_compaction_is_done_or_was_not_begun(hub, story, name):
    before = files(hub)
    code, said = hub.run(*KILLED[name], command="compact")
    assert code == -signal.SIGKILL, said
    whole(hub, story)
    compacts(hub, story, before)
    hub.wait_until_nothing_runs()


# The story has one file alone of related pictures, which is left as it is.
SPLIT_UP = [table for table in TABLES if table != "images_related"]


@pytest.mark.parametrize("table", SPLIT_UP if EVERY else ["images"])
def test_what_a_killed_compaction_wrote_and_did_not_commit_is_in_no_table(hub, story, table):
    before, there = files(hub), on_disk(hub, table)
    job = hub.start(command="compact")
    while not (new := on_disk(hub, table) - there):
        assert job.poll() is None, hub.end(job)
    hub.clean_up()
    job.wait()
    whole(hub, story)
    hub.wait_until_nothing_runs()
    was_committed = bool(new & files(hub)[table])
    compacts(hub, story, before)
    assert was_committed or new.isdisjoint(files(hub)[table])
    age_all(hub)
    code, said = hub.run(command="vacuum")
    assert code == 0, said
    # What the compaction after it has replaced is still kept, for those who read it.
    assert on_disk(hub, table) == files(hub)[table] | before[table]
    whole(hub, story)


def age_all(hub):
    then = time.time() - 60 * DAY
    for path in hub.home.rglob("*"):
        os.utime(path, (then, then))


VACUUMED = {
    "it has removed landing files": ("after", "hub.services.vacuuming:_vacuum_some", 1, "kill"),
    "it is about to remove an index": ("before", "hub.services.vacuuming:_vacuum_files", 2, "kill"),
}


@pytest.mark.parametrize("name", VACUUMED)
def test_a_killed_vacuum_is_ended_by_the_next_one(hub, story, name):
    with hub.open_db() as db, db.cursor() as cursor:
        cursor.execute("UPDATE batch SET ended_at = now() - interval '60 days'")
    left = Path(table_path(hub.settings.lake_root, "images"), "part-left.parquet")
    left.write_bytes(b"of a job that died")
    age_all(hub)
    code, said = hub.run(*VACUUMED[name], command="vacuum")
    assert code == -signal.SIGKILL, said
    whole(hub, story)
    code, said = hub.run(command="vacuum")
    assert code == 0, said
    assert not left.exists()
    assert not [*Path(hub.settings.objects_root, "landing").glob("*/*")]
    whole(hub, story)
