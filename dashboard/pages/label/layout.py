"""How one label is laid out."""

from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component
from flask import g

from dashboard import charts, label_cards, parts
from dashboard.addresses import whole_number
from dashboard.pages.label import figures
from dashboard.site import open_db, settings
from hub.catalogue.bitmaps import NumberedPicture
from hub.catalogue.galleries import LabelCard, LabelHead, Neighbour
from hub.rules.recipe_addresses import query_of
from hub.rules.roles import may
from hub.services import label_pages, summaries
from hub.services.label_pages import LabelDetail

_PICTURES = 24


def layout(key: str, before: str = "", **_others: str) -> Component:
    since = whole_number(before)
    with open_db() as db:
        places = summaries.list_places(db, least_suppliers=settings().map_suppliers)
        detail = label_pages.show_label(
            db,
            key,
            evidence=settings().trainable_evidence,
            least=settings().trainable_minimum,
            places=places,
        )
        pictures = label_pages.list_pictures(db, detail.label, before=since, most=_PICTURES)
    label = detail.label
    return html.Div(
        [
            _path_up(detail.above),
            parts.page_head(label.name, _lead(label), *_actions(label)),
            _counts(label),
            parts.section("Pictures", _pictures(label, pictures, is_first=since is None)),
            parts.section("Narrower labels", *_below(detail.cards)) if detail.cards else None,
            parts.section("Health", figures.health(detail.checks)),
            _like(detail) if detail.sampled else None,
        ]
    )


def _path_up(above: list[Neighbour]) -> Component | None:
    if not above:
        return None
    links = [
        dmc.Anchor(
            one.name if one.kind == "is-a" else f"{one.name} (a part of it)",
            href=label_cards.label_href(one.key),
            size="sm",
        )
        for one in above
    ]
    return html.Nav(
        [dmc.Text("Wider:", size="sm", c="dimmed", span=True), *links],
        className="path-up",
        **{"aria-label": "Wider labels"},
    )


def _lead(label: LabelHead) -> str | None:
    return f"Also called {', '.join(label.aliases)}." if label.aliases else None


def _actions(label: LabelHead) -> list[Component]:
    role = g.caller.user.role if g.caller else None
    asked = query_of({"labels": [label.name], "with_descendants": True})
    submit = parts.link_button(
        "Submit", f"/submit?{urlencode({'label': label.name})}", is_quiet=True
    )
    pick = parts.link_button("Pick", f"/pick?{asked}")
    return [
        *([submit] if may(role, "submit") else []),
        *([pick] if may(role, "pick") else []),
    ]


def _counts(label: LabelHead) -> Component:
    return dmc.SimpleGrid(
        [
            parts.stat("Pictures", parts.count_text(label.rollup), note="with all narrower labels"),
            parts.stat("Of this label itself", parts.count_text(label.own)),
            parts.stat("Verified", parts.count_text(label.verified), note="a person confirmed it"),
            parts.stat("Trainable", parts.count_text(label.trainable), note="not disputed"),
        ],
        cols={"base": 2, "md": 4},
        spacing="sm",
    )


def _pictures(label: LabelHead, pictures: list[NumberedPicture], *, is_first: bool) -> Component:
    if not pictures:
        return parts.empty("No published picture shows this yet." if is_first else "That is all.")
    cards = [
        parts.picture_card(one.image_id, alt=f"{label.name}, {one.split} split", caption=None)
        for one in pictures
    ]
    return html.Div([parts.picture_grid(cards), _turns(label, pictures, is_first=is_first)])


def _turns(label: LabelHead, pictures: list[NumberedPicture], *, is_first: bool) -> Component:
    here = label_cards.label_href(label.key)
    older = f"{here}?before={pictures[-1].image_no}"
    links = [
        *([] if is_first else [parts.link_button("Newest", here, is_quiet=True)]),
        *(
            [parts.link_button("Older pictures", older, is_quiet=True)]
            if len(pictures) == _PICTURES
            else []
        ),
    ]
    return dmc.Group(links, justify="center", mt="md")


def _below(cards: list[LabelCard]) -> list[Component]:
    """Return the narrower labels: those with pictures by card, the others by name."""
    filled = [card for card in cards if card.rollup]
    bare = [
        dmc.Anchor(card.name, href=label_cards.label_href(card.key), size="sm")
        for card in cards
        if not card.rollup
    ]
    words = dmc.Text("Without pictures yet:", size="sm", c="dimmed", span=True)
    return [
        *([label_cards.label_cards(filled)] if filled else []),
        *([html.Div([words, *bare], className="path-up bare")] if bare else []),
    ]


def _like(detail: LabelDetail) -> Component:
    """Return what the pictures are like: all of them, then the sampled ones."""
    newest = f"Of the newest {parts.count_text(detail.sampled)} pictures"
    return html.Div(
        [
            dmc.SimpleGrid(
                [
                    parts.section("Splits", charts.bar_list(detail.splits)),
                    parts.section("Licences", charts.bar_list(detail.licences)),
                    parts.section(
                        "Places",
                        dmc.Text(
                            f"{newest}, where enough suppliers stand.",
                            size="xs",
                            c="dimmed",
                            mb="xs",
                        ),
                        charts.bar_list(detail.places)
                        if detail.places
                        else dmc.Text("None that may be told.", size="sm"),
                    ),
                ],
                cols={"base": 1, "md": 3},
                spacing="xl",
            ),
            parts.section("Quality", figures.histograms(detail, note=newest)),
        ]
    )
