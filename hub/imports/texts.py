"""Reads tables, bounded: CSV, JSON, JSON Lines; says what is wrong on which line."""

import csv
import json
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TextIO

from hub.imports.found import FormatError

MOST_JSON_BYTES = 512 * 1024**2
"""A JSON document is read whole, and takes some ten times its size in memory."""
_LONGEST_LINE = 16 * 1024**2
_NOTHING = "Nothing was received; mend it and run the same command again."


def read_json(path: str) -> Any:
    """Return a JSON document, which is read whole. Raises FormatError, too if it is larger than
    512 MiB."""
    with _opened(path) as text:
        size = os.fstat(text.fileno()).st_size
        if size > MOST_JSON_BYTES:
            raise FormatError(
                f"{path!a} has {size:,} bytes; a JSON document is read whole and may have"
                f" {MOST_JSON_BYTES:,}: split it by pictures."
            )
        try:
            return json.loads(text.read(MOST_JSON_BYTES))
        except (ValueError, RecursionError) as error:
            raise _not_json(path, error) from error


def read_json_lines(path: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield each line's number and object; empty lines are passed over. Raises FormatError."""
    with _opened(path) as text:
        for line_no, line in enumerate(_lines(path, text), start=1):
            if not line.strip():
                continue
            try:
                value = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise _not_json(path, error, line_no=line_no) from error
            if not isinstance(value, dict):
                raise _wrong(path, line_no, "is no JSON object")
            yield line_no, value


def read_rows(path: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of the last line and the fields of each row of a CSV. Raises FormatError."""
    with _opened(path) as text:
        reader = csv.reader(_lines(path, text), strict=True)
        while True:
            try:
                fields = next(reader, None)
            except csv.Error as error:
                raise _wrong(path, reader.line_num, f"cannot be read ({error})") from error
            if fields is None:
                return
            if fields:
                yield reader.line_num, fields


def read_table(path: str, *, required: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield line and values by column of a CSV whose first line names the columns.

    Raises FormatError if one of the required columns is not there, or at a row of another width.
    """
    rows = read_rows(path)
    _, header = next(rows, (1, []))
    columns = [name.strip() for name in header]
    if missing := [name for name in required if name not in columns]:
        raise FormatError(
            f"The first line of {path!a} has no column {missing[0]!r}; it must name the columns"
            f" {', '.join(required)}."
        )
    for line_no, fields in rows:
        if len(fields) != len(columns):
            wrong = f"has {len(fields)} fields where the header has {len(columns)}"
            raise _wrong(path, line_no, f"{wrong}, as where a file was cut off")
        yield line_no, dict(zip(columns, fields, strict=True))


def read_header(path: str) -> list[str]:
    """Return the fields of a CSV's first row, none for an empty file. Raises FormatError."""
    _, header = next(read_rows(path), (1, []))
    return [name.strip() for name in header]


def _lines(path: str, text: TextIO) -> Iterator[str]:
    count = 0
    while line := text.readline(_LONGEST_LINE + 1):
        count += 1
        if len(line) > _LONGEST_LINE:
            raise _wrong(path, count, f"is longer than {_LONGEST_LINE:,} characters")
        yield line


@contextmanager
def _opened(path: str) -> Iterator[TextIO]:
    try:
        # Looked at before it is opened, and opened without waiting: it could be a pipe.
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise FormatError(f"{path!a} is not a file; name the file that lists the pictures.")
        # Odd bytes are kept: a file's name need not be UTF-8.
        with open(
            path, encoding="utf-8-sig", errors="surrogateescape", newline="", opener=_open_at_once
        ) as text:
            yield text
    except OSError as error:
        raise FormatError(
            f"{path!a} cannot be read: {error.strerror}. Check the path and its permissions."
        ) from error


def _open_at_once(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)


def _wrong(path: str, line_no: int, what: str) -> FormatError:
    return FormatError(f"Line {line_no:,} of {path!a} {what}. {_NOTHING}")


def _not_json(path: str, error: Exception, *, line_no: int | None = None) -> FormatError:
    reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
    where = line_no or int(getattr(error, "lineno", 1))
    reason = getattr(error, "msg", reason)
    return _wrong(path, where, f"is not JSON ({reason})")
