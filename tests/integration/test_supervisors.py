"""Supervisors that cannot reach Postgres for a while, and those who would take their trainings."""

import os
from concurrent.futures import ThreadPoolExecutor
from queue import Queue
from threading import Event

from cluster.cli.context import Hub
from hub.services.training_states import take_next
from jobs.train import leasing
from jobs.train.due import work_off
from jobs.train.launchers import Launcher
from jobs.train.preparing import prepare
from jobs.train.supervising import Supervisor

SECONDS = 120


def test_who_only_lost_postgres_keeps_its_training_until_its_lease_stands_still(
    acting_hub, monkeypatch
):
    monkeypatch.setattr(leasing, "STILL_SECONDS", 3 * leasing.BEAT_SECONDS)
    one = acting_hub.request()
    with acting_hub.open_db() as db, db.cursor() as cursor:
        assert take_next(db).training_id == one
        cursor.execute("UPDATE training SET beat_at = now() - interval '10 minutes'")
    lease = leasing.Lease(acting_hub.folder(one), supervisor=1)
    lease.begin()
    hub, said = Hub(acting_hub.environ), Queue()
    launcher = Launcher(hub.settings, os.environ)
    other = Supervisor(hub.settings, hub.open_db, launcher, prepare, said.put)
    with ThreadPoolExecutor() as pool:
        with leasing.beating(lease.beat, over=Event()):
            ended = pool.submit(work_off, other)
            assert "is worked on by another process" in said.get(timeout=SECONDS)
        assert ended.result(timeout=SECONDS) == [one]
    shown = acting_hub.json("train", "show", one)
    assert shown["status"] == "succeeded"
