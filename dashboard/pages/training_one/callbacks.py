"""What a user does on the page of one training, and how it is drawn anew while it runs."""

from typing import Any

from dash import Dash, Input, Output, State
from dash.development.base_component import Component

from dashboard.addresses import whole_number
from dashboard.notices import notify
from dashboard.pages.training_one.ids import Ids
from dashboard.pages.training_one.layout import find, is_under_way, may_cancel, now
from dashboard.site import caller, open_db, settings
from hub.errors import NotFound
from hub.services import trainings

_Drawn = tuple[list[Component], bool, str | None]


def callbacks(app: Dash) -> None:
    """Register them."""

    @app.callback(
        Output(Ids.NOW, "children"),
        Output(Ids.TICK, "disabled"),
        Output(Ids.CANCEL, "display"),
        Input(Ids.TICK, "n_intervals"),
        State(Ids.NUMBER, "data"),
        prevent_initial_call=True,
    )
    def refresh(_ticks: int | None, number: Any) -> _Drawn:
        return _drawn(_number(number))

    @app.callback(
        Output(Ids.NOW, "children", allow_duplicate=True),
        Output(Ids.TICK, "disabled", allow_duplicate=True),
        Output(Ids.CANCEL, "display", allow_duplicate=True),
        Input(Ids.CANCEL, "n_clicks"),
        State(Ids.NUMBER, "data"),
        running=[(Output(Ids.CANCEL, "loading"), True, False)],
        prevent_initial_call=True,
    )
    def cancel(_clicks: int | None, number: Any) -> _Drawn:
        training_id, user = _number(number), caller("write").user
        with open_db() as db:
            training = trainings.cancel(db, training_id, settings=settings(), user=user)
        if training.status == "cancelled":
            notify("Cancelled", f"Training {training_id} will not be run.")
        else:
            notify("Asked to stop", f"Training {training_id} ends within seconds.")
        return _drawn(training_id)


def _number(number: object) -> int:
    found = whole_number(str(number))
    if found is None:
        raise NotFound("There is no such training.")
    return found


def _drawn(training_id: int) -> _Drawn:
    found = find(training_id)
    return now(found), not is_under_way(found.training), may_cancel(found.training)
