"""`hub job watch`, `hub job requests`, `hub job export`: work that was asked for on the site."""

import socket
from dataclasses import asdict

import click

from cluster.cli.context import Hub, pass_hub
from cluster.cli.output import json_option, print_json, print_table, progress
from cluster.cli.recording import recorded


@click.command()
@pass_hub
def watch(hub: Hub) -> None:
    """Run what is asked for on the site, job by job, until it is stopped.

    It sends the mail that is due, too. Each job is a process of its own: one that fails is told
    by `hub job requests` and on the site, and the next is taken. One watcher a hub: a second one
    says who watches and exits with 75.
    """
    from cluster.watching import watch

    watch(
        hub.settings,
        hub.open_db,
        holder=f"`hub job watch` of {hub.user_name} on {socket.gethostname()}",
        say=lambda line: click.echo(line, err=True),
    )


@click.command(short_help="List jobs: asked for, running, and what became of them.")
@click.option(
    "--limit",
    type=click.IntRange(1, 1_000_000),
    default=20,
    show_default=True,
    help="How many jobs, newest first.",
)
@json_option
@pass_hub
def requests(hub: Hub, limit: int, as_json: bool) -> None:
    """List jobs, newest first: those asked for on the site and those run by a command."""
    from hub.services.jobs import list_jobs

    with hub.open_db() as db:
        shown = list_jobs(db, most=limit)
    if as_json:
        print_json([asdict(job) for job in shown])
        return
    if not shown:
        click.echo("No job was asked for or run yet.")
        return
    rows = [
        (
            job.job_id,
            " ".join([job.command, *job.arguments.values()]),
            job.status,
            job.requested_by,
            f"{job.requested_at:%Y-%m-%d %H:%M}",
            job.error or job.progress,
        )
        for job in shown
    ]
    print_table(("id", "job", "status", "asked for by", "when (UTC)", "said last"), rows)


@click.command()
@click.argument("root")
@click.argument("format_name", metavar="FORMAT")
@json_option
@pass_hub
def export(hub: Hub, root: str, format_name: str, as_json: bool) -> None:
    """Make the zip of the subset ROOT in FORMAT, to be downloaded from the site.

    `hub export` writes a folder instead.
    """
    from hub.services.export_archives import make

    with recorded(hub, "export", arguments={"root": root, "format": format_name}) as record:
        record.result = make(
            hub.settings,
            hub.open_db,
            root=root,
            format=format_name,
            watch=lambda items, what, total: progress(
                record.watching(items, what, total), what, total=total
            ),
        )
    if as_json:
        print_json(record.result)
    else:
        click.echo(f"{record.result['size_bytes']:,} bytes; the subset's page has the download.")
