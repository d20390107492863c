"""Hubs that are run by `hub job run` in processes of their own, which can be killed."""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cluster import postgres
from hub.config import Settings
from hub.db import connect
from hub.lake.tables import TABLES
from hub.objects.local import Objects
from hub.rules.submissions import check_defaults
from hub.services.labels import seed_labels
from hub.services.submissions import Intake, submit_paths
from hub.services.verification import verify
from jobs import pipeline
from tests.fixtures.postgres import copy_of

REPOSITORY = Path(__file__).resolve().parents[2]
SECONDS = 500


@dataclass
class ProcessHub:
    """A hub in `home` whose jobs are processes; without a URL, its Postgres is its own, too."""

    home: Path
    database_url: str | None
    sessions: list[int] = field(default_factory=list)

    @property
    def settings(self):
        return Settings(
            home=self.home,
            database_url=self.database_url,
            lake_root=str(self.home / "lake"),
            objects_root=str(self.home / "objects"),
            min_side_px=32,
            partitions=2,
        )

    def open_db(self):
        if self.database_url is not None:
            return connect(self.database_url)
        return connect(postgres.database_url(self.home))

    def submit(self, folder, *labels, supplier="ann"):
        objects = Objects(self.settings.objects_root)
        intake = Intake(self.open_db, objects, max_bytes=2**26)
        defaults = check_defaults(supplier=supplier)
        submit_paths(intake, [str(folder)], labels=labels, defaults=defaults)

    def start(self, *point, command="run"):
        """Start `hub job`, armed to die or to wait at a point: see `tests.faults.killed`."""
        environ = os.environ | {
            "HUB_HOME": str(self.home),
            "HUB_DATABASE_URL": self.database_url or "",
            "HUB_SPARK_MASTER": "local[2]",
            "HUB_SPARK_MEMORY": "1g",
            "HUB_PARTITIONS": "2",
            "HUB_MIN_SIDE_PX": "32",
            "PYTHONPATH": str(REPOSITORY),
        }
        hub = [str(Path(sys.executable).with_name("hub"))]
        armed = [sys.executable, "-m", "tests.faults.killed", *map(str, point)]
        # A file and no pipe: what outlives a killed job must not keep the test waiting.
        with self._log(len(self.sessions)).open("w") as log:
            job = subprocess.Popen(
                [*(armed if point else hub), "job", *command.split()],
                cwd=self.home,
                env=environ,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.sessions.append(job.pid)
        return job

    def end(self, job):
        """Wait until a job has ended; return its exit code and what it said."""
        code = job.wait(timeout=SECONDS)
        return code, self._log(self.sessions.index(job.pid)).read_text()

    def run(self, *point, command="run"):
        return self.end(self.start(*point, command=command))

    def _log(self, number):
        return self.home / f"job-{number}.log"

    def verify(self):
        with self.open_db() as db:
            objects = Objects(self.settings.objects_root)
            return verify(db, self.settings.lake_root, objects, read_bytes=True)

    def state(self):
        """Every row of Postgres with its last writer, and every version of every lake table.

        Without the list of jobs, in which each command stands that was run.
        """
        rows = {}
        with self.open_db() as db, db.cursor() as cursor:
            cursor.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'job'"
            )
            for (table,) in cursor.fetchall():
                cursor.execute(f"SELECT xmin, ctid, {table}::text FROM {table} ORDER BY ctid")
                rows[table] = cursor.fetchall()
        logs = [Path(self.settings.lake_root, table, "_delta_log") for table in TABLES]
        return rows, {log: sorted(log.iterdir()) for log in logs if log.exists()}

    def wait_until_nothing_runs(self):
        """What a killed job leaves behind must end by itself."""
        patience = time.monotonic() + 60
        while left := living(self.sessions):
            assert time.monotonic() < patience, f"processes {left} outlived their job"
            time.sleep(0.2)

    def clean_up(self):
        for pid in living(self.sessions):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def living(sessions):
    """The processes of these sessions: a job's, its JVM's and its workers'."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # The name stands in parentheses and may hold anything.
            state, _, _, session = stat.read_text().rpartition(")")[2].split()[:4]
            if int(session) in sessions and state != "Z":
                found.append(int(stat.parent.name))
    return found


@dataclass
class Story:
    """One hub at several moments: each a database to copy and a folder of its files."""

    server_url: str
    folder: Path
    databases: ExitStack
    names: dict[str, str] = field(default_factory=dict)
    fingerprints: dict[str, str] = field(default_factory=dict)

    def keep(self, moment, hub):
        found = hub.verify()
        assert found.ok, found.differences
        self.fingerprints[moment] = found.fingerprint
        shutil.copytree(hub.home, self.folder / moment)
        name = hub.database_url.rpartition("/")[2]
        kept = self.databases.enter_context(copy_of(name, self.server_url))
        self.names[moment] = kept.rpartition("/")[2]

    @contextmanager
    def hub(self, moment, home, *, lake=None):
        """A hub as it was at a moment, its lake as at another where `lake` says so."""
        shutil.copytree(self.folder / (lake or moment), home)
        with copy_of(self.names[moment], self.server_url) as url:
            hub = ProcessHub(home, url)
            try:
                yield hub
            finally:
                hub.clean_up()


@pytest.fixture(scope="session")
def story(server_url, template, spark, draw, tmp_path_factory):
    """A hub that nothing ever interrupts.

    `new`: a receipt waits. `one`: it was published. `begun`: a second one waits. `ended`: both
    were published.
    """
    folder = tmp_path_factory.mktemp("story")
    first = write_files(
        folder / "files" / "first",
        {
            **{f"{seed}.jpg": draw(seed) for seed in range(4)},
            "again.jpg": draw(0),
            "a.png": draw(9, format="PNG"),
            "broken.jpg": draw(5)[:-300],
            "shot-1.jpg": draw(50, contrast=0.1),
        },
    )
    second = write_files(
        folder / "files" / "second",
        {
            **{f"{seed}.jpg": draw(seed) for seed in range(2, 8)},
            "packed.png": draw(9, format="PNG", optimize=True, compress_level=9),
            "again.jpg": draw(6),
            "empty.jpg": b"",
            # Like one of the first receipt, and like one of this.
            "near-first.jpg": draw(1, quality=40),
            "near-second.jpg": draw(7, side=72),
            "mirrored.jpg": draw(0, is_mirrored=True),
            "shot-1.jpg": draw(50, contrast=0.1),
            "shot-2.jpg": draw(51, contrast=0.1),
            "shot-3.jpg": draw(52, contrast=0.1),
            "cut.png": draw(8, format="PNG")[:40],
            "script.jpg": b"#!/bin/sh\nexit\n" + draw(8),
            "trailing.jpg": draw(60) + b"<?php echo 1; ?>",
        },
    )

    @contextmanager
    def open_spark(_settings, _name):
        yield spark

    def run(hub):
        pipeline.run(
            hub.settings,
            hub.open_db,
            holder="a test",
            say=lambda line: None,
            open_spark=open_spark,
        )

    with ExitStack() as databases:
        told = Story(server_url, folder, databases)
        url = databases.enter_context(copy_of(template, server_url))
        hub = ProcessHub(folder / "hub", url)
        with hub.open_db() as db:
            seed_labels(db)
        hub.submit(first, "Apple")
        told.keep("new", hub)
        run(hub)
        told.keep("one", hub)
        hub.submit(second, "Pear", supplier="ben")
        told.keep("begun", hub)
        run(hub)
        told.keep("ended", hub)
        assert relations(hub) == {"bytes", "pixels", "near", "mirrored", "burst"}
        yield told


def relations(hub):
    """How files and pictures of a hub are like others."""
    with hub.open_db() as db, db.cursor() as cursor:
        cursor.execute(
            "SELECT relation FROM submission_file WHERE outcome = 'duplicate'"
            " UNION SELECT relation FROM image_relation"
        )
        return {relation for (relation,) in cursor.fetchall()}


def write_files(folder, files):
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def hub(story, tmp_path):
    """A hub with one batch published, and one receipt that waits."""
    with story.hub("begun", tmp_path / "hub") as copied:
        yield copied
