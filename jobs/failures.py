"""Turns what Spark raises into one sentence that says what to do."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa
from py4j.protocol import Py4JError, Py4JNetworkError
from pyspark.errors import PySparkException

from hub.errors import HubError
from jobs.landing import describe_failure

_RAISED = re.compile(r"[\w.]*(Error|Exception)\b.*: ")
_TOLD = re.compile(r"^(?:Caused by: )?hub\.errors\.\w+: (.+)", re.MULTILINE)
"""What the hub itself says of a thing, on a worker: a sentence with its remedy."""


class StageFailed(HubError):
    """A stage stopped in the middle; running the same command again completes it."""


@contextmanager
def failing_as(what: str, *, files_path: str | None = None) -> Iterator[None]:
    """Raise StageFailed, that `what` stopped and why, for whatever Spark raises in the block.

    `files_path` leads to the batch's files, of which one that is lost is named.
    """
    try:
        yield
    except (PySparkException, Py4JError, OSError, pa.ArrowException) as error:
        lost = describe_failure(str(error), files_path) if files_path else None
        stopped = f"{what[0].upper()}{what[1:]} stopped: {lost or _telling(error)}"
        raise StageFailed(
            f"{stopped}. Nothing is lost or done twice: run the same"
            " command again. logs/spark.log in the hub's home has the whole story, and"
            " `hub doctor` says what the machine lacks."
        ) from error


def _telling(error: Exception) -> str:
    """Find the line that names the cause: the last one that was raised, or the first of all."""
    if isinstance(error, (ConnectionError, Py4JNetworkError)):
        return "Spark's Java process is gone (killed, or out of memory?)"
    if told := _TOLD.search(str(error)):
        return told[1].rstrip(".")
    stripped = (line.strip().removeprefix("Caused by: ") for line in str(error).splitlines())
    lines = [line for line in stripped if line]
    raised = [line for line in lines if _RAISED.match(line)]
    telling = (raised or lines or ["no message"])[-1 if raised else 0]
    return telling.rstrip(".")
