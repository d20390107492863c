"""Postgres stopped and started in the middle of a job: nothing lost, nothing twice."""

import shutil
import tempfile
from pathlib import Path

import pytest

from cluster import postgres
from hub.migrations import migrate
from hub.services.labels import seed_labels
from tests.faults.conftest import ProcessHub, write_files
from tests.faults.test_two_jobs import wait_for


@pytest.fixture
def whole_hub(draw):
    """A hub with a Postgres of its own, and a receipt that waits."""
    # pytest's own temporary folders are closed to the account that root's server runs under.
    home = Path(tempfile.mkdtemp(prefix="hub-test-"))
    home.chmod(0o711)
    hub = ProcessHub(home, None)
    try:
        postgres.create(home)
        postgres.start(home)
        migrate(postgres.database_url(home))
        with hub.open_db() as db:
            seed_labels(db)
        files = {"a.jpg": draw(1), "b.jpg": draw(2), "again.jpg": draw(1), "empty.jpg": b""}
        hub.submit(write_files(home / "files", files), "Apple")
        yield hub
    finally:
        hub.clean_up()
        postgres.stop(home)
        shutil.rmtree(home)


def test_a_job_says_that_postgres_is_gone_and_the_next_one_goes_on(whole_hub):
    waiting = whole_hub.home / "waiting"
    job = whole_hub.start("after", "jobs.tables:Lake.append_files", 1, waiting)
    wait_for(waiting, job)
    postgres.stop(whole_hub.home)
    waiting.unlink()
    code, said = whole_hub.end(job)
    assert code == 1
    assert "hub: Postgres does not answer" in said
    assert "run the same command again" in said
    assert "Traceback" not in said

    code, said = whole_hub.run()
    assert (code, "Postgres" in said, "hub up" in said) == (1, True, True), said

    postgres.start(whole_hub.home)
    job = whole_hub.start("after", "jobs.split:run", 1, waiting)
    wait_for(waiting, job)
    # Between two transactions a restart goes unnoticed.
    postgres.stop(whole_hub.home)
    postgres.start(whole_hub.home)
    waiting.unlink()
    code, said = whole_hub.end(job)
    assert code == 0, said
    found = whole_hub.verify()
    assert found.differences == []
    assert {each.thing: each.lake for each in found.counted} == {
        "batches": 1,
        "files": 4,
        "duplicates": 1,
        "pictures kept": 2,
        "pairs of related pictures": 0,
        "pictures published": 2,
    }
