"""Exports that were asked for as jobs."""

from dataclasses import dataclass
from datetime import datetime

from hub.db import Connection, fetch_all


@dataclass(frozen=True)
class ExportJob:
    """`status`, `progress` and `error` are the job's."""

    format: str
    job_id: int
    status: str
    requested_at: datetime
    progress: str
    error: str | None


def list_export_jobs(db: Connection, root: str) -> list[ExportJob]:
    """Return the newest job of each format of a subset."""
    return fetch_all(db, "exports/list_export_jobs", ExportJob, root=root)
