"""What ops do on the page of users."""

from typing import Any
from urllib.parse import urlencode

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, no_update
from dash.development.base_component import Component
from flask import current_app

from dashboard.clicks import clicked, was_clicked
from dashboard.notices import notify
from dashboard.pages.users.ids import Ids
from dashboard.pages.users.layout import MOST, rows
from dashboard.pages.users.tables import decision_table, invitation_table
from dashboard.postman import postman
from dashboard.shown_once import shown_once
from dashboard.site import caller, open_db, settings
from hub.db import Connection
from hub.errors import AccountError
from hub.rules.roles import role_text
from hub.services import accounts, invitations


def callbacks(app: Dash) -> None:
    """Register them."""
    _add_search(app)
    _add_roles(app)
    _add_invitations(app)


def _add_search(app: Dash) -> None:
    @app.callback(
        Output(Ids.GRID, "rowData"),
        Output(Ids.FOUND, "data"),
        Input(Ids.FIND, "value"),
        prevent_initial_call=True,
    )
    def find_users(part: object) -> tuple[list[dict[str, Any]], str]:
        said = str(part or "")
        with open_db() as db:
            found = accounts.list_users(db, part=said, most=MOST)
        return rows(found), f"?{urlencode({'find': said})}" if said else "?"

    app.clientside_callback(
        ClientsideFunction("shell", "push_search"),
        Output(Ids.FOUND, "storage_type"),
        Input(Ids.FOUND, "data"),
        prevent_initial_call=True,
    )


def _add_roles(app: Dash) -> None:
    @app.callback(
        Output(Ids.NEW_ROLE, "label"),
        Output(Ids.NEW_ROLE, "value"),
        Output(Ids.NEW_ROLE, "disabled"),
        Output(Ids.CHANGE, "disabled"),
        Input(Ids.GRID, "selectedRows"),
        prevent_initial_call=True,
    )
    def choose_user(chosen: list[dict[str, str]] | None) -> tuple[str, str | None, bool, bool]:
        row = _row(chosen)
        if not row:
            return "Role of the chosen user", None, True, True
        return f"Role of {row['name']}", row["role"], False, False

    @app.callback(
        Output(Ids.GRID, "rowTransaction"),
        Output(Ids.DECISIONS, "children"),
        Input(Ids.CHANGE, "n_clicks"),
        State(Ids.GRID, "selectedRows"),
        State(Ids.NEW_ROLE, "value"),
        running=[(Output(Ids.CHANGE, "loading"), True, False)],
        prevent_initial_call=True,
    )
    def change_role(_clicks: int | None, chosen: list[dict[str, str]] | None, role: object) -> Any:
        row = _row(chosen)
        if not row:
            raise AccountError("Choose a user first.")
        name, new = row["name"], str(role)
        with open_db() as db:
            accounts.change_role(db, caller("write").user, name, role=new)
            decided = decision_table(accounts.list_decisions(db))
        notify("Role changed", f"{name} is {role_text(new)} from the next request on.")
        return {"update": [{**row, "role": new, "role_text": role_text(new)}]}, decided


def _row(chosen: list[dict[str, str]] | None) -> dict[str, str] | None:
    """Return the row of the user that was chosen in the grid, None without one."""
    return next((row for row in chosen or () if row.keys() >= {"name", "role"}), None)


def _add_invitations(app: Dash) -> None:
    @app.callback(
        Output(Ids.INVITED, "children"),
        Output(Ids.INVITATIONS, "children"),
        Output(Ids.DECISIONS, "children", allow_duplicate=True),
        Input(Ids.INVITE, "n_clicks"),
        State(Ids.ROLE, "value"),
        State(Ids.EMAIL, "value"),
        State(Ids.DAYS, "value"),
        running=[(Output(Ids.INVITE, "loading"), True, False)],
        prevent_initial_call=True,
    )
    def invite(_clicks: int | None, role: object, email: object, days: object) -> Any:
        if not isinstance(days, int):
            raise AccountError("An invitation is good for a whole number of days.")
        to = str(email or "") or None
        with open_db() as db:
            invited = invitations.invite(
                db,
                role=str(role),
                by=caller("write").user.name,
                site_url=settings().site_url,
                email=to,
                days=days,
            )
            lists = _lists(db)
        postman(current_app).wake()
        said = f"It is also on its way to {to}. " if to else ""
        words = f"{said}Hand it on: it is good once, and not shown again."
        return shown_once("The invitation", words, invited.link), *lists

    @app.callback(
        Output(Ids.INVITATIONS, "children", allow_duplicate=True),
        Output(Ids.DECISIONS, "children", allow_duplicate=True),
        Input({"type": Ids.TAKE_BACK, "index": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    def take_back(_clicks: list[int | None]) -> Any:
        if not was_clicked():
            return no_update, no_update
        with open_db() as db:
            invitations.take_back(db, clicked(), by=caller("write").user.name)
            lists = _lists(db)
        notify("Taken back", "The invitation is good for nothing now.")
        return lists


def _lists(db: Connection) -> tuple[Component, Component]:
    invited = invitations.list_invitations(db)
    return invitation_table(invited), decision_table(accounts.list_decisions(db))
