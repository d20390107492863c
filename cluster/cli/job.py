"""`hub job ...`: run the stages that publish what was submitted, and show what they did."""

import socket
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cluster.cli.context import Hub, pass_hub
from cluster.cli.output import json_option, print_json, print_table

if TYPE_CHECKING:
    from jobs.pipeline import JobReport


@click.group()
def job() -> None:
    """Run the stages: validate, dedupe, split, publish, augment.

    `hub job run` does all that is due. One job at a time may write the lake; a second one says
    who holds it and exits with 75. After a crash, run the same command again.
    """


def _run(hub: Hub, only: str | None, as_json: bool) -> None:
    # Imported late so that help answers without loading Spark.
    from jobs import pipeline

    holder = f"`hub job {only or 'run'}` of {hub.user_name} on {socket.gethostname()}"
    report = pipeline.run(hub.settings, hub.open_db, holder=holder, say=_say, only=only)
    if as_json:
        print_json(asdict(report))
    elif not report.stages:
        click.echo("Nothing is due: every file received has been through its stages.")
    else:
        _print_report(report)


def _say(line: str) -> None:
    click.echo(line, err=True)


def _print_report(report: "JobReport") -> None:
    from hub.services.batches import counted

    rows = [
        (
            done.batch_no,
            done.stage,
            done.rows_in,
            counted(done.rows_out),
            f"{done.seconds:.1f}",
        )
        for done in report.stages
    ]
    print_table(("batch", "stage", "files", "became", "seconds"), rows)
    click.echo("See `hub submission list` for what became of each submission, `hub label list`")
    click.echo("for the counts, and `hub verify` to recount both stores.")


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


@job.command(name="list")
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
    from hub.services.batches import counted

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
            batch.file_count,
            stage["stage"],
            counted(stage["rows_out"]),
            f"{stage['seconds']:.1f}",
        )
        for batch in shown
        for stage in batch.stages or [{"stage": "-", "rows_out": {}, "seconds": 0.0}]
    ]
    header = ("batch", "status", "receipts", "files", "stage", "became", "seconds")
    print_table(header, rows)
