"""A Postgres or a lake of another age than the other: found out, never a silent loss."""

import pytest

from hub.services.batches import due_batch
from tests.faults.conftest import write_files


def named(hub):
    return [(found.kind, found.subject) for found in hub.verify().differences]


def refused(hub, message):
    """Run a job that must refuse, and say so in one line, with no trace in either store."""
    before = hub.state()
    code, said = hub.run()
    assert code == 1, said
    assert message in said
    assert "`hub verify` names what differs" in said
    assert said.count("\n") == 1
    assert hub.state() == before


# Whether or not it still has the receipts of the batch that it lacks.
@pytest.mark.parametrize("moment", ["one", "begun"])
def test_an_older_postgres_is_refused(story, tmp_path, draw, moment):
    with story.hub(moment, tmp_path / "hub", lake="ended") as hub:
        assert named(hub) == [("batch_unknown", "batch 2")]
        refused(hub, "older Postgres was restored")
        hub.submit(write_files(tmp_path / "other", {"a.jpg": draw(77)}), "Apple")
        refused(hub, "older Postgres was restored")
        assert named(hub) == [("batch_unknown", "batch 2")]


def test_a_batch_number_used_again_is_refused(story, tmp_path):
    with story.hub("begun", tmp_path / "hub", lake="ended") as hub:
        with hub.open_db() as db:
            assert due_batch(db, batch_files=1000).batch_no == 2
        refused(hub, "holds batch 2 of other receipts")
        assert named(hub) == [("batch_number_reused", "batch 2")]


def test_a_batch_counter_set_back_is_refused(story, tmp_path, draw):
    with story.hub("ended", tmp_path / "hub") as hub:
        with hub.open_db() as db, db.cursor() as cursor:
            cursor.execute("UPDATE hub SET last_batch_no = 1")
        hub.submit(write_files(tmp_path / "other", {"a.jpg": draw(77)}), "Apple")
        refused(hub, "older Postgres was restored")
        assert ("counter_behind", "batch counter") in named(hub)


def test_an_older_lake_is_refused(story, tmp_path, draw):
    with story.hub("ended", tmp_path / "hub", lake="begun") as hub:
        assert named(hub) == [("batch_lost", "batch 2")]
        hub.submit(write_files(tmp_path / "other", {"a.jpg": draw(77)}), "Apple")
        refused(hub, "the lake is an older copy")
