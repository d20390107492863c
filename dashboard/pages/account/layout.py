"""How one's account is laid out."""

from datetime import UTC, datetime

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.pages.account.downloads import download_table
from dashboard.pages.account.ids import Ids
from dashboard.parts import date_text, empty, link_button, page_head, section
from dashboard.site import caller, open_db
from dashboard.tables import Cell, table
from hub.catalogue.tokens import Token
from hub.catalogue.users import Profile
from hub.rules.roles import PERMISSIONS, may, role_text
from hub.rules.tokens import DEFAULT_DAYS, MOST_DAYS, SCOPES
from hub.services import accounts

_MAY = {
    "browse": "look at labels and pictures",
    "pick": "pick and download subsets",
    "report": "report wrong labels",
    "submit": "submit pictures",
    "review": "settle reports",
    "train": "ask for trainings",
    "operate": "run the hub",
}


def layout(**_others: str) -> Component:
    """Return the page of whoever asks."""
    user = caller("read").user
    with open_db() as db:
        profile = accounts.get_profile(db, user)
        tokens = accounts.list_tokens(db, user_id=user.user_id)
        downloads = accounts.list_downloads(db, user)
    return html.Div(
        [
            page_head(profile.name, _what_they_may(profile)),
            section("Address for mail", _address(profile.email)),
            section("Password and sessions", _sessions()),
            section("Tokens", _token_words(), html.Div(token_table(tokens), id=Ids.TOKENS)),
            section("Another token", _token_form(), html.Div(id=Ids.TOKEN_MADE)),
            section("Downloads", download_table(downloads)),
        ]
    )


def token_table(tokens: list[Token]) -> Component:
    """Return the tokens, each that is good with a button to revoke it."""
    if not tokens:
        return empty("No tokens yet. Make one to use the REST API, the Python client or hub pull.")
    head = ("Name", "Id", "May", "Good until", "")
    rows = [
        (one.name, one.token_id, ", ".join(one.scopes), date_text(one.expires_at), _state(one))
        for one in tokens
    ]
    return table("Your tokens", head, rows)


def _what_they_may(profile: Profile) -> str:
    allowed = [_MAY[name] for name in PERMISSIONS if may(profile.role, name)]
    role = role_text(profile.role)
    since = date_text(profile.created_at)
    listed = f"{', '.join(allowed[:-1])} and {allowed[-1]}"
    return f"Your role: {role}. Here since {since}, you may {listed}."


def _address(email: str | None) -> Component:
    said = f"Your mail goes to {email}." if email else "The hub has no address of yours."
    words = "Change the address" if email else "Give an address"
    return dmc.Stack(
        [
            dmc.Text(f"{said} A forgotten password can be set anew by mail alone."),
            dmc.Group(link_button(words, "/change-address", is_quiet=True, leaves=True)),
        ],
        gap="sm",
    )


def _sessions() -> Component:
    everywhere = html.Form(
        html.Button("Sign out everywhere", type="submit", className="button button-quiet"),
        action="/sign-out-everywhere",
        method="POST",
    )
    change = link_button("Change the password", "/change-password", is_quiet=True, leaves=True)
    return dmc.Group([change, everywhere])


def _token_words() -> Component:
    return dmc.Text(
        [
            "A token lets a program do what you may do. ",
            dmc.Anchor("The API and the clients", href="/help/api", underline="always"),
            " say how.",
        ],
        mb="sm",
    )


def _token_form() -> Component:
    return dmc.Group(
        [
            dmc.TextInput(
                id=Ids.TOKEN_NAME,
                label="What it is for",
                value="token",
                inputProps={"maxLength": 100},
            ),
            dmc.Select(
                id=Ids.TOKEN_SCOPES,
                label="What it may do",
                value="read write",
                allowDeselect=False,
                data=[
                    {"value": "read write", "label": "Everything"},
                    {"value": "read", "label": f"Read: {SCOPES['read']}"},
                ],
                className="account-field",
            ),
            dmc.NumberInput(
                id=Ids.TOKEN_DAYS,
                label="Days",
                value=DEFAULT_DAYS,
                min=1,
                max=MOST_DAYS,
                allowDecimal=False,
                w=110,
            ),
            dmc.Button("Make a token", id=Ids.TOKEN_MAKE),
        ],
        align="flex-end",
    )


def _state(token: Token) -> Cell:
    if token.revoked_at is not None:
        return "revoked"
    if token.expires_at <= datetime.now(UTC):
        return "expired"
    return dmc.Button(
        "Revoke",
        id={"type": Ids.REVOKE, "index": token.token_id},
        variant="default",
        size="compact-sm",
        **{"aria-label": f"Revoke {token.name} {token.token_id}"},
    )
