"""Reads a supplier's CSV: a wrong row is refused by its line, the others go on."""

import csv
import difflib
from collections import deque
from collections.abc import Iterable, Iterator, Mapping

from hub.errors import SubmitError
from hub.rules.submissions import Defaults, Malformed, Refusal, Row, make_row

REQUIRED = ("path", "label")
OPTIONAL = ("supplier", "lon", "lat", "licence", "author", "source_url", "taken_at")

# A value may hold line ends, but where a record runs on further than this, a quote was left open:
# reading on would cost all that follows, once for every such line.
_MOST_LINES, _MOST_CHARACTERS = 100, 65_536
# More wrong rows than anyone reads through: the table itself is wrong.
_MOST_REFUSALS = 10_000
_NOT_CLOSED = "a quote is not closed"


def parse_csv(lines: Iterable[str], *, defaults: Defaults) -> Iterator[Row | Refusal]:
    """Yield each row of `path,label[,...]`, checked, or the refusal of it.

    Lines keep their ends (open the file with `newline=""`). Raises SubmitError if the header is
    not one, for then no row can be understood, and at more wrong rows than 10,000.
    """
    refused = 0
    records = _records(lines)
    _, header = next(records, (1, []))
    columns = _check_header(header)
    for line_no, fields in records:
        row = _row(line_no, fields, columns, defaults)
        if isinstance(row, Refusal):
            refused += 1
            _require_few(refused, row)
        yield row


def _require_few(refused: int, last: Refusal) -> None:
    if refused > _MOST_REFUSALS:
        raise SubmitError(
            f"The CSV has more than {_MOST_REFUSALS:,} wrong rows, and nothing of it is received;"
            f" mend it and submit it again. The last: {last.message}"
        )


def _records(lines: Iterable[str]) -> Iterator[tuple[int, list[str] | str]]:
    """Yield the first line's number of each record and its fields, or what is wrong with it.

    After a record that cannot be read, or that has the wrong number of fields, reading goes on
    from its second line: a stray quote costs its own line, not all lines to the next quote.
    """
    source = iter(lines)
    waiting: deque[str] = deque()
    line_no, width = 1, 0
    while True:
        taken: list[str] = []
        fields = _read_record(_taking(waiting, source, taken))
        if fields is None:
            return
        is_right = isinstance(fields, list) and (not width or len(fields) == width)
        if not is_right and len(taken) > 1:
            waiting.extendleft(reversed(taken[1:]))
            del taken[1:]
            fields = _NOT_CLOSED if isinstance(fields, list) else fields
        if fields:
            width = width or len(fields)
            yield line_no, fields
        line_no += len(taken)


def _taking(waiting: deque[str], source: Iterator[str], taken: list[str]) -> Iterator[str]:
    """Yield the lines of one record, as many as it may have, and note them in `taken`."""
    characters = 0
    while len(taken) < _MOST_LINES and characters < _MOST_CHARACTERS:
        line = waiting.popleft() if waiting else next(source, None)
        if line is None:
            return
        taken.append(line)
        characters += len(line)
        yield line


def _read_record(lines: Iterator[str]) -> list[str] | str | None:
    try:
        return next(csv.reader(lines, strict=True), None)
    except csv.Error as error:
        return _NOT_CLOSED if str(error) == "unexpected end of data" else str(error)


def _check_header(header: list[str] | str) -> list[str]:
    known = (*REQUIRED, *OPTIONAL)
    columns = [name.strip().casefold() for name in header] if isinstance(header, list) else []
    if any("\0" in name for name in columns):
        raise SubmitError("The CSV is not UTF-8 text; save it as 'CSV UTF-8'.")
    if header == []:
        raise SubmitError(
            f"The CSV is empty; its first line must name the columns: {','.join(REQUIRED)}."
        )
    if len(columns) == 1 and ";" in columns[0]:
        raise SubmitError(
            "The CSV has semicolons between its columns; save it with commas ('CSV UTF-8')."
        )
    if missing := [name for name in REQUIRED if name not in columns]:
        raise SubmitError(
            f"The CSV's first line has no column '{missing[0]}'; it must name the columns:"
            f" {','.join(REQUIRED)} and any of {','.join(OPTIONAL)}."
        )
    for name in columns:
        if name not in known:
            [*close] = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean '{close[0]}'" if close else "remove it"
            raise SubmitError(
                f"The CSV has an unknown column {name[:60]!a}; {hint}? Known: {','.join(known)}."
            )
        if columns.count(name) > 1:
            raise SubmitError(f"The CSV has the column '{name}' twice; keep one of them.")
    return columns


def _row(
    line_no: int, fields: list[str] | str, columns: list[str], defaults: Defaults
) -> Row | Refusal:
    if isinstance(fields, str):
        return _refuse(line_no, {}, defaults, Malformed(fields))
    given = dict(zip(columns, fields, strict=False))
    if len(fields) != len(columns):
        wrong = f"{len(fields)} fields where the header has {len(columns)}"
        return _refuse(line_no, given, defaults, Malformed(wrong))
    try:
        return make_row(given["path"], given["label"], defaults=defaults, given=given)
    except Malformed as error:
        return _refuse(line_no, given, defaults, error)


def _refuse(
    line_no: int, given: Mapping[str, str], defaults: Defaults, error: Malformed
) -> Refusal:
    return Refusal(
        path=given.get("path", ""),
        label=given.get("label", "").strip(),
        supplier=given.get("supplier", "").strip() or defaults.supplier,
        reason=error.reason,
        message=f"line {line_no}: {error}",
    )
