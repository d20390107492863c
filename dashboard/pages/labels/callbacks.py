"""What the labels' page answers to."""

from dash import ClientsideFunction, Dash, Input, Output, ctx
from dash.development.base_component import Component

from dashboard.pages.labels.ids import Ids
from dashboard.pages.labels.layout import address, find, pages_of, results
from hub.rules.submissions import storable


def callbacks(app: Dash) -> None:
    @app.callback(
        Output(Ids.RESULTS, "children"),
        Output(Ids.PAGES, "total"),
        Output(Ids.PAGES, "value"),
        Output(Ids.ADDRESS, "data"),
        Input(Ids.SEARCH, "value"),
        Input(Ids.SORT, "value"),
        Input(Ids.FILTERS, "value"),
        Input(Ids.PAGES, "value"),
        prevent_initial_call=True,
    )
    def show(
        search: str | None, sort: str | None, chosen: list[str] | None, page: int | None
    ) -> tuple[Component, int, int, str]:
        # Another question begins at its first page.
        number = int(page or 1) if ctx.triggered_id == Ids.PAGES else 1
        asked = (storable(search or ""), sort or "", list(chosen or []), number)
        found = find(*asked)
        return results(found), pages_of(found), number, address(*asked)

    app.clientside_callback(
        ClientsideFunction("shell", "push_search"),
        Output(Ids.PUSHED, "children"),
        Input(Ids.ADDRESS, "data"),
        prevent_initial_call=True,
    )
