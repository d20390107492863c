"""Ops at the browser: what fails is seen, tried again, and seen to succeed."""

import os
import subprocess

import pytest

from hub.catalogue import jobs as rows
from hub.db import connect
from hub.rules.recipes import make_recipe
from hub.services import jobs, subsets
from hub.services.leases import WATCH, find_holder
from hub.services.processes import this_host
from tests.fixtures.pictures import drawn, encoded
from tests.fixtures.sites import environment, hub_command

WAIT_MS = 60_000

_BATCHES = """
INSERT INTO batch (batch_no, batch_key, status, file_count, created_at, ended_at)
SELECT number, 'key ' || number, 'ended', 400, now() - interval '1 hour', now()
  FROM generate_series(2, 9) AS number;
INSERT INTO batch_stage (batch_no, stage, started_at, ended_at, rows_in, rows_out)
SELECT number, stage, now() - seconds * number * interval '1 second', now(), 400,
       '{"published": 350, "rejected": 30, "duplicate": 20}'
  FROM generate_series(2, 9) AS number,
       (VALUES ('validate', 3.5), ('dedupe', 1.1), ('split', 0.8), ('publish', 2.2),
               ('augment', 1.4)) AS stages (stage, seconds);
INSERT INTO submission_file
       (submission_id, path, sha256, size_bytes, licence, author, outcome, reason)
SELECT submission_id, 'folder/<b>' || number || '</b>.jpg', 'x' || number, 1, '', '', 'rejected',
       (ARRAY['too_small', 'truncated', 'not_an_image'])[1 + number % 3]
  FROM submission, generate_series(1, 40) AS number;
"""


@pytest.fixture
def busy(site, published):
    """A site whose hub has batches, refused files, and an export that has failed."""
    published.add(encoded(drawn()), "Apple")
    published.write_lake()
    with connect(site.settings.database_url) as db:
        apples = make_recipe({"labels": ["Apple"]})
        lock = subsets.create(db, "apples", recipe=apples, settings=site.settings, by="ann").lock
    with connect(site.settings.database_url) as db:
        with db.cursor() as cursor:
            cursor.execute(_BATCHES)
        job_id = add_running(db, "export", root=lock.root, format="imagefolder")
        rows.set_failed(db, job_id, error="Postgres does not answer. Start it with `hub up`.")
        rows.set_succeeded(db, add_running(db, "run"), result=RAN)
        running = add_running(db, "run")
        rows.set_progress(db, running, progress="batch 9: files checked: 120 of 400")
    return site


RAN = {
    "session_seconds": 4.0,
    "stages": [
        {"batch_no": 8, "stage": stage, "rows_in": 400, "rows_out": out, "seconds": 3.5}
        for stage, out in [
            ("validate", {"good": 370, "rejected": 30}),
            ("publish", {"published": 350, "rejected": 30, "duplicate": 20}),
        ]
    ],
    "compacted": [],
}


def add_running(db, command, **arguments):
    return rows.add_running_job(
        db, command, arguments=arguments, requested_by="ann", host=this_host(), pid=os.getpid()
    )


@pytest.fixture
def watching(busy):
    """`hub job watch`, as it is run."""
    process = subprocess.Popen(hub_command("job", "watch"), env=environment(busy.settings))
    yield process
    process.terminate()
    process.wait(60)


def test_ops_find_a_failed_job_and_see_it_succeed_when_tried_again(busy, visit, watching):
    visitor = visit(busy, "ops")
    visitor.go("/ops")
    page = visitor.page
    page.get_by_text("Postgres does not answer.").wait_for()
    page.get_by_role("button", name="Retry job 1").click()
    page.get_by_text("Queued again").wait_for()
    page.get_by_text("again, after #1").wait_for()
    # The page follows by itself.
    page.get_by_text("to download.").wait_for(timeout=WAIT_MS)
    with connect(busy.settings.database_url) as db:
        [again] = [job for job in jobs.list_jobs(db) if job.retry_of_id == 1]
    assert (again.requested_by, again.status) == ("ops", "succeeded")
    assert page.get_by_text("is taken by").count() == 1


def test_ops_ask_for_a_job_and_cancel_it(busy, visit):
    visitor = visit(busy, "ops")
    visitor.go("/ops")
    page = visitor.page
    page.get_by_text("Nobody takes requests").wait_for()
    page.get_by_role("button", name="Compact").click()
    page.get_by_text("Make few large data files").wait_for()
    page.get_by_role("button", name="Not now").click()
    page.get_by_text("Make few large data files").wait_for(state="hidden")
    page.get_by_role("button", name="Vacuum").click()
    page.get_by_role("button", name="Ask for it").click()
    page.get_by_text("waits for its turn", exact=True).wait_for()
    page.get_by_role("button", name="Cancel job").click()
    page.get_by_text("will not be run").wait_for()
    with connect(busy.settings.database_url) as db:
        newest = jobs.list_jobs(db)[0]
        assert (newest.command, newest.status) == ("vacuum", "cancelled")
        assert find_holder(db, WATCH) is None


@pytest.mark.parametrize("role", [None, "supplier", "data_scientist", "premium", "labeller"])
def test_nobody_but_ops_sees_it(busy, visit, role):
    visitor = visit(busy, role)
    visitor.go("/ops")
    assert visitor.page.get_by_text("Nobody takes requests").count() == 0
    assert visitor.page.get_by_role("link", name="Operations").count() == 0
    # The browser notes the refusal.
    visitor.wrong.clear()


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390), ("dark", 390)]
)
@pytest.mark.parametrize(
    ("tab", "text"),
    [
        ("jobs", "Last verify"),
        ("batches", "Seconds of each stage"),
        ("refused", "send it again, whole"),
        ("room", "Free on its disk"),
    ],
)
def test_every_part_reads_well(busy, visit, tab, text, scheme, width):
    visitor = visit(busy, "ops", scheme=scheme, width=width)
    visitor.go(f"/ops?tab={tab}")
    visitor.page.get_by_text(text).first.wait_for()
    visitor.shoot(f"ops-{tab}-{scheme}-{width}")
    assert visitor.audit() == []
    wide = visitor.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert not wide


def test_reasons_lead_to_their_files(busy, visit):
    visitor = visit(busy, "ops")
    visitor.go("/ops?tab=refused")
    visitor.page.get_by_role("link", name="too small").first.click()
    visitor.page.get_by_text("Files refused as too small").wait_for()
    files = visitor.page.get_by_role("region", name="Refused files")
    assert files.get_by_text("truncated").count() == 0
    # What others named their files is text.
    assert files.get_by_text("folder/<b>", exact=False).count() > 0
    visitor.page.go_back()
    visitor.page.get_by_text("Files, the newest first").wait_for()
