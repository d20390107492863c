"""Reads landing files on the workers, and names on the driver the one that failed a stage."""

import re
from hashlib import sha256

import pyarrow.compute as pc
import pyarrow.parquet as pq

from hub.judging import LandingError
from hub.objects.local import Objects
from hub.rules.landing import landing_key

_RAISED = re.compile(
    rf"{LandingError.__name__}: object (\S+/([0-9a-f]{{64}})) is (missing|altered)"
)
_REMEDY = "submit that file again, or restore the objects from a backup"
_ALL = " (`hub verify` lists all that are missing)"


def read_landed(objects: Objects, digest: str) -> bytes:
    """Return a landing file's bytes. Raises LandingError if it is gone or was altered."""
    content = take_landed(objects, digest)
    if sha256(content).hexdigest() != digest:
        raise LandingError(digest, "altered")
    return content


def take_landed(objects: Objects, digest: str) -> bytes:
    """Return a landing file's bytes, for whoever checks what is made of them.

    Raises LandingError if it is gone.
    """
    try:
        return objects.get(landing_key(digest))
    except FileNotFoundError as error:
        raise LandingError(digest, "missing") from error


def describe_failure(message: str, files_path: str) -> str | None:
    """Say of a LandingError that a worker raised which file it is and what to do; None for others.

    `message` is what Spark tells of the error, `files_path` the batch's files. The file is named
    by its path as its supplier gave it, with the receipt; of several the first in order of receipt.
    """
    raised = _RAISED.search(message)
    if raised is None:
        return None
    key, digest, state = raised.groups()
    columns = ["receipt_no", "label_key", "path"]
    rows = pq.read_table(files_path, columns=columns, filters=pc.field("sha256") == digest)
    first, *others = sorted(map(tuple, (row.values() for row in rows.to_pylist())))
    receipt_no, _, path = first
    more = f" and {len(others)} more" if others else ""
    what = f"object {key}, received as {path!a} in receipt {receipt_no}{more},"
    if state == "altered":
        return f"{what} was altered since; {_REMEDY}"
    return f"{what} is missing; {_REMEDY}{_ALL}"
