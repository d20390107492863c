"""How the first steps are laid out."""

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.pages.tour.ids import Ids
from dashboard.pages.tour.steps import STEPS, Step
from dashboard.parts import page_head
from dashboard.site import caller, open_db
from hub.rules.roles import role_text
from hub.services import accounts
from hub.services.access import Caller


def layout(**_others: str) -> Component:
    """Return the steps as a page, to be read again."""
    role = caller("read").user.role
    lead = f"What to do first as {role_text(role)}."
    return html.Div([page_head("First steps", lead), steps(role)])


def first_tour(asking: Caller | None) -> Component | None:
    """Return the steps above any page, until whoever is signed in has ended them."""
    if asking is None:
        return None
    with open_db() as db:
        if accounts.get_profile(db, asking.user).toured_at is not None:
            return None
    return html.Aside(
        dmc.Paper(
            [
                dmc.Group(
                    [
                        dmc.Text(f"Welcome, {asking.user.name}. Your first steps:", fw=600),
                        dmc.Button("Got it", id=Ids.END, size="compact-sm"),
                    ],
                    justify="space-between",
                    mb="sm",
                ),
                steps(asking.user.role),
            ],
            withBorder=True,
            p="md",
            mb="md",
        ),
        id=Ids.PANEL,
        **{"aria-label": "First steps"},
    )


def steps(role: str) -> Component:
    """Return the three steps of a role, in their order."""
    cards = [html.Li(_step(number, one)) for number, one in enumerate(STEPS[role], 1)]
    return html.Ol(cards, className="tour-steps")


def _step(number: int, step: Step) -> Component:
    return dmc.Stack(
        [
            dmc.Text(f"{number}. {step.title}", fw=600),
            dmc.Text(step.text, size="sm"),
            dmc.Anchor(step.link, href=step.href, size="sm"),
        ],
        gap=4,
    )
