"""How the tour ends."""

from dash import Dash, Input, Output

from dashboard.pages.tour.ids import Ids
from dashboard.site import caller, open_db
from hub.services import accounts


def callbacks(app: Dash) -> None:
    """Register it."""

    @app.callback(
        Output(Ids.PANEL, "hidden"), Input(Ids.END, "n_clicks"), prevent_initial_call=True
    )
    def end_tour(_clicks: int | None) -> bool:
        with open_db() as db:
            accounts.end_tour(db, caller("read").user)
        return True
