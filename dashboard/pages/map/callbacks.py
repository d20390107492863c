"""What the map answers to: it is drawn larger without asking the hub."""

from dash import ClientsideFunction, Dash, Input, Output

from dashboard.pages.map.ids import Ids


def callbacks(app: Dash) -> None:
    app.clientside_callback(
        ClientsideFunction("map", "zoom"),
        Output(Ids.ZOOMED, "children"),
        Input(Ids.ZOOM, "value"),
        prevent_initial_call=True,
    )
