from functools import partial

import pytest

from hub.catalogue import exports
from hub.db import connect
from hub.errors import NotFound
from hub.rules.recipes import make_recipe
from hub.services import export_archives, jobs, subsets
from hub.services.export_requests import ask_export, list_exports
from hub.services.leases import WATCH, hold_lease


@pytest.fixture
def root(published, settings):
    published.add(b"bear", "Bear")
    published.write_lake()
    with connect(settings.database_url) as db:
        recipe = make_recipe({"labels": ["Bear"]})
        return subsets.create(db, "mine", recipe=recipe, settings=settings, by="ann").lock.root


@pytest.fixture
def open_db(settings):
    return partial(connect, settings.database_url)


def shown(db, settings, root, format="coco"):
    return {one.format: one for one in list_exports(db, settings, root)}[format]


def run(open_db, statement, *values):
    with open_db() as db, db.cursor() as cursor:
        cursor.execute(statement, values)


def test_what_nobody_asked_for_is_absent(db, settings, root):
    assert {one.status for one in list_exports(db, settings, root)} == {"absent"}


def test_a_request_is_queued_once_whoever_asks(open_db, settings, root):
    for by in ("ann", "eve"):
        with open_db() as db:
            ask_export(db, settings, root, format="coco", by=by)
    with open_db() as db:
        [job] = jobs.list_jobs(db)
        assert (job.command, job.arguments) == ("export", {"root": root, "format": "coco"})
        assert shown(db, settings, root).status == "queued"
        assert shown(db, settings, root, "csv").status == "absent"


def test_it_is_told_whether_somebody_takes_requests(open_db, settings, root):
    with open_db() as db:
        ask_export(db, settings, root, format="coco", by="ann")
        assert shown(db, settings, root).is_unattended
    with hold_lease(open_db, holder="a test", name=WATCH), open_db() as db:
        assert not shown(db, settings, root).is_unattended


def test_a_job_that_failed_says_why_and_can_be_asked_again(open_db, settings, root):
    with open_db() as db:
        ask_export(db, settings, root, format="coco", by="ann")
    run(
        open_db,
        "UPDATE job SET status = 'failed', started_at = now(), ended_at = now(), error = 'no room'",
    )
    with open_db() as db:
        assert (shown(db, settings, root).status, shown(db, settings, root).error) == (
            "failed",
            "no room",
        )
        ask_export(db, settings, root, format="coco", by="ann")
        assert shown(db, settings, root).status == "queued"


def test_what_is_made_is_ready_with_its_size(open_db, settings, root):
    made = export_archives.make(settings, open_db, root=root, format="coco")
    with open_db() as db:
        found = shown(db, settings, root)
        assert (found.status, found.size_bytes, found.sha256) == (
            "ready",
            made["size_bytes"],
            made["sha256"],
        )
        ask_export(db, settings, root, format="coco", by="ann")
        assert jobs.list_jobs(db) == []


def test_what_was_made_and_removed_can_be_asked_for_again(open_db, settings, root):
    with open_db() as db:
        ask_export(db, settings, root, format="coco", by="ann")
    run(
        open_db,
        "UPDATE job SET status = 'succeeded', started_at = now(), ended_at = now()",
    )
    with open_db() as db:
        assert shown(db, settings, root).status == "absent"
        ask_export(db, settings, root, format="coco", by="ann")
        assert [one.status for one in exports.list_export_jobs(db, root)] == ["queued"]


def test_another_format_is_refused(db, settings, root):
    with pytest.raises(NotFound, match="no format 'zip'"):
        ask_export(db, settings, root, format="zip", by="ann")
