"""Jobs: what was asked for, what runs, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.db import Connection, execute, fetch_all, fetch_one, json_value


@dataclass(frozen=True)
class Job:
    """`status` is queued, running, succeeded, failed or cancelled."""

    job_id: int
    command: str
    arguments: Mapping[str, str]
    status: str
    requested_by: str
    requested_at: datetime
    retry_of_id: int | None
    started_at: datetime | None
    ended_at: datetime | None
    host: str | None
    pid: int | None
    progress: str
    error: str | None
    result: Mapping[str, Any] | None


@dataclass(frozen=True)
class RunningJob:
    job_id: int
    host: str
    pid: int
    silent: bool


@dataclass(frozen=True)
class _Id:
    job_id: int


def put_queued_job(
    db: Connection,
    command: str,
    *,
    arguments: Mapping[str, str],
    requested_by: str,
    retry_of_id: int | None = None,
) -> int:
    """Queue a job, or return the one that waits with the same command and arguments."""
    row = fetch_one(
        db,
        "jobs/put_queued_job",
        _Id,
        command=command,
        arguments=json_value(arguments),
        requested_by=requested_by,
        retry_of_id=retry_of_id,
    )
    assert row
    return row.job_id


def add_running_job(
    db: Connection,
    command: str,
    *,
    arguments: Mapping[str, str],
    requested_by: str,
    host: str,
    pid: int,
) -> int:
    row = fetch_one(
        db,
        "jobs/add_running_job",
        _Id,
        command=command,
        arguments=json_value(arguments),
        requested_by=requested_by,
        host=host,
        pid=pid,
    )
    assert row
    return row.job_id


def find_job(db: Connection, job_id: int) -> Job | None:
    return fetch_one(db, "jobs/find_job", Job, job_id=job_id)


def find_kept_job(db: Connection, job_id: int) -> Job | None:
    """Return a job that nobody else changes until the transaction ends."""
    return fetch_one(db, "jobs/find_kept_job", Job, job_id=job_id)


def find_next_job(db: Connection, *, commands: Sequence[str]) -> Job | None:
    """Return the one of these commands that has waited longest, kept for this transaction."""
    return fetch_one(db, "jobs/find_next_job", Job, commands=list(commands))


def list_jobs(
    db: Connection, *, status: str | None = None, before: int | None = None, most: int
) -> list[Job]:
    """Return the newest jobs, at most so many, of that status and older than that id."""
    return fetch_all(db, "jobs/list_jobs", Job, status=status, before=before, most=most)


def find_last_verdict(db: Connection) -> Job | None:
    """Return the newest `verify` that came to its end."""
    return fetch_one(db, "jobs/find_last_verdict", Job)


def list_running_jobs(db: Connection, *, term_seconds: float) -> list[RunningJob]:
    return fetch_all(db, "jobs/list_running_jobs", RunningJob, term_seconds=term_seconds)


def set_running(db: Connection, job_id: int, *, host: str, pid: int) -> bool:
    """Say which process works on a job; False if it has ended."""
    return bool(execute(db, "jobs/set_running", job_id=job_id, host=host, pid=pid))


def set_progress(db: Connection, job_id: int, *, progress: str) -> None:
    execute(db, "jobs/set_progress", job_id=job_id, progress=progress)


def set_succeeded(db: Connection, job_id: int, *, result: Mapping[str, Any]) -> None:
    execute(db, "jobs/set_succeeded", job_id=job_id, result=json_value(result))


def set_failed(
    db: Connection, job_id: int, *, error: str, result: Mapping[str, Any] | None = None
) -> None:
    """End a running job as failed; one that has ended stays as it is."""
    found = json_value(result) if result else None
    execute(db, "jobs/set_failed", job_id=job_id, error=error, result=found)


def set_cancelled(db: Connection, job_id: int) -> bool:
    """Cancel a job that waits; False if it does not."""
    return bool(execute(db, "jobs/set_cancelled", job_id=job_id))


def set_queued_again(db: Connection, job_id: int) -> None:
    """Let a job that could not begin wait again."""
    execute(db, "jobs/set_queued_again", job_id=job_id)


def remove_job(db: Connection, job_id: int) -> None:
    """Forget a job that could not begin and that nobody asked for."""
    execute(db, "jobs/remove_job", job_id=job_id)
