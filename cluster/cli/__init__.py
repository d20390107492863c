"""`hub`, the command line: each command parses, makes one call, reports."""

import os
import sys

import click

from cluster.cli.context import Hub
from cluster.cli.lazy import LazyGroup
from hub.errors import HubError

# What `hub --help` shows stands here, so that it answers without importing any command.
COMMANDS = {
    "init": ("cluster.cli.local:init", "Make or migrate a hub and seed its labels."),
    "up": ("cluster.cli.local:up", "Start the local services."),
    "down": ("cluster.cli.local:down", "Stop the local services."),
    "doctor": ("cluster.cli.local:doctor", "Say what is missing on this machine, and the remedy."),
    "label": ("cluster.cli.label:label", "List and change the labels."),
    "submit": ("cluster.cli.submit:submit", "Receive pictures, folders or a CSV of them."),
    "submission": ("cluster.cli.submission:submission", "Show what became of every file."),
    "duplicate": ("cluster.cli.duplicate:duplicate", "List and undo duplicates."),
    "job": ("cluster.cli.job:job", "Run the stages that publish what was submitted."),
    "verify": ("cluster.cli.verify:verify", "Recount both stores and name every difference."),
    "simulate": ("cluster.cli.simulate:simulate", "Draw a seeded crowd of pictures and submit it."),
    "subset": ("cluster.cli.subset:subset", "Pick labelled pictures and lock the choice."),
    "pull": ("cluster.cli.pull:pull", "Bring a folder to exactly the pictures of a lock."),
}


@click.command(cls=LazyGroup, commands_at=COMMANDS)
@click.version_option(package_name="deep-images-hub", prog_name="hub")
@click.pass_context
def cli(context: click.Context) -> None:
    """A hub of labelled pictures: receive, check, deduplicate, publish, download.

    Start with `hub init`. HUB_HOME names the folder that holds the hub (default: ./.hub).
    """
    if context.obj is None:
        context.obj = Hub(os.environ)


def main() -> None:
    """Run `hub`; an error that the user can act on becomes one line and an exit code."""
    try:
        cli()
    except HubError as error:
        click.echo(f"hub: {error}", err=True)
        sys.exit(error.exit_code)
