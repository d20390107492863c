"""`hub submit`: receive pictures, folders or a CSV of them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cluster.cli.context import Hub, pass_hub
from cluster.cli.output import print_json, print_table, progress
from cluster.cli.previews import show_preview
from hub.errors import SubmitError

if TYPE_CHECKING:
    from hub.services.receipts import ReceiptTaken, SubmissionTaken

_SHOWN = 20


_MOST_ROWS = 20
"""A table with more submissions than this says less than one with a line a receipt."""


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--label", "-l", "labels", multiple=True, help="What they show; may be repeated.")
@click.option("--csv", "csv_path", metavar="FILE", help="Receive what this CSV lists instead.")
@click.option("--supplier", help="Who submits.  [default: the user's name]")
@click.option("--licence", default="CC BY 4.0", show_default=True, help="What the files are under.")
@click.option("--author", default="", help="Who made them.  [default: the supplier]")
@click.option("--source-url", default="", help="Where they come from.")
@click.option("--lon", default="", help="Where they were taken, in degrees.")
@click.option("--lat", default="", help="Where they were taken, in degrees.")
@click.option(
    "--check", "only_check", is_flag=True, help="Say what would become of each; submit nothing."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_hub
def submit(
    hub: Hub,
    /,
    paths: tuple[str, ...],
    labels: tuple[str, ...],
    csv_path: str | None,
    supplier: str | None,
    only_check: bool,
    as_json: bool,
    **said: str,
) -> None:
    """Receive pictures: files, folders, or a CSV of them.

    Every PATH comes under every --label. A folder without --label brings each file under the name
    of the folder that the file lies in. The CSV's first line names its columns:
    path,label[,supplier,lon,lat,licence,author,source_url,taken_at], paths from its own folder.

    With --check nothing is received: each file is judged as the next job would, and compared with
    the pictures that are published. A file needs no label then; a folder does without --label
    only if its folders have the names of labels.
    """
    from hub.objects.local import Objects
    from hub.rules.submissions import check_defaults
    from hub.services.submissions import Intake, submit_csv, submit_paths

    if bool(paths) == bool(csv_path):
        raise click.UsageError("Name the files to submit, or a CSV by --csv.")
    if csv_path and labels:
        raise click.UsageError("A CSV has its labels in a column: leave --label out.")
    defaults = check_defaults(hub.user_name if supplier is None else supplier, **said)
    if only_check:
        show_preview(
            hub, paths, csv_path=csv_path, labels=labels, defaults=defaults, as_json=as_json
        )
        return
    intake = Intake(
        open_db=hub.open_db,
        objects=Objects(hub.settings.objects_root),
        max_bytes=hub.settings.max_file_bytes,
        track=lambda files, total: progress(files, "reading", total=total),
    )
    if csv_path:
        receipts = submit_csv(intake, csv_path, defaults=defaults)
    else:
        receipts = submit_paths(intake, paths, labels=labels, defaults=defaults)
    if as_json:
        print_json({"receipts": [asdict(receipt) for receipt in receipts]})
    else:
        print_receipts(receipts, licence=defaults.licence)
    check_any(receipts)


def print_receipts(receipts: Sequence[ReceiptTaken], *, licence: str) -> None:
    """Print what became of a call's files, and what to do next."""

    rows = [
        (r.receipt, r.supplier, s.id, s.label, s.received, len(s.already), len(s.refused))
        for r in receipts
        for s in r.submissions
    ]
    if len(rows) <= _MOST_ROWS:
        header = ("receipt", "supplier", "submission", "label", "received", "already", "refused")
        print_table(header, rows)
    else:
        _print_totals(receipts)
    _print_refused(receipts)
    if any(s.received for s in _submissions(receipts)):
        click.echo(f"\nUnder {licence} where a file says nothing else.")
        click.echo("`hub job run` checks and publishes what was received.")


def _print_totals(receipts: Sequence[ReceiptTaken]) -> None:

    print_table(
        ("receipt", "supplier", "labels", "received", "already", "refused"),
        [
            (
                r.receipt,
                r.supplier,
                len(r.submissions),
                sum(s.received for s in r.submissions),
                sum(len(s.already) for s in r.submissions),
                sum(len(s.refused) for s in r.submissions),
            )
            for r in receipts
        ],
    )


def _print_refused(receipts: Sequence[ReceiptTaken]) -> None:

    paths: dict[tuple[str, str], list[str]] = defaultdict(list)
    for submission in _submissions(receipts):
        for file in submission.refused:
            paths[file.reason, file.message].append(file.path)
    if not paths:
        return
    click.echo()
    shown = sorted(paths.items(), key=lambda found: _line_no(found[0][1]))
    # What went wrong in the same way is one line: a folder of an unknown label has thousands.
    print_table(
        ("refused", "reason", "why, and what to do", "the first"),
        [(len(found), *what, found[0]) for what, found in shown[:_SHOWN]],
    )
    if len(paths) > _SHOWN:
        click.echo(f"... and more in {len(paths) - _SHOWN:,} other ways; --json lists every file.")


def _line_no(message: str) -> int:
    """The line of a CSV that a refusal names; none comes first."""
    match = re.match(r"line (\d+): ", message)
    return int(match[1]) if match else 0


def _submissions(receipts: Sequence[ReceiptTaken]) -> Iterator[SubmissionTaken]:
    return (submission for receipt in receipts for submission in receipt.submissions)


def check_any(receipts: Sequence[ReceiptTaken]) -> None:
    """Raise SubmitError, which says why, if nothing was received."""
    taken = list(_submissions(receipts))
    if any(submission.received for submission in taken):
        return
    reasons = Counter(file.reason for submission in taken for file in submission.refused)
    counted = [f"{count:,} {reason}" for reason, count in sorted(reasons.items())]
    if already := sum(len(submission.already) for submission in taken):
        counted.append(f"{already:,} submitted before")
    raise SubmitError(
        f"Nothing was received: {', '.join(counted) or 'no files were found or listed'}."
    )
