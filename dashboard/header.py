"""The bar above every page and the links beside it."""

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.pages import PAGES
from dashboard.pages.page import Page
from dashboard.parts import icon, link_button
from hub.rules.roles import may
from hub.services.access import Caller

TITLE = "Deep Images Hub"
MENU = "shell-menu"
"""Id of the button that shows the links where the window is narrow."""


def header(caller: Caller | None) -> Component:
    """Return the bar above every page: the way home, and who is signed in."""
    home = dmc.Anchor(
        [html.Img(src="/assets/icon.svg", alt="", width=28, height=28), html.Span(TITLE)],
        href="/",
        underline="never",
        className="brand",
    )
    menu = dmc.Burger(id=MENU, opened=False, hiddenFrom="md", size="sm", **{"aria-label": "Pages"})
    scheme = dmc.ColorSchemeToggle(
        lightIcon=icon("sun"),
        darkIcon=icon("moon"),
        variant="subtle",
        size="lg",
        **{"aria-label": "Light or dark"},
    )
    return dmc.Group(
        [dmc.Group([menu, home], gap="sm"), dmc.Group([scheme, _person(caller)], gap="xs")],
        justify="space-between",
        h="100%",
        px="md",
        wrap="nowrap",
    )


def _person(caller: Caller | None) -> Component:
    if caller is None:
        return link_button("Sign in", "/sign-in", leaves=True)
    name = dmc.Anchor(caller.user.name, href="/account", className="person")
    # A form: signing out must not wait for anything else on the page.
    leave = html.Form(
        html.Button("Sign out", type="submit", className="button button-quiet"),
        action="/sign-out",
        method="POST",
    )
    return dmc.Group([name, leave], gap="xs", wrap="nowrap")


def navigation(caller: Caller | None) -> list[Component]:
    """Return the links to the pages that somebody may see."""
    role = caller.user.role if caller else None
    return [_entry(page) for page in PAGES if page.nav and _may_see(role, page)]


def _may_see(role: str | None, page: Page) -> bool:
    return page.needs == "browse" if role is None else may(role, page.needs)


def _entry(page: Page) -> Component:
    assert page.nav is not None
    return dmc.NavLink(
        label=page.nav.text,
        href=page.path,
        leftSection=icon(page.nav.icon),
        active="exact" if page.path == "/" else "partial",
    )
