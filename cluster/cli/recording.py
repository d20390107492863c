"""Keeps the row of the job that a command is."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cluster.cli.context import Hub

if TYPE_CHECKING:
    from hub.services.recording import Record


@contextmanager
def recorded(
    hub: Hub, command: str, *, arguments: Mapping[str, str] | None = None
) -> "Iterator[Record]":
    """Keep a job's row for the block: of the job that a watcher runs, or a new one."""
    # Imported late so that help answers at once.
    from hub.services.recording import recording

    with recording(
        hub.open_db, command, arguments=arguments or {}, by=hub.user_name, job_id=hub.job_id
    ) as record:
        yield record
