"""Finds the subset that a command line names: in this hub, or in one that is asked over HTTP."""

import logging
import sys
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
    token = _read_token(token_file) if token_file else None
    _show_what_is_logged()
    return RemoteHub(url, token).subset(reference).source


def _show_what_is_logged() -> None:
    handler = logging.StreamHandler()
    # On a terminal there may be a bar on the line.
    start = "\n" if sys.stderr.isatty() else ""
    handler.setFormatter(logging.Formatter(f"{start}hub: %(message)s"))
    logging.getLogger("hub.client").handlers = [handler]


def _read_token(path: Path) -> str:
    from hub.errors import ConfigError
    from hub.rules.tokens import parse_token

    text = path.read_text(errors="replace").strip()
    if parse_token(text) is None:
        raise ConfigError(
            f"{path} holds no token: one begins with hub_; copy it whole, as `hub token create`"
            " prints it."
        )
    return text
