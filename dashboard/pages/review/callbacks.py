"""What the review's page answers to."""

from typing import Any, TypeAlias

from dash import ALL, Dash, Input, Output, State, ctx, no_update

from dashboard.addresses import whole_number
from dashboard.clicks import clicked, was_clicked
from dashboard.notices import notify
from dashboard.pages.review.ids import Ids
from dashboard.pages.review.layout import shown
from dashboard.site import caller, open_db
from hub.services import reports

Clicks: TypeAlias = list[int | None]


def callbacks(app: Dash) -> None:
    @app.callback(
        Output(Ids.QUEUE, "children"),
        Input({"type": Ids.UPHOLD, "index": ALL}, "n_clicks"),
        Input({"type": Ids.REJECT, "index": ALL}, "n_clicks"),
        Input({"type": Ids.CONFIRM, "index": ALL}, "n_clicks"),
        Input({"type": Ids.REFUSE, "index": ALL}, "n_clicks"),
        State(Ids.PAGE, "data"),
        prevent_initial_call=True,
    )
    def decide(
        _uphold: Clicks, _reject: Clicks, _confirm: Clicks, _refuse: Clicks, page: dict[str, str]
    ) -> Any:
        if not was_clicked():
            return no_update
        _settle(str(ctx.triggered_id["type"]), clicked())
        notify("Settled", "Your decision counts from now on.")
        return shown(page.get("after", ""), page.get("skip", ""))


def _settle(button: str, index: str) -> None:
    who = caller("write").user
    with open_db() as db:
        if button in (Ids.UPHOLD, Ids.REJECT):
            reports.resolve(db, whole_number(index) or 0, upheld=button == Ids.UPHOLD, by=who)
        else:
            image_id, _, key = index.partition(" ")
            reports.settle_proposal(db, image_id, key, confirmed=button == Ids.CONFIRM, by=who)
