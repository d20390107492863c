"""Takes the jobs that were asked for, one by one, and runs each as a process of its own."""

import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event

from hub.catalogue import jobs as rows
from hub.catalogue.jobs import Job
from hub.config import Settings
from hub.db import OpenDb
from hub.errors import DatabaseUnavailable, HubError, JobError
from hub.rules.jobs import FLAGS, check_job
from hub.services import jobs, mail, training_waits
from hub.services.leases import WATCH, HeldLease, hold_lease

_PAUSE_SECONDS = 2.0


@dataclass(frozen=True)
class Watcher:
    settings: Settings
    open_db: OpenDb
    lease: HeldLease
    say: Callable[[str], None]

    def watch(self) -> None:
        """Work until the process is stopped; what fails, fails alone."""
        pause = Event()
        while True:
            try:
                if not self.work():
                    pause.wait(_PAUSE_SECONDS)
            except DatabaseUnavailable as error:
                self.say(str(error))
                pause.wait(_PAUSE_SECONDS)

    def work(self) -> bool:
        """Run what is due beside jobs, and the next job; return whether there was one."""
        self.run_errands()
        with self.open_db() as db:
            self.lease.confirm(db)
            job = jobs.take_next(db)
        if job is None:
            return False
        self.say(f"job {job.job_id}: {job.command}, asked for by {job.requested_by}")
        try:
            # Whoever can write its row must not choose the words of a process by it.
            check_job(job.command, job.arguments)
        except JobError as error:
            self._fail(job, str(error))
            return True
        code = self._run(job)
        self.say(f"job {job.job_id}: {job.command} ended with {code}")
        return code != EXIT_BUSY

    def _run(self, job: Job) -> int:
        # A session of its own: who stops the watcher by Ctrl-C stops it through the watcher alone.
        process = subprocess.Popen(
            command_of(job), stdout=subprocess.DEVNULL, start_new_session=True
        )
        try:
            while process.poll() is None:
                self._wait(process)
        except BaseException:
            process.send_signal(signal.SIGTERM)
            self.say(f"job {job.job_id}: {job.command} is being stopped")
            process.wait()
            raise
        self._close(job, process)
        return process.returncode

    def _wait(self, process: "subprocess.Popen[bytes]") -> None:
        try:
            process.wait(_PAUSE_SECONDS)
        except subprocess.TimeoutExpired:
            self.run_errands()

    def run_errands(self) -> None:
        """Send the mail that is due, and queue the trainings that waited long enough."""
        try:
            mail.deliver(self.open_db, self.settings)
            training_waits.queue_ready(self.open_db, self.settings)
        except HubError as error:
            self.say(str(error))

    def _close(self, job: Job, process: "subprocess.Popen[bytes]") -> None:
        """Fail the job if its process left it running."""
        code = process.returncode
        how = f"was killed by signal {-code}" if code < 0 else f"ended with {code}"
        self._fail(
            job,
            f"Its process {process.pid} {how} without a word; the output of `hub job watch` may say"
            " why. Try it again.",
        )

    def _fail(self, job: Job, error: str) -> None:
        with self.open_db() as db:
            rows.set_failed(db, job.job_id, error=error)


EXIT_BUSY = 75
"""A job ends with it where another one holds the lake: it waits again."""


def watch(settings: Settings, open_db: OpenDb, *, holder: str, say: Callable[[str], None]) -> None:
    """Take jobs until the process is stopped. Raises LeaseHeld if another one does already."""
    with hold_lease(open_db, holder=holder, name=WATCH) as lease:
        say("watching for jobs")
        Watcher(settings, open_db, lease, say).watch()


def command_of(job: Job) -> list[str]:
    """Return the words of the process that runs a job: typed arguments of known commands alone."""
    flags = [f"--{name}" for name in FLAGS.get(job.command, ()) if name in job.arguments]
    words = {
        "verify": ["verify", *flags],
        "export": ["job", "export", job.arguments.get("root", ""), job.arguments.get("format", "")],
    }.get(job.command, ["job", job.command])
    start = "from cluster.cli import main; main()"
    return [sys.executable, "-c", start, "--job", str(job.job_id), *words]
