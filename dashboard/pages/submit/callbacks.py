"""What the page to submit pictures does: most of it in assets/submit.js, beside the REST API."""

from dash import ClientsideFunction, Dash, Input, Output, State
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.pages.submit.ids import Ids
from dashboard.pages.submit.layout import licence_meaning
from hub.rules.licences import LICENCES
from hub.rules.places import NamedPoint, find_places

_MOST_PLACES = 30
_LEAST_LETTERS = 2


def callbacks(app: Dash) -> None:
    """Register the callbacks of the page."""

    @app.callback(
        Output(Ids.MEANING, "children"),
        Input(Ids.LICENCE, "value"),
        prevent_initial_call=True,
    )
    def explain_licence(licence: str | None) -> list[Component | str]:
        return licence_meaning(licence) if licence in LICENCES else []

    @app.callback(
        Output(Ids.PLACE, "data"),
        Input(Ids.PLACE, "searchValue"),
        State(Ids.PLACE, "value"),
        State(Ids.PLACE, "data"),
        prevent_initial_call=True,
    )
    def search_places(
        text: str | None, chosen: str | None, shown: list[dict[str, str]] | None
    ) -> list[dict[str, str]]:
        known = {one.get("value", ""): one.get("label", "") for one in shown or []}
        # What was just chosen stands in the field now: that is no search.
        if not text or len(text.strip()) < _LEAST_LETTERS or text in known.values():
            raise PreventUpdate
        kept = {value: label for value, label in known.items() if value == chosen}
        kept |= {_value(one): _label(one) for one in find_places(text, most=_MOST_PLACES)}
        return [{"value": value, "label": label} for value, label in kept.items()]

    app.clientside_callback(
        ClientsideFunction("submit", "place"),
        Output(Ids.LON, "value"),
        Output(Ids.LAT, "value"),
        Input(Ids.PLACE, "value"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("submit", "start"),
        Output(Ids.STARTED, "data"),
        Input(Ids.LIMITS, "data"),
    )
    app.clientside_callback(
        ClientsideFunction("submit", "say"),
        Output(Ids.SENT, "data"),
        Input(Ids.LABELS, "value"),
        Input(Ids.LICENCE, "value"),
        Input(Ids.AUTHOR, "value"),
        Input(Ids.SOURCE, "value"),
        Input(Ids.LON, "value"),
        Input(Ids.LAT, "value"),
        Input(Ids.CONSENT, "checked"),
    )


def _value(point: NamedPoint) -> str:
    return f"{point.lon},{point.lat}"


def _label(point: NamedPoint) -> str:
    place = point.place
    names = [name for name in (place.neighbourhood, place.city, place.country) if name]
    return f"{', '.join(names)} ({point.lat:.1f}, {point.lon:.1f})"
