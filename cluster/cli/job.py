"""`hub job ...`: run the stages that publish what was submitted, and keep the lake in order."""

import socket
from collections import Counter
from contextlib import nullcontext
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cluster.cli.context import Hub, pass_hub
from cluster.cli.output import (
    counted,
    follow,
    json_option,
    output_option,
    print_json,
    print_table,
)
from cluster.cli.recording import recorded
from cluster.cli.watch import export, requests, watch

if TYPE_CHECKING:
    from pathlib import Path

    from hub.services.recording import Record
    from hub.services.vacuuming import Vacuumed
    from jobs.compact import Compacted
    from jobs.pipeline import JobReport, Say


@click.group()
def job() -> None:
    """Run the stages: validate, dedupe, split, publish, augment. Compact and vacuum the lake.

    `hub job run` does all that is due. One job at a time may write the lake; a second one says
    who holds it and exits with 75. After a crash, run the same command again. `hub job watch`
    runs what is asked for on the site.
    """


job.add_command(watch)
job.add_command(requests)
job.add_command(export)


def _run(hub: Hub, only: str | None, as_json: bool) -> None:
    # Imported late so that help answers without loading Spark.
    from jobs import pipeline

    command = only or "run"
    with recorded(hub, command) as record:
        report = pipeline.run(
            hub.settings,
            hub.open_db,
            holder=_holder(hub, command),
            say=_saying(record),
            only=only,
            track=lambda done, what, total: follow(
                record.following(done, what, total), what, total
            ),
        )
        record.result = asdict(report)
    if as_json:
        print_json(asdict(report))
        return
    if not report.stages:
        click.echo("Nothing is due: every file received has been through its stages.")
    else:
        _print_report(report)
    if report.compacted:
        _print_compacted(report.compacted)


def _holder(hub: Hub, command: str) -> str:
    return f"`hub job {command}` of {hub.user_name} on {socket.gethostname()}"


def _saying(record: "Record | None") -> "Say":
    def say(line: str) -> None:
        click.echo(line, err=True)
        if record:
            record.say(line)

    return say


def _print_report(report: "JobReport") -> None:
    """Sum up what the lines of the stages have told one by one; publish tells of every file."""
    from hub.services.batches import counted as in_words

    told = [done for done in report.stages if done.stage == "publish"] or report.stages[-1:]
    became = sum((Counter(done.rows_out) for done in told), Counter[str]())
    seconds = report.session_seconds + sum(done.seconds for done in report.stages)
    click.echo(
        f"{counted(became.total(), 'file')} in {seconds:,.1f} s, {report.session_seconds:,.1f} s of"
        f" them for Spark to start: {in_words(became)}."
    )
    click.echo("See `hub submission list` for what became of each submission, `hub label list`")
    click.echo(
        "for the counts, `hub verify` to recount both stores, and `hub job report` for a page"
    )
    click.echo("of the newest batch to look at.")


@job.command()
@json_option
@pass_hub
def run(hub: Hub, as_json: bool) -> None:
    """Run every stage that is due, batch after batch."""
    _run(hub, None, as_json)


def _add_stage_command(stage: str, text: str) -> None:
    @job.command(name=stage, help=text)
    @json_option
    @pass_hub
    def command(hub: Hub, as_json: bool) -> None:
        _run(hub, stage, as_json)


_add_stage_command("validate", "Check and hash the files received: -> files_checked.")
_add_stage_command("dedupe", "Find files whose picture the hub has: -> duplicates.")
_add_stage_command("split", "Give kept pictures their group and split: -> images_kept.")
_add_stage_command("publish", "Publish kept pictures with their bytes: -> images, Postgres.")
_add_stage_command("augment", "Derive pictures of the train split: -> images_augmented.")


@job.command()
@json_option
@pass_hub
def compact(hub: Hub, as_json: bool) -> None:
    """Make few large data files of many small ones.

    `hub job run` does it by itself for a table that has more than 50 small files. Pictures, and
    who reads them meanwhile, are not touched: the files replaced stay until a vacuum.
    """
    from jobs import pipeline

    with recorded(hub, "compact") as record:
        report = pipeline.run_compaction(
            hub.settings, hub.open_db, holder=_holder(hub, "compact"), say=_saying(record)
        )
        record.result = asdict(report)
    if as_json:
        print_json(asdict(report))
    elif report.compacted:
        _print_compacted(report.compacted)
    else:
        click.echo("Nothing to compact: no table has more than one small data file.")


def _print_compacted(compacted: "list[Compacted]") -> None:
    rows = [
        (done.table, done.files_before, done.files_after, done.bytes, f"{done.seconds:.1f}")
        for done in compacted
    ]
    print_table(("table", "files before", "files now", "bytes", "seconds"), rows)


@job.command()
@click.option("--dry-run", "is_dry_run", is_flag=True, help="Remove nothing; say what would go.")
@click.option("--list", "is_listed", is_flag=True, help="Name each file, too.")
@json_option
@pass_hub
def vacuum(hub: Hub, is_dry_run: bool, is_listed: bool, as_json: bool) -> None:
    """Remove files that the hub needs no more.

    These are files as they were received, HUB_UNDO_DAYS after their batch has ended; data files
    that the lake's tables no longer refer to, with old versions of the tables; and what commands
    that died left behind. Pictures, labels and subsets stay as they are.
    """
    from jobs import vacuum as job

    named: list[tuple[str, int, str]] = []

    def found(kind: str, path: "Path | str", size: int) -> None:
        if is_listed:
            named.append((kind, size, str(path)))

    with recorded(hub, "vacuum") if not is_dry_run else nullcontext() as record:
        done = job.run(
            hub.settings,
            hub.open_db,
            holder=_holder(hub, "vacuum"),
            say=_saying(record),
            found=found,
            is_dry_run=is_dry_run,
        )
        if record:
            record.result = asdict(done)
    if as_json:
        files = [{"kind": kind, "bytes": size, "path": path} for kind, size, path in named]
        print_json(asdict(done) | ({"files": files} if is_listed else {}))
        return
    if named:
        print_table(("kind", "bytes", "file"), named)
    _print_vacuumed(done)


_KINDS = {
    "landing": "files as they were received",
    "data": "data files that no table refers to",
    "index": "indexes of such files",
    "pack": "thumbnails that nothing refers to",
    "export": "subsets made in other formats a week ago or earlier",
    "temporary": "unfinished files of commands that died",
}


def _print_vacuumed(done: "Vacuumed") -> None:
    rows = [(_KINDS[removed.kind], removed.files, removed.bytes) for removed in done.removed]
    print_table(("would be removed" if done.is_dry_run else "removed", "files", "bytes"), rows)
    click.echo(
        f"Kept: files received, until {counted(done.undo_days, 'day')} after their batch has"
        f" ended; replaced data files, for {counted(done.retention_hours, 'hour')}."
    )
    if done.is_dry_run:
        click.echo("Nothing was removed; run it without --dry-run.")


@job.command()
@click.argument("batch", type=click.IntRange(1), required=False)
@output_option
@json_option
@pass_hub
def report(hub: Hub, batch: int | None, *, output: "Path | None", as_json: bool) -> None:
    """Make a page of batch BATCH to look at, or of the newest one.

    What became of its files, why some were refused, duplicates and related pictures side by side,
    labels and splits, quality, derived pictures: one HTML file that needs nothing else. Of what is
    many it shows some, and says so. With --json the same facts are printed, too.

    Example: hub job report 3 --output batch-3.html
    """
    from datetime import UTC, datetime

    from hub.reports.batch import report_batch
    from hub.reports.rendering import render_batch
    from hub.reports.writing import page_path, write_page

    with hub.open_db() as db:
        made, pictures = report_batch(db, hub.settings, batch, now=datetime.now(UTC))
    page = output or page_path(hub.settings, f"batch-{made.batch.batch_no}")
    write_page(page, render_batch(made, pictures))
    if as_json:
        print_json({**asdict(made), "page": str(page)})
    else:
        click.echo(page)


@job.command(name="list", short_help="List batches, with what each stage took in and gave out.")
@click.option(
    "--limit",
    type=click.IntRange(1, 1_000_000),
    default=20,
    show_default=True,
    help="How many batches, newest first.",
)
@json_option
@pass_hub
def list_(hub: Hub, limit: int, as_json: bool) -> None:
    """List batches, newest first, with what each stage took in and gave out."""
    from hub.catalogue import batches
    from hub.services.batches import counted as in_words

    with hub.open_db() as db:
        shown = batches.list_batches(db, most=limit)
    if as_json:
        print_json([asdict(batch) for batch in shown])
        return
    if not shown:
        click.echo("No batch has begun; `hub job run` takes what was submitted.")
        return
    rows = [
        (
            batch.batch_no,
            batch.status,
            batch.receipts,
            batch.files,
            stage["stage"],
            in_words(stage["rows_out"]),
            f"{stage['seconds']:.1f}",
        )
        for batch in shown
        for stage in batch.stages or [{"stage": "-", "rows_out": {}, "seconds": 0.0}]
    ]
    header = ("batch", "status", "receipts", "files", "stage", "became", "seconds")
    print_table(header, rows)
