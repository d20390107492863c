"""What ops see of the hub at work, and what they ask of it."""

from dataclasses import dataclass

from hub.catalogue import batches, operations
from hub.catalogue import jobs as job_rows
from hub.catalogue.batches import BatchRun
from hub.catalogue.jobs import Job
from hub.catalogue.leases import Lease
from hub.catalogue.operations import RejectedCount, RejectedFile, Waiting
from hub.catalogue.users import User
from hub.db import Connection
from hub.errors import Forbidden
from hub.rules.roles import may
from hub.services import jobs
from hub.services.leases import WATCH, find_holder

_SAMPLE = 10_000


@dataclass(frozen=True)
class Overview:
    jobs: list[Job]
    """The newest first."""
    watcher: Lease | None
    """Who takes what is asked for; None: nobody."""
    writer: Lease | None
    """Who writes the lake."""
    waiting: Waiting
    verdict: Job | None
    """The newest `verify` that came to its end."""

    @property
    def is_busy(self) -> bool:
        return any(job.status in ("queued", "running") for job in self.jobs)


def find_overview(db: Connection, *, before: int | None = None, most: int = 30) -> Overview:
    """Return how the hub is at work; the jobs are those before that id."""
    return Overview(
        jobs=jobs.list_jobs(db, before=before, most=most),
        watcher=find_holder(db, WATCH),
        writer=find_holder(db),
        waiting=operations.get_waiting(db),
        verdict=job_rows.find_last_verdict(db),
    )


def list_batches(db: Connection, *, most: int = 20) -> list[BatchRun]:
    """Return the newest batches first, with what their stages reported."""
    return batches.list_batches(db, most=most)


def count_rejected(db: Connection) -> list[RejectedCount]:
    """Return why files were refused, by batch: of the newest 10,000."""
    return operations.count_rejected(db, newest=_SAMPLE)


def list_rejected(
    db: Connection, *, reason: str | None = None, before: int | None = None, most: int = 100
) -> list[RejectedFile]:
    """Return refused files, the newest first."""
    return operations.list_rejected(db, reason=reason, before=before, most=most)


def ask(db: Connection, command: str, *, user: User) -> int:
    """Queue a job without arguments and return its id. Raises Forbidden, JobError."""
    _check_may(user)
    return jobs.ask(db, command, by=user.name)


def retry(db: Connection, job_id: int, *, user: User) -> int:
    """Queue a failed job again. Raises Forbidden, NotFound, JobError."""
    _check_may(user)
    return jobs.retry(db, job_id, by=user.name)


def cancel(db: Connection, job_id: int, *, user: User) -> None:
    """Cancel a job that waits. Raises Forbidden, NotFound, JobError."""
    _check_may(user)
    jobs.cancel(db, job_id)


def _check_may(user: User) -> None:
    if not may(user.role, "operate"):
        raise Forbidden("Only ops run jobs.")
