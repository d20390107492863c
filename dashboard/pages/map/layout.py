"""How the map is laid out, with the table that says the same."""

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard import parts
from dashboard.pages.map import figures
from dashboard.pages.map.ids import Ids
from dashboard.site import open_db, settings
from hub.rules.crowding import Crowded, ShownPlace
from hub.services import summaries

ZOOMS = ("1", "2", "4", "8")
_MOST_ROWS = 300


def layout(**_others: str) -> Component:
    least = settings().map_suppliers
    with open_db() as db:
        places = summaries.list_places(db, least_suppliers=least)
    return html.Div(
        [
            parts.page_head("Map", _lead(least)),
            *(_world(places) if places.places else [_nothing(least)]),
            dmc.Text(_hidden(places), size="sm", c="dimmed", mt="md"),
        ]
    )


def _lead(least: int) -> str:
    if least == 1:
        return "Where pictures were taken. Points are moved by up to a kilometre."
    return (
        f"Where pictures were taken, where at least {least:,} suppliers stand; smaller places are"
        " counted as their city or country. Points are moved by up to a kilometre."
    )


def _world(places: Crowded) -> list[Component]:
    zoom = dmc.SegmentedControl(
        id=Ids.ZOOM,
        data=[{"value": one, "label": f"{one}x"} for one in ZOOMS],
        value="1",
        size="xs",
        **{"aria-label": "How large the map is drawn"},
    )
    return [
        dmc.Group(
            [dmc.Text("Zoom", size="sm", c="dimmed"), zoom], justify="flex-end", gap="xs", mb="xs"
        ),
        html.Div(
            figures.draw(places.places),
            id=Ids.FRAME,
            className="map-frame",
            # To be moved by the keyboard where it is larger than its frame.
            tabIndex=0,
            role="region",
            **{"aria-label": "Map"},
        ),
        dmc.Text("Made with Natural Earth.", size="xs", c="dimmed", mt=4),
        _table(places.places),
        html.Div(id=Ids.ZOOMED, hidden=True),
    ]


def _table(places: list[ShownPlace]) -> Component:
    head = [html.Th(name, scope="col") for name in ("Place", "Pictures", "Suppliers")]
    rows = [
        html.Tr(
            [
                html.Th(place.name, scope="row"),
                html.Td(parts.count_text(place.images)),
                html.Td(parts.count_text(place.suppliers)),
            ]
        )
        for place in places[:_MOST_ROWS]
    ]
    return html.Div(
        html.Table(
            [
                html.Caption("Places with most pictures", className="unseen"),
                html.Thead(html.Tr(head)),
                html.Tbody(rows),
            ],
            className="places",
        ),
        className="places-frame",
        # To be moved by the keyboard, as it is longer than its frame.
        tabIndex=0,
        role="region",
        **{"aria-label": "Places"},
    )


def _nothing(least: int) -> Component:
    return parts.empty(
        f"There is no place yet where {least:,} suppliers or more took published pictures."
    )


def _hidden(places: Crowded) -> str:
    if not places.hidden_images:
        return "Pictures without a known place are not counted."
    return (
        f"{parts.count_text(places.hidden_images)} more pictures were taken where too few suppliers"
        " stand to tell; those without a known place are not counted."
    )
