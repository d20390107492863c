"""`hub submission ...`: what became of every file."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cluster.cli.context import Hub, pass_hub
from cluster.cli.output import (
    KEPT_COLUMNS,
    counted,
    json_option,
    kept_cells,
    limit_option,
    print_json,
    print_table,
)

if TYPE_CHECKING:
    from hub.services.submission_reports import FileReport, SubmissionReport

_SHOWN = 40
_COLUMNS = (
    "id",
    "label",
    "supplier",
    "status",
    "submitted",
    "published",
    "rejected",
    "duplicates",
    "pending",
)


@click.group()
def submission() -> None:
    """Show what became of every file that was submitted."""


@submission.command("list")
@limit_option
@json_option
@pass_hub
def list_(hub: Hub, limit: int | None, as_json: bool) -> None:
    """List the submissions, newest first."""
    from hub.services.submission_reports import list_submissions

    with hub.open_db() as db:
        found = list_submissions(db, most=limit)
    if as_json:
        print_json([asdict(each) for each in found])
    elif not found:
        click.echo("Nothing was submitted yet; `hub submit PATH... --label L` does it.")
    else:
        print_table(_COLUMNS, [[_cell(getattr(each, name)) for name in _COLUMNS] for each in found])
        click.echo("\n`hub submission show ID` says what became of each file.")


def _cell(value: object) -> object:
    return sum(value.values()) if isinstance(value, dict) else value


@submission.command()
@click.argument("ids", nargs=-1, required=True, type=int, metavar="ID...")
@json_option
@pass_hub
def show(hub: Hub, ids: tuple[int, ...], as_json: bool) -> None:
    """Show what became of each file of a submission, or of several."""
    from hub.services.submission_reports import report_submission

    with hub.open_db() as db:
        reports = [report_submission(db, submission_id) for submission_id in ids]
    if as_json:
        documents = [asdict(report) for report in reports]
        print_json(documents if len(documents) > 1 else documents[0])
        return
    for report in reports:
        _print_report(report)


def _print_report(report: SubmissionReport) -> None:
    from hub.rules.remedies import REMEDIES

    click.echo(
        f"Submission {report.id}: {counted(report.submitted, 'file')} of {report.label}"
        f" from {report.supplier}, receipt {report.receipt},"
        f" {report.received_at:%Y-%m-%d %H:%M} UTC, {report.status}."
    )
    counts = [("published", report.published), ("not yet decided", report.pending)]
    counts += _count_duplicates(report)
    counts += [(f"rejected ({reason})", count) for reason, count in report.rejected.items()]
    print_table(("outcome", "files"), [each for each in counts if each[1]])
    rejected = [file for file in report.files if file.reason]
    if rejected:
        click.echo()
        print_table(
            ("rejected", "reason", "what to do"),
            [(file.path, file.reason, REMEDIES[str(file.reason)]) for file in rejected[:_SHOWN]],
        )
        _print_more(len(rejected))
    _print_duplicates(report)
    _print_issues(report)
    if report.pending:
        click.echo("\n`hub job run` decides what is still pending.")
    click.echo()


def _print_duplicates(report: SubmissionReport) -> None:
    found = [file for file in report.files if file.relation]
    if not found:
        return
    click.echo()
    print_table(
        ("duplicate", "file_id", "why", "rule", "undone", *KEPT_COLUMNS),
        [
            (*(file.path, file.file_id, file.why, file.rule, _undone(file)), *kept_cells(file))
            for file in found[:_SHOWN]
        ],
    )
    _print_more(len(found))
    click.echo("`hub duplicate undo FILE_ID` takes such a verdict back.")


def _undone(file: FileReport) -> str:
    if not file.undone:
        return ""
    return f"yes, again in submission {file.again_in}" if file.again_in else "yes"


def _print_issues(report: SubmissionReport) -> None:
    from hub.services.submission_reports import ISSUES

    found = [file for file in report.files if file.issues]
    if not found:
        return
    click.echo()
    print_table(
        ("published", "and yet"),
        [(file.path, ", ".join(map(ISSUES.__getitem__, file.issues))) for file in found[:_SHOWN]],
    )
    _print_more(len(found))


def _print_more(count: int) -> None:
    if count > _SHOWN:
        click.echo(f"... and {count - _SHOWN:,} more; --json lists them all.")


def _count_duplicates(report: SubmissionReport) -> list[tuple[str, int]]:
    standing, undone = Counter[str](), Counter[str]()
    for file in report.files:
        if file.relation:
            (undone if file.undone else standing)[file.relation] += 1
    return [
        *((f"duplicate ({name})", standing[name]) for name in report.duplicates),
        *((f"duplicate, undone ({name})", undone[name]) for name in report.duplicates),
    ]
