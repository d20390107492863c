"""Tables of few rows; a wide one scrolls in a frame of its own, also by keys."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

Cell: TypeAlias = Component | str


def table(name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Component:
    """Return a table with that name for whoever hears the page."""
    return html.Div(
        dmc.Table(
            [
                dmc.TableThead(dmc.TableTr([dmc.TableTh(text) for text in head])),
                dmc.TableTbody([dmc.TableTr([dmc.TableTd(cell) for cell in row]) for row in rows]),
            ],
            tabularNums=True,
        ),
        className="table-frame",
        tabIndex=0,
        role="region",
        **{"aria-label": name},
    )
