"""`hub job watch`, and what every job leaves of itself: real processes, some of them killed."""

import json
import os
import signal
import subprocess
import time

import pytest

from hub.catalogue import jobs as rows
from hub.db import connect
from hub.errors import LeaseHeld, StorageError
from hub.services import jobs
from hub.services.leases import LAKE, find_holder, hold_lease
from hub.services.processes import this_host
from hub.services.recording import recording
from tests.fixtures.sites import environment, hub_command

PATIENCE_SECONDS = 120


@pytest.fixture
def hub(published, settings):
    """A hub of one picture whose commands run as processes."""
    published.add(b"a picture", "Apple")
    published.write_lake()
    hub = Hub(settings)
    yield hub
    hub.kill()


class Hub:
    def __init__(self, settings):
        self.settings = settings
        self._watchers = []

    def open_db(self):
        return connect(self.settings.database_url)

    def hub(self, *words):
        return subprocess.run(
            hub_command(*words),
            env=environment(self.settings),
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
        )

    def watch(self):
        """Start a watcher, and return its process once it watches."""
        watcher = subprocess.Popen(
            hub_command("job", "watch"), env=environment(self.settings), stderr=subprocess.PIPE
        )
        self._watchers.append(watcher)
        self.wait(lambda db: (held := find_holder(db, "watch")) and held.pid == watcher.pid)
        return watcher

    def wait(self, seen):
        for _ in range(PATIENCE_SECONDS * 20):
            with self.open_db() as db:
                if found := seen(db):
                    return found
            time.sleep(0.05)
        raise AssertionError("it never happened")

    def ask(self, command, **arguments):
        with self.open_db() as db:
            return jobs.ask(db, command, arguments=arguments, by="ann")

    def ended(self, job_id):
        def seen(db):
            job = jobs.find_job(db, job_id)
            return job if job.status not in ("queued", "running") else None

        return self.wait(seen)

    def kill(self):
        for watcher in self._watchers:
            if watcher.poll() is None:
                watcher.kill()
            watcher.wait()


def test_what_is_asked_for_is_run_and_a_failure_ends_nothing(hub):
    failing = hub.ask("export", root="0" * 64, format="coco")
    verify = hub.ask("verify")
    hub.watch()
    failed, succeeded = hub.ended(failing), hub.ended(verify)
    assert (failed.status, succeeded.status) == ("failed", "failed")
    assert "0000" in failed.error
    # The picture of this hub came by no batch, which is what verify says of it.
    assert succeeded.error.startswith("NOT OK")
    assert succeeded.result["fingerprint"]
    assert succeeded.requested_by == "ann"


@pytest.mark.parametrize(
    "arguments", [{"root": "--help", "format": "coco"}, {"root": {"a": 1}, "format": ["x"]}, {}]
)
def test_a_row_that_nobody_could_have_asked_for_fails_and_the_next_job_runs(hub, arguments):
    with hub.open_db() as db:
        odd = rows.put_queued_job(db, "export", arguments=arguments, requested_by="nobody")
    following = hub.ask("export", root="0" * 64, format="coco")
    hub.watch()
    assert "job 'export'" in hub.ended(odd).error
    assert "no subset" in hub.ended(following).error


def test_a_command_leaves_a_row_with_its_result(hub):
    assert hub.hub("verify", "--json").returncode == 1
    listed = json.loads(hub.hub("job", "requests", "--json").stdout)
    assert [(job["command"], job["status"]) for job in listed] == [("verify", "failed")]
    assert listed[0]["result"]["ok"] is False


def test_a_second_watcher_is_refused_and_takes_over_from_a_killed_one(hub):
    first = hub.watch()
    refused = hub.hub("job", "watch")
    assert (refused.returncode, str(first.pid) in refused.stderr) == (75, True)
    first.kill()
    first.wait()
    hub.watch()
    assert hub.ended(hub.ask("verify")).result["fingerprint"]


def test_a_child_that_is_killed_has_failed_and_the_next_job_runs(hub):
    blocked, after = hub.ask("verify"), hub.ask("export", root="0" * 64, format="coco")
    with hub.open_db() as db:
        # What verify reads is locked: it stands still until it is killed.
        with db.cursor() as cursor:
            cursor.execute("LOCK TABLE image IN ACCESS EXCLUSIVE MODE")
        watcher = hub.watch()

        def child(other):
            job = rows.find_job(other, blocked)
            return job.pid if job.status == "running" and job.pid != watcher.pid else None

        pid = hub.wait(child)
        os.kill(pid, signal.SIGKILL)
        assert "without a word" in hub.ended(blocked).error
    assert hub.ended(after).status == "failed"
    assert watcher.poll() is None


def test_stopping_the_watcher_stops_its_child(hub):
    blocked = hub.ask("verify")
    with hub.open_db() as db:
        with db.cursor() as cursor:
            cursor.execute("LOCK TABLE image IN ACCESS EXCLUSIVE MODE")
        watcher = hub.watch()

        def child(other):
            job = rows.find_job(other, blocked)
            return job.status == "running" and job.pid != watcher.pid and job.progress

        hub.wait(child)
        watcher.terminate()
        next(line for line in watcher.stderr if b"being stopped" in line)
    assert watcher.wait(PATIENCE_SECONDS) == 128 + signal.SIGTERM
    assert "stopped" in hub.ended(blocked).error


def test_what_writes_the_lake_waits_while_another_job_holds_it(hub):
    compact, verify = hub.ask("compact"), hub.ask("verify")
    with hub.open_db() as db, hold_lease(hub.open_db, holder="another", name=LAKE):
        assert jobs.take_next(db).job_id == verify
        assert jobs.take_next(db) is None
        assert jobs.find_job(db, compact).status == "queued"
    with hub.open_db() as db:
        assert jobs.take_next(db).job_id == compact


def test_one_that_another_keeps_from_beginning_waits_again(hub):
    asked = hub.ask("run")
    with hub.open_db() as db:
        rows.set_running(db, asked, host=this_host(), pid=os.getpid())
    for job_id in (asked, None):
        with (
            pytest.raises(LeaseHeld),
            recording(hub.open_db, "run", arguments={}, by="ann", job_id=job_id),
        ):
            raise LeaseHeld("Another job holds the lake.")
    with hub.open_db() as db:
        assert [(job.job_id, job.status) for job in jobs.list_jobs(db)] == [(asked, "queued")]


def test_the_newest_line_of_progress_and_the_error_stay(hub):
    def work():
        with recording(hub.open_db, "run", arguments={}, by="ann") as record:
            record.say("batch 1: validate, 3 files")
            with hub.open_db() as db:
                [job] = jobs.list_jobs(db, status="running")
            assert job.progress == "batch 1: validate, 3 files"
            raise StorageError("The disk is full.")

    with pytest.raises(StorageError):
        work()
    with hub.open_db() as db:
        [job] = jobs.list_jobs(db)
        assert (job.status, job.error) == ("failed", "The disk is full.")
        assert find_holder(db, f"job {job.job_id}") is None


def test_a_catalogue_that_is_away_stops_no_job(settings):
    def away():
        return connect("postgresql://nobody@127.0.0.1:1/none")

    with recording(away, "run", arguments={}, by="ann") as record:
        record.say("going on")
    assert record.job_id is None
