"""Rows of jobs: asked for once, tried again, cancelled, and ended for those that died."""

import os
import subprocess
import sys

import pytest

from hub.catalogue import jobs as rows
from hub.catalogue.users import User
from hub.errors import Forbidden, JobError, NotFound
from hub.objects.local import Objects
from hub.services import jobs, operations, storage
from hub.services.processes import this_host


def gone_pid():
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def running(db, *, host, pid, command="verify"):
    return rows.add_running_job(db, command, arguments={}, requested_by="ops", host=host, pid=pid)


def failed(db, command="verify"):
    job_id = running(db, host=this_host(), pid=os.getpid(), command=command)
    rows.set_failed(db, job_id, error="The lake is on fire.")
    return job_id


def test_the_same_is_asked_for_once_while_it_waits(db):
    first = jobs.ask(db, "run", by="ann")
    assert jobs.ask(db, "run", by="bob") == first
    assert jobs.ask(db, "verify", by="bob") != first
    assert [(job.command, job.requested_by) for job in jobs.list_jobs(db)] == [
        ("verify", "bob"),
        ("run", "ann"),
    ]


def test_what_has_begun_can_be_asked_for_again(db):
    first = jobs.ask(db, "run", by="ann")
    rows.set_running(db, first, host=this_host(), pid=os.getpid())
    assert jobs.ask(db, "run", by="ann") != first


def test_exports_of_other_formats_are_other_jobs(db):
    coco = jobs.ask(db, "export", arguments={"root": "ab12", "format": "coco"}, by="ann")
    yolo = jobs.ask(db, "export", arguments={"root": "ab12", "format": "yolo"}, by="ann")
    assert coco != yolo
    assert jobs.find_job(db, coco).arguments == {"root": "ab12", "format": "coco"}


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("rm", {}),
        ("run", {"root": "ab"}),
        ("export", {"root": "ab"}),
        ("export", {"root": "--help", "format": "coco"}),
        ("export", {"root": "../x", "format": "coco"}),
        ("export", {"root": "ab", "format": 7}),
    ],
)
def test_what_no_watcher_runs_is_refused(db, command, arguments):
    with pytest.raises(JobError):
        jobs.ask(db, command, arguments=arguments, by="ann")


def test_a_failed_job_is_queued_again_with_what_it_was(db):
    first = failed(db)
    again = jobs.retry(db, first, by="bob")
    job = jobs.find_job(db, again)
    assert (job.status, job.retry_of_id, job.requested_by) == ("queued", first, "bob")
    assert jobs.find_job(db, first).error == "The lake is on fire."


def test_only_what_failed_is_tried_again(db):
    with pytest.raises(JobError, match="is queued"):
        jobs.retry(db, jobs.ask(db, "run", by="ann"), by="ann")
    with pytest.raises(NotFound):
        jobs.retry(db, 999, by="ann")


def test_only_what_waits_is_cancelled(db):
    waiting = jobs.ask(db, "run", by="ann")
    jobs.cancel(db, waiting)
    assert jobs.find_job(db, waiting).status == "cancelled"
    with pytest.raises(JobError, match="is cancelled"):
        jobs.cancel(db, waiting)
    with pytest.raises(NotFound):
        jobs.cancel(db, 999)


def test_a_job_whose_process_is_gone_has_failed(db):
    dead = running(db, host=this_host(), pid=gone_pid())
    alive = running(db, host=this_host(), pid=os.getpid())
    assert "without a word" in jobs.find_job(db, dead).error
    assert jobs.find_job(db, alive).status == "running"


def test_a_job_on_another_host_has_failed_once_it_was_silent_for_a_minute(db):
    job_id = running(db, host="elsewhere", pid=1)
    assert jobs.find_job(db, job_id).status == "running"
    with db.cursor() as cursor:
        cursor.execute("UPDATE job SET started_at = now() - interval '2 minutes'")
    assert jobs.find_job(db, job_id).status == "failed"


def test_what_could_not_begin_waits_again_unless_the_same_waits_already(db):
    first, second = (running(db, host=this_host(), pid=os.getpid()) for _ in range(2))
    rows.set_queued_again(db, first)
    rows.set_queued_again(db, second)
    assert jobs.find_job(db, first).status == "queued"
    assert jobs.find_job(db, second).status == "cancelled"


def test_lists_are_newest_first_and_go_on_from_a_job(db):
    first, second = jobs.ask(db, "run", by="ann"), jobs.ask(db, "verify", by="ann")
    assert [job.job_id for job in jobs.list_jobs(db, most=1)] == [second]
    assert [job.job_id for job in jobs.list_jobs(db, before=second)] == [first]
    assert jobs.list_jobs(db, status="failed") == []


def test_only_ops_ask_retry_and_cancel(db):
    ops, eve = (User(1, name, role) for name, role in [("ops", "ops"), ("eve", "premium")])
    job_id = failed(db)
    for change in (
        lambda user: operations.ask(db, "run", user=user),
        lambda user: operations.retry(db, job_id, user=user),
        lambda user: operations.cancel(db, jobs.ask(db, "run", by="ann"), user=user),
    ):
        with pytest.raises(Forbidden):
            change(eve)
        change(ops)


def test_ops_see_what_waits_what_was_refused_and_the_last_verdict(db, published):
    with db.cursor() as cursor:
        cursor.execute(
            "INSERT INTO submission_file (submission_id, path, sha256, size_bytes, licence, author,"
            " outcome, reason) SELECT submission_id, reason || '.jpg', reason, 1, '', '',"
            " 'rejected', reason FROM submission, unnest(ARRAY['too_small', 'corrupt']) AS reason"
        )
        cursor.execute(
            "INSERT INTO receipt (receipt_no, supplier_id, file_count)"
            " SELECT 2, user_id, 7 FROM hub_user"
        )
    rows.set_succeeded(db, running(db, host="h", pid=1), result={"ok": True})
    seen = operations.find_overview(db)
    assert (seen.waiting.receipts, seen.waiting.files) == (1, 7)
    assert seen.verdict.result == {"ok": True}
    assert (seen.watcher, seen.writer, seen.is_busy) == (None, None, False)
    assert {(one.batch_no, one.reason, one.files) for one in operations.count_rejected(db)} == {
        (1, "too_small", 1),
        (1, "corrupt", 1),
    }
    [file] = operations.list_rejected(db, reason="corrupt")
    assert (file.path, file.supplier) == ("corrupt.jpg", "ann")
    assert operations.list_rejected(db, before=1) == []


def test_room_is_measured_by_the_lakes_lists_and_the_objects_folders(published, settings):
    published.add(b"a picture", "Apple")
    published.write_lake()
    Objects(settings.objects_root).put("landing/ab/abc", b"x" * 1000)
    found = storage.measure(settings)
    assert {room.name: room.files for room in found.lake}["images"] == 1
    landing = next(room for room in found.objects if "received" in room.name)
    assert (landing.files, landing.bytes, landing.is_partial) == (1, 1000, False)
    assert 0 < found.free_bytes < found.total_bytes
