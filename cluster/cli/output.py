"""How commands speak: JSON and tables on stdout, progress on stderr."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from hub.services.alike import Duplicate
    from hub.services.submission_reports import FileReport

Item = TypeVar("Item")

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")

limit_option = click.option(
    "--limit",
    type=click.IntRange(1, 1_000_000),
    metavar="N",
    help="Show only the N newest.  [default: all]",
)

output_option = click.option(
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write the page.  [default: in reports/ of the hub's home]",
)

_LOG_SECONDS = (10.0, 320.0)
"""Away from a terminal, progress is a line so long after the start, and then after twice the time
of the one before, up to the longer one."""


KEPT_COLUMNS = ("the same picture as", "supplier", "picture")
"""Of a duplicate: the file that brought the picture which is kept, who did, and its id."""


def kept_cells(one: "Duplicate | FileReport") -> tuple[str | None, ...]:
    """Return what stands under KEPT_COLUMNS."""
    return (one.duplicate_of_path, one.duplicate_of_supplier, (one.duplicate_of or "")[:12])


def print_json(document: object) -> None:
    """Print one JSON document; times become ISO 8601 text."""
    text = json.dumps(document, indent=2, ensure_ascii=False, default=_plain)
    # A file's name may be no text: what of it has no letter is escaped as JSON does it.
    click.echo(text.encode(errors="backslashreplace").decode())


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def counted(count: int, thing: str) -> str:
    """Say how many things: `1 file`, `2 files`."""
    return f"{count:,} {thing}" + ("" if count == 1 else "s")


_IDS = ("id", "file_id", "submission", "receipt", "batch", "training")
"""Columns of numbers that a person gives back to a command: without commas."""


def print_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print aligned columns, numbers to the right; control characters of a name are escaped."""
    cells = [[*map(_cell, row, header)] for row in rows]
    right = [_is_numeric(column) for column in zip(*cells, strict=True)] or [False] * len(header)
    lines = [list(header), *cells]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        padded = (
            cell.rjust(width) if is_right else cell.ljust(width)
            for cell, width, is_right in zip(line, widths, right, strict=True)
        )
        click.echo("  ".join(padded).rstrip())


def _cell(value: object, column: str) -> str:
    if value is None:
        return "-"
    if isinstance(value, int) and not isinstance(value, bool) and column not in _IDS:
        return f"{value:,}"
    return printable(str(value))


def printable(text: str) -> str:
    """Escape control characters: a file name may hold some, and a terminal must not obey them."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


_SIGNS = str.maketrans("", "", ",.-%")


def _is_numeric(column: Iterable[str]) -> bool:
    return all(cell == "-" or cell.translate(_SIGNS).isdigit() for cell in column)


def progress(items: Iterable[Item], label: str, *, total: int | None = None) -> Iterator[Item]:
    """Yield the items, showing on stderr how far it is: a bar on a terminal, else a line at times.

    `total` is taken from the items where they have a length.
    """
    if total is None and isinstance(items, Sequence):
        total = len(items)
    if sys.stderr.isatty():
        with click.progressbar(items, length=total, label=label, file=sys.stderr) as shown:
            yield from shown
    else:
        yield from _logged(enumerate(items), label, total)


def follow(done: Iterable[int], label: str, total: int) -> None:
    """Show, as `progress` does, how far something else is: `done` says of how many it is done."""
    if sys.stderr.isatty():
        # The first rows wait for workers to start: a time that is guessed from them is far off.
        with click.progressbar(
            length=total, label=label, file=sys.stderr, show_eta=False, show_pos=True
        ) as bar:
            for number in done:
                bar.update(number - bar.pos)
    else:
        for _ in _logged(((number, number) for number in done), label, total):
            pass


def _logged(items: Iterable[tuple[int, Item]], label: str, total: int | None) -> Iterator[Item]:
    said, (pause, longest) = monotonic(), _LOG_SECONDS
    for done, item in items:
        if monotonic() - said >= pause:
            said, pause = monotonic(), min(2 * pause, longest)
            click.echo(f"{label}: {done:,}" + (f" of {total:,}" if total else ""), err=True)
        yield item
