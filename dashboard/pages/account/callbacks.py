"""What one does on the page of one's account."""

from typing import Any

from dash import ALL, Dash, Input, Output, State, no_update
from dash.development.base_component import Component

from dashboard.clicks import clicked, was_clicked
from dashboard.notices import notify
from dashboard.pages.account.ids import Ids
from dashboard.pages.account.layout import token_table
from dashboard.shown_once import shown_once
from dashboard.site import caller, open_db
from hub.errors import AccountError
from hub.services import accounts


def callbacks(app: Dash) -> None:
    """Register them."""

    @app.callback(
        Output(Ids.TOKEN_MADE, "children"),
        Output(Ids.TOKENS, "children"),
        Input(Ids.TOKEN_MAKE, "n_clicks"),
        State(Ids.TOKEN_NAME, "value"),
        State(Ids.TOKEN_SCOPES, "value"),
        State(Ids.TOKEN_DAYS, "value"),
        running=[(Output(Ids.TOKEN_MAKE, "loading"), True, False)],
        prevent_initial_call=True,
    )
    def make_token(
        _clicks: int | None, name: object, scopes: object, days: object
    ) -> tuple[Component, Component]:
        user = caller("write").user
        if not isinstance(days, int):
            raise AccountError("A token is good for a whole number of days.")
        with open_db() as db:
            issued = accounts.issue_token(
                db, user, name=str(name or ""), scopes=str(scopes).split(), days=days
            )
            tokens = accounts.list_tokens(db, user_id=user.user_id)
        words = "Keep it: it is not shown again."
        return shown_once("Your new token", words, issued.text), token_table(tokens)

    @app.callback(
        Output(Ids.TOKENS, "children", allow_duplicate=True),
        Input({"type": Ids.REVOKE, "index": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    def revoke_token(_clicks: list[int | None]) -> Any:
        if not was_clicked():
            return no_update
        user = caller("write").user
        with open_db() as db:
            accounts.revoke_token(db, clicked(), user_id=user.user_id)
            tokens = accounts.list_tokens(db, user_id=user.user_id)
        notify("Revoked", "The token is good for nothing now.")
        return token_table(tokens)
