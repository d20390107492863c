"""What a user does on the page of one training."""

from dash import Dash, Input, Output, State
from dash.development.base_component import Component

from dashboard.notices import notify
from dashboard.pages.training_one.ids import Ids
from dashboard.pages.training_one.layout import state
from dashboard.site import caller, open_db
from hub.errors import NotFound
from hub.services import trainings


def callbacks(app: Dash) -> None:
    """Register them."""

    @app.callback(
        Output(Ids.STATE, "children"),
        Input(Ids.CANCEL, "n_clicks"),
        State(Ids.NUMBER, "data"),
        prevent_initial_call=True,
    )
    def cancel(_clicks: int | None, number: object) -> list[Component]:
        if not isinstance(number, int):
            raise NotFound("There is no such training.")
        user = caller("write").user
        with open_db() as db:
            trainings.cancel(db, number, user=user)
            training = trainings.find_training(db, number, user=user)
        notify("Cancelled", f"Training {number} will not be run.")
        return state(training)
