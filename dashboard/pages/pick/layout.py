"""The page to pick pictures: controls beside what they come to."""

from collections.abc import Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.pages.pick.controls import controls
from dashboard.pages.pick.ids import Ids
from dashboard.pages.pick.results import nothing_yet
from dashboard.parts import page_head, section
from dashboard.site import open_db, settings
from hub.rules.recipe_addresses import values_of
from hub.services import facets
from hub.services.facets import LabelChoice

_FRESH = {"with_descendants": True}
"""Whoever looks for fruit wants apples."""


def layout(**query: str) -> Component:
    """Lay the page out with the recipe of an address."""
    with open_db() as db:
        labels = facets.list_choices(db, evidence=settings().trainable_evidence)
    return page(values_of(query) or _FRESH, labels)


def page(values: Mapping[str, Any], labels: Sequence[LabelChoice]) -> Component:
    """Return the page; what its controls come to is filled in at once."""
    return html.Div(
        [
            page_head(
                "Pick pictures",
                "Choose labels and filters, see what there is, and keep exactly that as a subset.",
            ),
            dcc.Store(id=Ids.QUERY),
            dcc.Store(id=Ids.SEARCH),
            html.Div(id=Ids.PUSHED, hidden=True),
            html.Div([_counted(), _asked(values, labels), _answered()], className="pick"),
        ]
    )


def _counted() -> Component:
    return html.Div(nothing_yet(), id=Ids.COUNT, className="pick-count", **{"aria-live": "polite"})


def _asked(values: Mapping[str, Any], labels: Sequence[LabelChoice]) -> Component:
    return html.Section(
        controls(values, labels), className="pick-asked", **{"aria-label": "Filters"}
    )


def _answered() -> Component:
    looking = dmc.LoadingOverlay(
        id=Ids.LOOKING, visible=False, overlayProps={"backgroundOpacity": 0.4}, zIndex=5
    )
    return html.Section(
        [
            html.Div(id=Ids.PER_LABEL),
            html.Div([html.Div(id=Ids.LOOK), looking], className="pick-look"),
            html.Div(_keep(), id=Ids.KEEPING, hidden=True),
            html.Div(id=Ids.SNIPPETS),
        ],
        className="pick-answered",
        **{"aria-label": "What they come to"},
    )


def _keep() -> Component:
    return section(
        "Keep it",
        dmc.Stack(
            [
                dmc.TextInput(id=Ids.NAME, label="Name of the subset"),
                dmc.Textarea(
                    id=Ids.NOTE, label="Note", description="What it is for.", autosize=True
                ),
                dmc.Group([dmc.Button("Keep as subset", id=Ids.KEEP)]),
                html.Div(id=Ids.KEPT, **{"aria-live": "polite"}),
            ],
            gap="sm",
            maw=520,
        ),
    )
