"""What stands around every page: header, navigation, notices; and what leads to the pages."""

import logging
from typing import Any
from urllib.parse import parse_qsl, quote

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, dcc, html, no_update
from dash.development.base_component import Component
from dash.exceptions import DependencyException, InvalidResourceError
from flask import Flask, Response, g
from werkzeug.exceptions import BadRequest

from dashboard import problems
from dashboard.calls import CheckedDash
from dashboard.header import MENU, TITLE, header, navigation
from dashboard.notices import NOTICES, warn
from dashboard.pages import PAGES
from dashboard.pages.tour.layout import first_tour
from dashboard.parts import link_button, problem
from dashboard.policy import Found, Policy, check
from dashboard.site import is_open
from hub.errors import Forbidden, HubError, NotFound, NotSignedIn
from hub.rules.submissions import storable
from hub.services.access import Caller

THEME = {
    "primaryColor": "teal",
    "primaryShade": {"light": 9, "dark": 4},
    "autoContrast": True,
    "defaultRadius": "md",
    "fontFamily": "system-ui, sans-serif",
    "headings": {"fontFamily": "system-ui, sans-serif", "fontWeight": "650"},
    "components": {"Anchor": {"defaultProps": {"underline": "hover"}}},
}


class Ids:
    ADDRESS = "shell-address"
    CONTENT = "shell-content"
    TITLE = "shell-title"
    TITLED = "shell-titled"
    FRAME = "shell-frame"


_INDEX = """<!doctype html>
<html lang="en">
<head>
{%metas%}
<title>{%title%}</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<script src="/assets/scheme.js"></script>
{%css%}
</head>
<body>
{%app_entry%}
<footer>{%config%}{%scripts%}{%renderer%}</footer>
</body>
</html>"""


def install(server: Flask) -> Policy:
    """Put the pages on the server; return who may see which."""
    app: Dash = CheckedDash(
        __name__,
        # Dash takes applications, too, whatever it says.
        server=server,  # type: ignore[arg-type]
        title=TITLE,
        update_title="",
        suppress_callback_exceptions=True,
        serve_locally=True,
        compress=False,
        index_string=_INDEX,
        assets_ignore=r"scheme\.js|form\.css",
        on_error=_on_error,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    policy = Policy(PAGES)
    app.layout = _layout
    _add_callbacks(app, policy)
    for page in PAGES:
        page.callbacks(app)
    # A process answers for files of which it knows since it made a page: make one before any asks.
    with server.test_request_context("/"):
        app.index()
    for kind in (DependencyException, InvalidResourceError):
        server.register_error_handler(kind, _no_such_file)
    server.extensions["policy"] = policy
    server.extensions["dash"] = app
    return policy


def _no_such_file(_error: Exception) -> Response:
    return problems.problem(404, "There is no such file of the site.")


def _add_callbacks(app: Dash, policy: Policy) -> None:
    @app.callback(
        Output(Ids.CONTENT, "children"),
        Output(Ids.TITLE, "data"),
        Input(Ids.ADDRESS, "pathname"),
        Input(Ids.ADDRESS, "search"),
    )
    def show_page(path: str | None, search: str | None) -> tuple[Component, str]:
        return _page_at(policy, path or "/", search or "")

    app.clientside_callback(
        ClientsideFunction("shell", "show_title"),
        Output(Ids.TITLED, "children"),
        Input(Ids.TITLE, "data"),
    )
    app.clientside_callback(
        ClientsideFunction("shell", "toggle_menu"),
        Output(Ids.FRAME, "navbar"),
        Input(MENU, "opened"),
        Input(Ids.ADDRESS, "pathname"),
    )


def _page_at(policy: Policy, path: str, search: str) -> tuple[Component, str]:
    found = policy.find(path)
    if found is None:
        lost = problem("There is no such page", f"Nothing is at {path}.", link_button("Home", "/"))
        return lost, f"No such page · {TITLE}"
    caller: Caller | None = g.caller
    title = f"{found.page.title} · {TITLE}"
    try:
        check(caller.user.role if caller else None, found.page.needs, is_open=is_open())
        shown = _lay_out(found, search)
        return shown, f"{_name_of(found, shown)} · {TITLE}"
    except NotSignedIn as error:
        back = quote(path + search, safe="")
        said = problem(
            "Sign in first",
            str(error),
            link_button("Sign in", f"/sign-in?next={back}", leaves=True),
        )
    except NotFound as error:
        said = problem("Not found", str(error), link_button("Home", "/"))
    except Forbidden as error:
        said = problem("Not for you", str(error), link_button("Home", "/"))
    except HubError as error:
        said = problem("This page cannot be shown", str(error))
    except Exception:
        logging.getLogger("hub").exception("The page at %s failed", path)
        said = problem(
            "This page cannot be shown", "The hub failed to answer; its log says why. Try again."
        )
    return said, title


def _lay_out(found: Found, search: str) -> Component:
    # What the path says counts more than what a query repeats.
    said = {**dict(parse_qsl(search.removeprefix("?"))), **found.variables}
    return found.page.layout(
        **{name: storable(text) for name, text in said.items() if name.isidentifier()}
    )


def _name_of(found: Found, shown: Component) -> str:
    """Name a page for tabs and bookmarks: one of many by its heading, which says which it is."""
    headings = (
        part.children
        for part in shown._traverse()
        if isinstance(part, dmc.Title) and part.order == 1
    )
    heading = next(headings, None) if found.variables else None
    return heading if isinstance(heading, str) else found.page.title


def _on_error(error: Exception) -> Any:
    """Tell whoever clicked what went wrong."""
    if isinstance(error, HubError):
        message = str(error)
    elif isinstance(error, BadRequest):
        message = str(error.description)
    else:
        logging.getLogger("hub").exception("A callback failed", exc_info=error)
        message = "The hub failed to answer; its log says why. Try again, or tell its ops."
    warn(message)
    return no_update


def _layout() -> Component:
    caller: Caller | None = g.get("caller")
    return dmc.MantineProvider(
        [
            dcc.Location(id=Ids.ADDRESS, refresh="callback-nav"),
            dcc.Store(id=Ids.TITLE),
            html.Div(id=Ids.TITLED, hidden=True),
            dmc.NotificationContainer(id=NOTICES, position="bottom-right"),
            html.A("Skip to the page", href="#content", className="skip"),
            dmc.AppShell(
                [
                    dmc.AppShellHeader(header(caller)),
                    dmc.AppShellNavbar(
                        html.Nav(navigation(caller), **{"aria-label": "Pages"}), p="xs"
                    ),
                    dmc.AppShellMain(
                        dmc.Container(
                            [
                                first_tour(caller),
                                html.Div(_waiting(), id=Ids.CONTENT, className="content"),
                            ],
                            size="xl",
                        ),
                        # Where a reader of the screen goes on.
                        id="content",
                        tabIndex=-1,
                    ),
                ],
                id=Ids.FRAME,
                header={"height": 56},
                navbar={"width": 220, "breakpoint": "md", "collapsed": {"mobile": True}},
                padding="md",
            ),
        ],
        theme=THEME,
        defaultColorScheme="auto",
    )


def _waiting() -> Component:
    return dmc.Stack(
        [dmc.Skeleton(height=36, width="40%"), dmc.Skeleton(height=240), dmc.Skeleton(height=120)]
    )
