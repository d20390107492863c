"""How the page of users is laid out."""

from typing import Any

import dash_ag_grid as dag
import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.pages.users.ids import Ids
from dashboard.pages.users.tables import decision_table, invitation_table
from dashboard.parts import date_text, page_head, section
from dashboard.site import open_db
from hub.catalogue.users import ListedUser
from hub.rules.roles import ROLES, role_text
from hub.services import accounts, invitations

MOST = 500
"""Of the newest; whoever looks for others says a part of their name."""


_ROLES = [{"value": role, "label": role_text(role)} for role in ROLES]


def layout(find: str = "", **_others: str) -> Component:
    """Return the page; `find` is a part of a name or an address."""
    with open_db() as db:
        users = accounts.list_users(db, part=find, most=MOST)
        invited = invitations.list_invitations(db)
        decided = accounts.list_decisions(db)
    lead = "Who may use the hub, and as what. Choose a user to change their role."
    return html.Div(
        [
            page_head("Users", lead),
            dmc.TextInput(
                id=Ids.FIND,
                label="Find by name or address",
                value=find,
                debounce=300,
                className="account-field",
                mb="sm",
            ),
            dcc.Store(id=Ids.FOUND),
            _grid(users),
            dmc.Text(_how_many(users), size="sm", c="dimmed", mt="xs"),
            _role_form(),
            section("Invite somebody", _invite_form(), html.Div(id=Ids.INVITED)),
            section("Invited", html.Div(invitation_table(invited), id=Ids.INVITATIONS)),
            section("Decided of late", html.Div(decision_table(decided), id=Ids.DECISIONS)),
        ]
    )


def rows(users: list[ListedUser]) -> list[dict[str, Any]]:
    """Return users as the grid takes them."""
    return [
        {
            "name": one.name,
            "role": one.role,
            "role_text": role_text(one.role),
            "email": one.email or "",
            "password": "yes" if one.has_password else "no",
            "since": date_text(one.created_at),
        }
        for one in users
    ]


def _grid(users: list[ListedUser]) -> Component:
    columns: list[dict[str, Any]] = [
        {"field": "name", "headerName": "Name", "pinned": "left"},
        {"field": "role_text", "headerName": "Role"},
        {"field": "email", "headerName": "Address", "minWidth": 200},
        {"field": "password", "headerName": "Password"},
        {"field": "since", "headerName": "Since"},
    ]
    return dag.AgGrid(
        id=Ids.GRID,
        rowData=rows(users),
        columnDefs=columns,
        defaultColDef={"sortable": True, "resizable": True, "minWidth": 120, "flex": 1},
        getRowId="params.data.name",
        className="users-grid",
        dashGridOptions={
            "animateRows": False,
            "rowSelection": {
                "mode": "singleRow",
                "checkboxes": False,
                "enableClickSelection": True,
            },
        },
    )


def _how_many(users: list[ListedUser]) -> str:
    if len(users) < MOST:
        return f"{len(users):,} users."
    return f"The newest {MOST:,} users; find others by a part of their name."


def _role_form() -> Component:
    return dmc.Group(
        [
            dmc.Select(
                id=Ids.NEW_ROLE,
                label="Role of the chosen user",
                placeholder="Choose a user above",
                allowDeselect=False,
                disabled=True,
                data=_ROLES,
            ),
            dmc.Button("Change the role", id=Ids.CHANGE, variant="default", disabled=True),
        ],
        align="flex-end",
        mt="sm",
    )


def _invite_form() -> Component:
    return dmc.Group(
        [
            dmc.Select(
                id=Ids.ROLE,
                label="Role",
                value="data_scientist",
                allowDeselect=False,
                data=_ROLES,
            ),
            dmc.TextInput(
                id=Ids.EMAIL,
                label="Address (optional: mails the link)",
                inputProps={"type": "email", "maxLength": 254},
                className="account-field",
            ),
            dmc.NumberInput(
                id=Ids.DAYS,
                label="Days",
                value=invitations.DEFAULT_DAYS,
                min=1,
                max=invitations.MOST_DAYS,
                allowDecimal=False,
                w=110,
            ),
            dmc.Button("Invite", id=Ids.INVITE),
        ],
        align="flex-end",
    )
