"""Finds the subset that a command line names: in this hub, or in one that is asked over HTTP."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cluster.cli.context import Hub
from cluster.cli.locks import find_lock

if TYPE_CHECKING:
    from hub.exports.source import Source

Command = TypeVar("Command", bound=Callable[..., Any])

_URL = click.option(
    "--from",
    "url",
    metavar="URL",
    envvar="HUB_URL",
    help="Ask this hub over HTTP, with the token of HUB_TOKEN.  [default: HUB_URL; else this hub]",
)
_TOKEN_FILE = click.option(
    "--token-file",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read the token from here.",
)


def source_options(command: Command) -> Command:
    """Let a command name another hub, and where the token for it is."""
    return _URL(_TOKEN_FILE(command))


def open_subset(hub: Hub, reference: str, *, url: str | None, token_file: Path | None) -> "Source":
    """Open the subset of a lock file, a name or a root. Raises HubError."""
    if not url:
        from hub.services.sources import open_source

        return open_source(hub.settings, find_lock(hub, reference))
    from hub.client import Hub as RemoteHub

    # Not on the command line: every user of the machine can read that.
    token = token_file.read_text(errors="replace").strip() if token_file else None
    return RemoteHub(url, token).subset(reference).source
