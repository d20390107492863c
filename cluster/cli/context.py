"""What every command is handed: the settings, read once, and the way to the catalogue."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from hub.config import Settings
    from hub.db import Connection


class Hub:
    """The hub that the environment names; nothing is read before it is needed."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.job_id: int | None = None
        """The job that this process was started for, by a watcher."""

    @cached_property
    def settings(self) -> Settings:
        """HUB_* as settings. Raises ConfigError."""
        from hub.config import Settings

        return Settings.from_env(self._environ)

    @cached_property
    def database_url(self) -> str:
        """Where the catalogue is. Raises NotFound if this home has none yet."""
        from cluster.postgres import catalogue_url

        return catalogue_url(self.settings)

    @property
    def user_name(self) -> str:
        """The name of the account this runs under, for the record of who decided what."""
        import getpass

        try:
            return getpass.getuser()
        except (KeyError, OSError):
            return f"account {os.getuid()}"

    @contextmanager
    def open_db(self) -> Iterator[Connection]:
        """Open one transaction on the catalogue: committed at the end, rolled back on an error."""
        from hub.db import connect

        with connect(self.database_url) as db:
            yield db


pass_hub = click.make_pass_decorator(Hub)
