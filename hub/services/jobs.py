"""Jobs as they are asked for: queued, looked up, tried again, cancelled, taken."""

import os
from collections.abc import Mapping

from hub.catalogue import jobs
from hub.catalogue.jobs import Job
from hub.db import Connection
from hub.errors import JobError, NotFound
from hub.rules.jobs import ARGUMENTS, LAKE_WRITERS, check_job
from hub.services.leases import TERM_SECONDS, find_holder
from hub.services.processes import is_gone, this_host

WORDLESS = "It ended without a word: its process {pid} is gone. Try it again."


def ask(
    db: Connection, command: str, *, arguments: Mapping[str, str] | None = None, by: str
) -> int:
    """Queue a job and return its id; the same that waits already is returned instead.

    Whether `by` may ask for it is the caller's to know. Raises JobError for what no watcher runs.
    """
    arguments = arguments or {}
    check_job(command, arguments)
    return jobs.put_queued_job(db, command, arguments=arguments, requested_by=by)


def find_job(db: Connection, job_id: int) -> Job:
    """Return a job as it stands now. Raises NotFound."""
    end_silent_jobs(db)
    job = jobs.find_job(db, job_id)
    if job is None:
        raise _no_job(job_id)
    return job


def list_jobs(
    db: Connection, *, status: str | None = None, before: int | None = None, most: int = 50
) -> list[Job]:
    """Return jobs as they stand now, the newest first."""
    end_silent_jobs(db)
    return jobs.list_jobs(db, status=status, before=before, most=most)


def retry(db: Connection, job_id: int, by: str) -> int:
    """Queue a failed or cancelled job again and return the new one's id.

    Raises NotFound, or JobError where the job has not failed.
    """
    job = find_job(db, job_id)
    if job.status not in ("failed", "cancelled"):
        raise JobError(f"Job {job_id} is {job.status}; only a failed one can be tried again.")
    check_job(job.command, job.arguments)
    return jobs.put_queued_job(
        db, job.command, arguments=job.arguments, requested_by=by, retry_of_id=job_id
    )


def cancel(db: Connection, job_id: int) -> None:
    """Cancel a job that still waits. Raises NotFound, or JobError once it has begun."""
    if jobs.set_cancelled(db, job_id):
        return
    job = jobs.find_job(db, job_id)
    if job is None:
        raise _no_job(job_id)
    raise JobError(f"Job {job_id} is {job.status}; only one that waits can be cancelled.")


def take_next(db: Connection) -> Job | None:
    """Begin the job that has waited longest, for this process; None: nothing can begin now.

    What writes the lake waits while another job holds its lease.
    """
    end_silent_jobs(db)
    able = set(ARGUMENTS) - (LAKE_WRITERS if find_holder(db) else set())
    job = jobs.find_next_job(db, commands=sorted(able))
    if job:
        jobs.set_running(db, job.job_id, host=this_host(), pid=os.getpid())
    return job


def end_silent_jobs(db: Connection) -> None:
    """Mark those as failed whose process is gone, or was silent for too long."""
    for job in jobs.list_running_jobs(db, term_seconds=TERM_SECONDS):
        if job.silent or is_gone(job.host, job.pid):
            jobs.set_failed(db, job.job_id, error=WORDLESS.format(pid=job.pid))


def _no_job(job_id: int) -> NotFound:
    return NotFound(f"There is no job {job_id}; `hub job requests` lists them.")
