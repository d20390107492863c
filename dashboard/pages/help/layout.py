"""How help is laid out: Markdown that comes with the site, and a list of it."""

from functools import lru_cache
from importlib import resources

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.pages.help.topics import TOPICS, Topic
from dashboard.parts import page_head
from hub.errors import NotFound


def layout(**_others: str) -> Component:
    """Return the list of topics."""
    cards = [
        html.Li(
            dmc.Stack(
                [dmc.Anchor(one.title, href=f"/help/{one.name}", fw=600), dmc.Text(one.about)],
                gap=2,
            )
        )
        for one in TOPICS
    ]
    return html.Div(
        [page_head("Help", "How to get things done."), html.Ul(cards, className="help-topics")]
    )


def topic_layout(topic: str = "", **_others: str) -> Component:
    """Return one topic beside the list of the others. Raises NotFound."""
    found = next((one for one in TOPICS if one.name == topic), None)
    if found is None:
        raise NotFound("There is no such help; /help lists what there is.")
    return html.Div(
        [
            page_head(found.title, found.about),
            dcc.Markdown(read_topic(found), className="help-text"),
            html.Nav(_others_of(found), className="help-others", **{"aria-label": "More help"}),
        ]
    )


@lru_cache
def read_topic(topic: Topic) -> str:
    """Return the Markdown of a topic."""
    file = resources.files("dashboard").joinpath("help", f"{topic.name}.md")
    return file.read_text(encoding="utf-8")


def _others_of(topic: Topic) -> Component:
    links = [
        html.Li(dmc.Anchor(one.title, href=f"/help/{one.name}")) for one in TOPICS if one != topic
    ]
    return html.Ul(links)
