"""Tables of few rows; a wide one scrolls in a frame of its own, also by keys."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeAlias

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.parts import time_text

Cell: TypeAlias = Component | str


def table(name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Component:
    """Return a table with that name for whoever hears the page."""
    return html.Div(
        dmc.Table(
            [
                dmc.TableThead(dmc.TableTr([_head(text) for text in head])),
                dmc.TableTbody([dmc.TableTr([dmc.TableTd(cell) for cell in row]) for row in rows]),
            ],
            tabularNums=True,
        ),
        className="table-frame",
        tabIndex=0,
        role="region",
        **{"aria-label": name},
    )


def _head(text: str) -> Component:
    # A column of buttons has a name for whoever does not see them.
    return dmc.TableTh(text or dmc.VisuallyHidden("What can be done"))


def moment(at: datetime) -> Component:
    """Return a moment on one line."""
    return line(time_text(at))


def line(text: str) -> Component:
    """Return text that is not broken."""
    return html.Span(text, className="table-line")
