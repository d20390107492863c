"""Vacuum as a job: alone with the lake, and only where the two stores are of one age."""

from collections.abc import Callable
from pathlib import Path

from hub.config import Settings
from hub.db import OpenDb
from hub.objects.local import Objects
from hub.services.vacuuming import Vacuum, Vacuumed, vacuum_hub
from jobs.pipeline import Say, check_ages, open_job
from jobs.session import spark_session

Found = Callable[[str, Path | str, int], None]


def run(
    settings: Settings,
    open_db: OpenDb,
    *,
    holder: str,
    say: Say,
    found: Found,
    is_dry_run: bool,
) -> Vacuumed:
    """Remove what the hub needs no more, or count it; Spark is not started.

    `found` is told of each file: kind, path, bytes. Raises LeaseHeld, or StoresDiffer: what an
    older copy of Postgres does not know is not for that reason to be removed.
    """
    with open_job(settings, open_db, holder=holder, say=say, open_spark=spark_session) as job:
        with open_db() as db:
            check_ages(job, db)
        return vacuum_hub(
            Vacuum(
                open_db=open_db,
                lease=job.lease,
                lake_root=settings.lake_root,
                objects=Objects(settings.objects_root),
                objects_root=settings.objects_root,
                undo_days=settings.undo_days,
                is_dry_run=is_dry_run,
                found=found,
            )
        )
