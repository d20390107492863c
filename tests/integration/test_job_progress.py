"""While a stage is at work it shows how far it is, and once it has ended what became of all."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from cluster.cli import cli
from jobs.pipeline import JobReport, StageDone


def test_every_stage_that_works_shows_its_rows_and_leaves_no_count_behind(
    new_hub, folder, draw, monkeypatch
):
    monkeypatch.setattr("jobs.progress._QUIET_SECONDS", 0.0)
    shown = {}

    def track(done, what, total):
        *_, shown[what] = ((number, total) for number in done)

    hub = new_hub()
    files = {f"{number}.jpg": draw(number) for number in range(12)}
    hub.submit(folder("files", files | {"same.jpg": draw(0)}), labels=["Apple"])
    hub.run(track=track)
    [(published, train)] = hub.ask(
        "SELECT count(*), count(*) FILTER (WHERE split = 'train') FROM image"
    )
    told = {what.removeprefix("batch 1: "): rows for what, rows in shown.items()}
    assert told["files checked"] == (13, 13)
    assert told["pictures written"] == (published, published)
    assert told["pictures derived from"] == (train, train)
    assert all(done == total for done, total in told.values())
    assert not (Path(hub.settings.objects_root) / "batches").exists()


@pytest.fixture
def job(monkeypatch, tmp_path):
    """Return `job(stages)`: what `hub job run` prints where those are its stages."""

    def run(stages):
        report = JobReport(session_seconds=4.0, stages=stages)
        monkeypatch.setattr("jobs.pipeline.run", lambda *_, **__: report)
        ran = CliRunner().invoke(cli, ["job", "run"], env={"HUB_HOME": str(tmp_path)})
        assert ran.exit_code == 0, ran.output
        return ran.stdout

    return run


def test_a_job_sums_up_what_became_of_the_files_of_its_batches(job):
    published = {"published": 2, "rejected": 1}
    said = job(
        [
            StageDone(1, "validate", 3, {"good": 2, "rejected": 1}, 1.0),
            StageDone(1, "publish", 3, published, 1.5),
            StageDone(2, "publish", 3, published, 1.5),
        ]
    )
    assert said.startswith("6 files in 8.0 s, 4.0 s of them for Spark to start: 4 published, 2 rej")
    assert "validate" not in said


def test_a_job_of_one_stage_sums_up_that_stage(job):
    said = job([StageDone(1, "validate", 3, {"good": 2, "rejected": 1}, 1.0)])
    assert "2 good, 1 rejected" in said
