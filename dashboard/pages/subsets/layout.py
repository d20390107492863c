"""The list of subsets: those that somebody made, and those they were given to see."""

from collections.abc import Sequence

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.addresses import whole_number
from dashboard.parts import (
    bytes_text,
    count_text,
    empty,
    link_button,
    page_head,
    section,
    time_text,
)
from dashboard.site import caller, open_db
from hub.catalogue.subsets import SubsetShown
from hub.services import subsets

_MOST = 200


def layout(before: str = "", **_others: str) -> Component:
    """Lay the page out with the newest subsets, or with those before a number."""
    asking = caller("read")
    number = whole_number(before)
    with open_db() as db:
        found = subsets.list_subsets(db, viewer=asking.viewer, before=number, most=_MOST)
    return page(found, me=asking.user.name, is_first=number is None)


def page(found: Sequence[SubsetShown], *, me: str, is_first: bool = True) -> Component:
    """Return the page."""
    head = page_head(
        "Subsets",
        "Exact pictures, the same ones at any time: to download, compare and bring up to date.",
        link_button("Pick pictures", "/pick"),
    )
    if not found:
        first = "No subsets yet. Pick pictures and keep them: they are here then."
        return html.Div([head, empty(first if is_first else "There are no older subsets.")])
    mine = [one for one in found if one.created_by == me]
    others = [one for one in found if one.created_by != me]
    parts = [head]
    if mine:
        parts.append(section("Yours", table(mine)))
    if others:
        parts.append(section("Of others", table(others, with_maker=True)))
    if len(found) == _MOST:
        older = f"/subsets?before={found[-1].subset_id}"
        parts.append(dmc.Group([link_button("Older ones", older, is_quiet=True)], mt="md"))
    return html.Div(parts)


def table(found: Sequence[SubsetShown], *, with_maker: bool = False) -> Component:
    """Return subsets one a row."""
    names = ["Name", "Pictures", "Size", "Made", *(["By"] if with_maker else []), "Note"]
    head = html.Thead(html.Tr([html.Th(name, scope="col") for name in names]))
    rows = [html.Tr(_cells(one, with_maker=with_maker)) for one in found]
    return html.Div(html.Table([head, html.Tbody(rows)], className="subsets"), className="sideways")


def _cells(one: SubsetShown, *, with_maker: bool) -> list[Component]:
    return [
        html.Th(dmc.Anchor(one.name, href=f"/subsets/{one.root}"), scope="row"),
        html.Td(count_text(one.images), className="number", **{"data-name": "Pictures"}),
        html.Td(bytes_text(one.bytes), className="number", **{"data-name": "Size"}),
        html.Td(time_text(one.created_at), **{"data-name": "Made"}),
        *([html.Td(one.created_by, **{"data-name": "By"})] if with_maker else []),
        html.Td(dmc.Text(one.note, size="sm", lineClamp=2), **{"data-name": "Note"}),
    ]
