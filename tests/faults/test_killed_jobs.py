"""SIGKILL at every boundary of a job: the same command again completes it, once."""

import os
import signal

import pytest

from hub.services.batches import STAGES
from tests.faults.dying import VICTIMS

# In `make test`; HUB_FAULTS=every (`make faults`) takes all of them.
TELLING = {
    "the batch is taken, nothing is written": ("before", "jobs.validate:run", 1, "kill"),
    "validate is in the lake alone": ("after", "jobs.tables:Lake.append_files", 1, "kill"),
    "publication is not committed": ("after", "jobs.pipeline:end_stage", 4, "kill"),
    "a worker dies in validate": ("worker", "jobs.validate:write_checks", 1, "worker"),
    "the JVM dies in publish": ("worker", "jobs.publish:write_pictures", 1, "jvm"),
    "the driver dies in augment": ("worker", "jobs.augment:write_derived", 1, "driver"),
}
TABLES = ("files_checked", "images_related", "duplicates", "images_kept", "images", "augmented")


WORKERS = (
    "jobs.validate:write_checks",
    "jobs.publish:write_pictures",
    "jobs.augment:write_derived",
)


def every_point():
    """Each as (when, target, call, who dies), of the second batch."""
    yield "after", "hub.services.leases:_take", 1, "kill"
    yield "before", "hub.services.leases:_give_back", 1, "kill"
    yield "after", "jobs.pipeline:due_batch", 1, "kill"
    yield "after", "jobs.pipeline:next_batch", 1, "kill"
    for number, stage in enumerate(STAGES, start=1):
        yield "before", f"jobs.{stage}:run", 1, "kill"
        yield "before", "jobs.pipeline:record_stage", number, "kill"
        yield "after", "jobs.pipeline:end_stage", number, "kill"
        yield "after", "jobs.pipeline:record_stage", number, "kill"
    for number, _ in enumerate(TABLES, start=1):
        yield "before", "jobs.tables:Lake.append_files", number, "kill"
        yield "after", "jobs.tables:Lake.append_files", number, "kill"
    for step in ("add_images", "add_hashes", "set_outcomes", "add_supplier_claims"):
        yield "after", f"hub.catalogue.images:{step}", 1, "kill"
    yield "after", "hub.catalogue.relations:add_relations", 1, "kill"
    for worker in WORKERS:
        yield from (("worker", worker, 1, victim) for victim in VICTIMS)


EVERY = os.environ.get("HUB_FAULTS") == "every"
POINTS = dict(TELLING)
if EVERY:
    POINTS |= {" ".join(map(str, point)): point for point in every_point()}


@pytest.mark.parametrize("name", POINTS)
def test_the_same_command_again_completes_a_killed_job(hub, story, name):
    code, said = hub.run(*POINTS[name])
    if POINTS[name][3] in ("kill", "driver"):
        assert code == -signal.SIGKILL, said
    else:
        # Whoever else dies, the job itself lives to say so, in its last line.
        assert code == 1, said
        last = said.splitlines()[-1]
        assert last.startswith("hub: Stage")
        assert "run the same command again" in last
    assert hub.verify().differences == []

    code, said = hub.run()
    assert code == 0, said
    healed = hub.verify()
    assert healed.differences == []
    assert healed.fingerprint == story.fingerprints["ended"]

    before = hub.state()
    code, said = hub.run()
    assert (code, "Nothing is due" in said) == (0, True), said
    assert hub.state() == before
    hub.wait_until_nothing_runs()


@pytest.mark.parametrize("table", range(1, len(TABLES) + 1) if EVERY else [1])
def test_a_table_that_was_made_and_not_filled_is_filled(story, table, tmp_path):
    with story.hub("new", tmp_path / "hub") as hub:
        code, said = hub.run("after", "jobs.tables:Lake.make", table, "kill")
        assert code == -signal.SIGKILL, said
        code, said = hub.run()
        assert code == 0, said
        assert hub.verify().differences == []
        assert hub.verify().fingerprint == story.fingerprints["one"]
