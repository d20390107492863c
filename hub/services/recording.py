"""The row of a job that runs: its progress, its result or its error, and a heartbeat."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from time import monotonic
from typing import Any

from hub.catalogue import jobs
from hub.db import OpenDb
from hub.errors import HubError, LeaseHeld
from hub.services.jobs import end_silent_jobs
from hub.services.leases import hold_lease
from hub.services.processes import this_host

_PAUSE_SECONDS = 1.0
_LONGEST_LINE = 500


class Record:
    """What a job says of itself. A catalogue that is away never stops the job."""

    def __init__(self, open_db: OpenDb, job_id: int | None) -> None:
        """`job_id` is None where the row could not be written."""
        self.job_id = job_id
        self.result: Mapping[str, Any] = {}
        self.fault: str | None = None
        """Why the job has failed although it came to its end."""
        self.has_begun = False
        self._open_db = open_db
        self._said = -_PAUSE_SECONDS

    def say(self, line: str) -> None:
        """Keep the newest line of progress, at most one a second."""
        self.has_begun = True
        if self.job_id is None or monotonic() - self._said < _PAUSE_SECONDS:
            return
        self._said = monotonic()
        with suppress(HubError), self._open_db() as db:
            jobs.set_progress(db, self.job_id, progress=_line(line))

    def following(self, done: Iterable[int], what: str, total: int) -> Iterator[int]:
        """Hand on how many are done, and say so."""
        for number in done:
            self.say(f"{what}: {number:,} of {total:,}")
            yield number

    def watching(self, items: Iterable[Any], what: str, total: int) -> Iterator[Any]:
        """Hand items on, and say how many were."""
        for number, item in enumerate(items, 1):
            self.say(f"{what}: {number:,} of {total:,}")
            yield item


@contextmanager
def recording(
    open_db: OpenDb,
    command: str,
    *,
    arguments: Mapping[str, str],
    by: str,
    job_id: int | None = None,
) -> Iterator[Record]:
    """Keep a job's row for the block: `job_id` where one was asked for, else a new one.

    The block's own error goes on. A job that another one keeps from beginning has not failed: it
    waits again, or leaves no row where nobody asked for it.
    """
    record = Record(open_db, _begun(open_db, command, arguments=arguments, by=by, job_id=job_id))
    with ExitStack() as resources:
        if record.job_id is not None:
            with suppress(HubError):
                resources.enter_context(_heartbeat(open_db, record.job_id, by=by))
        try:
            yield record
        except LeaseHeld as error:
            if record.has_begun:
                _end(record, error=str(error))
            else:
                _withdraw(record, was_asked_for=job_id is not None)
            raise
        except BaseException as error:
            _end(record, error=_words(error))
            raise
        _end(record, error=record.fault)


def _begun(
    open_db: OpenDb, command: str, *, arguments: Mapping[str, str], by: str, job_id: int | None
) -> int | None:
    with suppress(HubError), open_db() as db:
        end_silent_jobs(db)
        if job_id is None:
            return jobs.add_running_job(
                db,
                command,
                arguments=arguments,
                requested_by=by,
                host=this_host(),
                pid=os.getpid(),
            )
        jobs.set_running(db, job_id, host=this_host(), pid=os.getpid())
        return job_id
    return None


def _heartbeat(open_db: OpenDb, job_id: int, *, by: str) -> AbstractContextManager[object]:
    return hold_lease(open_db, holder=f"job {job_id} of {by}", name=f"job {job_id}")


def _end(record: Record, *, error: str | None) -> None:
    if record.job_id is None:
        return
    # Times and ids in a report are text in JSON.
    result = json.loads(json.dumps(record.result, default=str))
    with suppress(HubError), record._open_db() as db:
        if error is None:
            jobs.set_succeeded(db, record.job_id, result=result)
        else:
            jobs.set_failed(db, record.job_id, error=error, result=result)


def _withdraw(record: Record, *, was_asked_for: bool) -> None:
    if record.job_id is None:
        return
    with suppress(HubError), record._open_db() as db:
        if was_asked_for:
            jobs.set_queued_again(db, record.job_id)
        else:
            jobs.remove_job(db, record.job_id)


def _words(error: BaseException) -> str:
    if isinstance(error, HubError):
        return _line(str(error))
    if isinstance(error, KeyboardInterrupt):
        return "It was stopped. Try it again: nothing is lost or done twice."
    first = next(iter(str(error).strip().splitlines()), "")
    return _line(f"{type(error).__name__}: {first}" if first else type(error).__name__)


def _line(text: str) -> str:
    return text.replace("\0", "")[:_LONGEST_LINE]
