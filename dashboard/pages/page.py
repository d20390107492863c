"""What a page of the site is: its address, who may see it, how it is laid out."""

from collections.abc import Callable
from dataclasses import dataclass

from dash import Dash
from dash.development.base_component import Component

from hub.rules.roles import PERMISSIONS


def _no_callbacks(_app: Dash) -> None:
    """Register none."""


@dataclass(frozen=True)
class Nav:
    """An entry of the site's navigation."""

    text: str
    icon: str
    """Of `parts.ICONS`."""


@dataclass(frozen=True)
class Page:
    """One page; ids of its components begin with its name and a dash."""

    name: str
    path: str
    """With variables in angle brackets: `/labels/<key>`."""
    title: str
    needs: str
    """A key of PERMISSIONS: who may see the page and call its callbacks."""
    layout: Callable[..., Component]
    """Is called with the path's variables and the query's values, as keywords."""
    callbacks: Callable[[Dash], None] = _no_callbacks
    nav: Nav | None = None

    def __post_init__(self) -> None:
        assert self.needs in PERMISSIONS, self.needs
