"""Exports that people ask for: queued as jobs, followed, and there to be downloaded."""

from dataclasses import dataclass

from hub.catalogue import exports as catalogue
from hub.catalogue.exports import ExportJob
from hub.config import Settings
from hub.db import Connection
from hub.exports.formats import FORMATS
from hub.services import jobs
from hub.services.export_archives import check_format, find_made
from hub.services.leases import WATCH, find_holder


@dataclass(frozen=True)
class ExportShown:
    """A subset in one format. `sha256` and `size_bytes` are of the zip once it is ready."""

    format: str
    help: str
    status: str
    """absent, queued, running, failed or ready."""
    job_id: int | None = None
    progress: str = ""
    error: str | None = None
    is_unattended: bool = False
    """It waits, and nobody runs `hub job watch`."""
    size_bytes: int | None = None
    sha256: str | None = None


def ask_export(db: Connection, settings: Settings, root: str, *, format: str, by: str) -> None:
    """Have the zip of a subset made, unless it is there or was asked for already.

    Whether `by` may see the subset is the caller's to know. Raises NotFound for another format.
    """
    check_format(format)
    shown = {one.format: one for one in list_exports(db, settings, root)}[format]
    if shown.status in ("absent", "failed"):
        jobs.ask(db, "export", arguments={"root": root, "format": format}, by=by)


def list_exports(db: Connection, settings: Settings, root: str) -> list[ExportShown]:
    """Return what there is of a subset in each format, in the order of `FORMATS`."""
    jobs.end_silent_jobs(db)
    asked = {one.format: one for one in catalogue.list_export_jobs(db, root)}
    is_watched = find_holder(db, WATCH) is not None
    return [
        _shown(settings, root, name, asked.get(name), is_watched=is_watched) for name in FORMATS
    ]


def _shown(
    settings: Settings, root: str, format: str, job: ExportJob | None, *, is_watched: bool
) -> ExportShown:
    about = FORMATS[format].help
    if made := find_made(settings, root, format):
        return ExportShown(format, about, "ready", size_bytes=made.size_bytes, sha256=made.sha256)
    # What a job made may have been removed since.
    if job is None or job.status in ("succeeded", "cancelled"):
        return ExportShown(format, about, "absent")
    return ExportShown(
        format,
        about,
        job.status,
        job_id=job.job_id,
        progress=job.progress,
        error=job.error,
        is_unattended=job.status == "queued" and not is_watched,
    )
