"""One writer: a second job steps aside, and a dead holder is replaced."""

import os
import signal
import time


def wait_for(path, job):
    while not path.exists():
        assert job.poll() is None, "the job ended before it came to its point"
        time.sleep(0.05)


def test_a_second_job_names_the_holder_and_exits_75(hub, story, tmp_path):
    waiting = tmp_path / "waiting"
    first = hub.start("before", "jobs.validate:run", 1, waiting)
    wait_for(waiting, first)
    before = hub.state()
    code, said = hub.run()
    assert code == 75
    assert "`hub job run` of" in said
    assert f"process {first.pid}" in said
    assert hub.state() == before

    waiting.unlink()
    code, said = hub.end(first)
    assert code == 0, said
    assert hub.verify().differences == []
    assert hub.verify().fingerprint == story.fingerprints["ended"]


def test_of_two_jobs_at_once_at_least_one_works_and_nothing_is_done_twice(hub, story):
    jobs = [hub.start(), hub.start()]
    codes = sorted(hub.end(job)[0] for job in jobs)
    # The later one may find that the earlier has ended.
    assert codes in ([0, 75], [0, 0])
    assert hub.verify().differences == []
    assert hub.verify().fingerprint == story.fingerprints["ended"]


def test_a_holder_that_died_is_replaced_at_once(hub, tmp_path):
    waiting = tmp_path / "waiting"
    first = hub.start("after", "jobs.pipeline:next_batch", 1, waiting)
    wait_for(waiting, first)
    # Not reaped yet: a zombie holds nothing.
    os.kill(first.pid, signal.SIGKILL)
    second = hub.start("after", "jobs.pipeline:next_batch", 1, tmp_path / "second")
    wait_for(tmp_path / "second", second)
    assert hub.end(first)[0] == -signal.SIGKILL
    os.kill(second.pid, signal.SIGKILL)
    assert hub.verify().differences == []
