"""What every request is handed: the settings, the catalogue, and who asks."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from flask import current_app, g

from dashboard.seats import Seats
from hub.config import Settings
from hub.db import Connection, Pool
from hub.services.access import Caller, check_may


@dataclass(frozen=True)
class Site:
    """One hub, as one process of the site serves it."""

    settings: Settings
    pool: Pool
    seats: Seats = field(default_factory=Seats)


def site() -> Site:
    """Return the site that answers this request."""
    found = current_app.extensions["hub"]
    assert isinstance(found, Site)
    return found


def settings() -> Settings:
    return site().settings


def is_open() -> bool:
    """Whether visitors may look around without signing in."""
    return settings().anonymous == "browse"


def open_db() -> AbstractContextManager[Connection]:
    """Open one transaction: committed at the end of the block, rolled back on an error."""
    return site().pool.open()


def caller(scope: str) -> Caller:
    """Return who asks, if they may. Raises NotSignedIn, Forbidden."""
    return check_may(g.caller, scope)
