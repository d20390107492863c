"""Labels as cards with a picture each, as several pages show them."""

from collections.abc import Sequence

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.parts import count_text, icon, thumbnail
from hub.catalogue.galleries import LabelCard


def label_cards(cards: Sequence[LabelCard]) -> Component:
    """Return labels side by side."""
    return html.Div([_card(card) for card in cards], className="label-grid")


def label_href(key: str) -> str:
    return f"/labels/{key}"


def pictures_text(count: int) -> str:
    return "1 picture" if count == 1 else f"{count_text(count)} pictures"


def _card(card: LabelCard) -> Component:
    # The name stands beside it: the picture says nothing more.
    drawn = thumbnail(card.image_id, alt="") if card.image_id else _no_picture()
    narrower = f" · {count_text(card.children)} narrower" if card.children else ""
    return dmc.Anchor(
        [
            drawn,
            html.Span(card.name, className="label-card-name"),
            html.Span(f"{pictures_text(card.rollup)}{narrower}", className="label-card-count"),
        ],
        href=label_href(card.key),
        underline="never",
        className="label-card",
    )


def _no_picture() -> Component:
    return html.Span(icon("labels"), className="thumbnail label-card-empty")
