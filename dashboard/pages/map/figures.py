"""The map itself: land as a picture, places as points on it, in plain longitude and latitude."""

from collections.abc import Sequence
from math import sqrt

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.label_cards import pictures_text
from hub.rules.crowding import ShownPlace

# What assets/land.svg shows.
_WEST, _NORTH, _WIDTH, _HEIGHT = -180.0, 84.0, 360.0, 142.0
_LEAST_PX, _MOST_PX = 10, 44


def draw(places: Sequence[ShownPlace]) -> Component:
    """Return the map; the places with fewest pictures lie on top."""
    most = max((place.images for place in places), default=1)
    points = [_point(place, most=most) for place in places]
    return html.Div(
        [html.Div(className="map-land"), *points],
        className="map-world",
        role="img",
        **{"aria-label": "Map of the world; the table below it says the same"},
    )


def _said_of(place: ShownPlace) -> str:
    return f"{place.name}: {pictures_text(place.images)} of {place.suppliers:,} suppliers"


def _point(place: ShownPlace, *, most: int) -> Component:
    side = round(_LEAST_PX + (_MOST_PX - _LEAST_PX) * sqrt(place.images / most))
    style = {
        "left": f"{100 * (place.lon - _WEST) / _WIDTH:.3f}%",
        "top": f"{100 * (_NORTH - place.lat) / _HEIGHT:.3f}%",
        "width": f"{side}px",
        "height": f"{side}px",
    }
    return dmc.Tooltip(
        html.Span(className="map-point", style=style),
        label=_said_of(place),
        events={"hover": True, "focus": False, "touch": True},
    )
