"""`hub`, the command line: each command parses, makes one call, reports."""

import logging
import os
import signal
import sys
from types import FrameType

import click

from cluster.cli.context import Hub
from cluster.cli.lazy import LazyGroup
from cluster.cli.output import printable
from hub.errors import HubError

_STOPPED = "Stopped; run the same command again: nothing is lost or done twice."

# What `hub --help` shows stands here, so that it answers without importing any command.
COMMANDS = {
    "init": ("cluster.cli.local:init", "Make or migrate a hub and seed its labels."),
    "up": ("cluster.cli.local:up", "Start the local services."),
    "down": ("cluster.cli.local:down", "Stop the local services."),
    "doctor": ("cluster.cli.local:doctor", "Say what is missing on this machine, and the remedy."),
    "label": ("cluster.cli.label:label", "List and change the labels."),
    "submit": ("cluster.cli.submit:submit", "Receive pictures, folders or a CSV of them."),
    "import": ("cluster.cli.import_:import_", "Receive pictures in other tools' formats."),
    "submission": ("cluster.cli.submission:submission", "Show what became of every file."),
    "duplicate": ("cluster.cli.duplicate:duplicate", "List and undo duplicates."),
    "job": ("cluster.cli.job:job", "Run the stages that publish what was submitted."),
    "verify": ("cluster.cli.verify:verify", "Recount both stores and name every difference."),
    "simulate": ("cluster.cli.simulate:simulate", "Draw a seeded crowd of pictures and submit it."),
    "subset": ("cluster.cli.subset:subset", "Pick labelled pictures and lock the choice."),
    "pull": ("cluster.cli.pull:pull", "Bring a folder to exactly the pictures of a lock."),
    "export": ("cluster.cli.export:export", "Write a lock's pictures in another tool's format."),
    "train": ("cluster.cli.train:train", "Ask for trainings, run and follow them."),
    "model": ("cluster.cli.model:model", "List, show, download and use models."),
    "site": ("cluster.cli.site:site", "Serve the REST API over HTTP."),
    "user": ("cluster.cli.user:user", "Say who may use the hub, and as what."),
    "token": ("cluster.cli.token:token", "Make, list and revoke personal tokens."),
}


@click.command(cls=LazyGroup, commands_at=COMMANDS)
@click.version_option(package_name="deep-images-hub", prog_name="hub")
@click.option("--job", "job_id", type=int, hidden=True, help="The job that this runs.")
@click.pass_context
def cli(context: click.Context, job_id: int | None) -> None:
    """A hub of labelled pictures: receive, check, deduplicate, publish, download.

    Start with `hub init`. HUB_HOME names the folder that holds the hub (default: ./.hub).
    """
    if context.obj is None:
        context.obj = Hub(os.environ)
        context.obj.job_id = job_id


class Terminated(KeyboardInterrupt):
    """The system asks the process to end: as Ctrl-C, with a code of its own."""


def main() -> None:
    """Run `hub`; an error that the user can act on becomes one line and an exit code."""
    signal.signal(signal.SIGTERM, _terminate)
    # Where Spark is interrupted, py4j prints how; our one line says what to do.
    logging.getLogger().addFilter(lambda record: "py4j" not in record.pathname)
    try:
        sys.exit(cli(standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except HubError as error:
        # It may name what others wrote, which a terminal must not obey.
        click.echo(f"hub: {printable(str(error))}", err=True)
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt) as stop:
        click.echo(f"hub: {_STOPPED}", err=True)
        is_terminated = isinstance(stop.__cause__ or stop, Terminated)
        sys.exit(128 + (signal.SIGTERM if is_terminated else signal.SIGINT))


def _terminate(number: int, frame: FrameType | None) -> None:
    # As Spark, too, has set it: what is under way is called off, and every `finally` runs.
    interrupt = signal.getsignal(signal.SIGINT)
    try:
        if callable(interrupt):
            interrupt(number, frame)
    except KeyboardInterrupt:
        pass
    raise Terminated
