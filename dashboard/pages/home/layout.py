"""How the first page is laid out."""

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component
from flask import g

from dashboard import charts, label_cards, parts
from dashboard.pages.training.layout import ready_notices
from dashboard.site import open_db, settings
from hub.catalogue.galleries import Wanted
from hub.catalogue.summaries import HubCount
from hub.rules.roles import may
from hub.services import label_pages, summaries, training_waits, trainings
from hub.services.summaries import BatchShown

_LEAD = (
    "Labelled photographs from many people, checked, free of duplicates and ready to train on. Pick"
    " labels, and download exactly what you picked."
)


def layout(**_others: str) -> Component:
    evidence = settings().trainable_evidence
    with open_db() as db:
        totals = summaries.get_totals(db)
        places = summaries.list_places(db, least_suppliers=settings().map_suppliers)
        batches = summaries.list_newest_batches(db, places=places)
        largest = label_pages.list_cards(
            db, evidence=evidence, filters=("pictures",), sort="own", most=10
        )
        wanted = trainings.list_wanted(db, settings(), most=8)
        ready = training_waits.list_notices(db, user=g.caller.user) if g.caller else []
    return html.Div(
        [
            parts.page_head("Deep Images Hub", _LEAD, *_actions()),
            *ready_notices(ready),
            _figures(totals, len(places.places)),
            parts.section("Labels with most pictures", label_cards.label_cards(largest.cards))
            if largest.cards
            else parts.empty("No picture is published yet.", *_submit()),
            parts.section("Newest batches", _batches(batches)) if batches else None,
            parts.section("What is wanted", _wanted(wanted)) if wanted else None,
        ]
    )


def _role() -> str | None:
    return g.caller.user.role if g.caller else None


def _actions() -> list[Component]:
    pick = [parts.link_button("Pick pictures", "/pick")] if may(_role(), "pick") else []
    return [parts.link_button("Browse labels", "/labels", is_quiet=bool(pick)), *pick]


def _submit() -> list[Component]:
    return [parts.link_button("Submit pictures", "/submit")] if may(_role(), "submit") else []


def _figures(totals: HubCount, places: int) -> Component:
    return dmc.SimpleGrid(
        [
            parts.stat("Pictures", parts.count_text(totals.images)),
            parts.stat("Labels given", parts.count_text(totals.labels)),
            parts.stat("Suppliers", parts.count_text(totals.suppliers)),
            parts.stat("Places on the map", parts.count_text(places)),
            parts.stat("Size", parts.bytes_text(totals.bytes)),
        ],
        cols={"base": 2, "sm": 3, "lg": 5},
        spacing="sm",
    )


def _batches(batches: list[BatchShown]) -> Component:
    return dmc.SimpleGrid(
        [_batch(batch) for batch in batches], cols={"base": 1, "md": 2}, spacing="md"
    )


def _batch(batch: BatchShown) -> Component:
    strip = [
        dmc.Anchor(
            parts.thumbnail(image_id, alt=f"{label}, of batch {batch.batch_no}", side=100),
            href=f"/images/{image_id}",
        )
        for image_id, label in batch.pictures
    ]
    where = "; ".join(batch.places)
    said = f"{label_cards.pictures_text(batch.images)} of {parts.count_text(batch.files)} files"
    return dmc.Paper(
        [
            dmc.Group(
                [
                    dmc.Title(f"Batch {batch.batch_no}", order=3, size="h5"),
                    dmc.Text(parts.date_text(batch.published_at), size="sm", c="dimmed"),
                ],
                justify="space-between",
            ),
            dmc.Text(said, size="sm"),
            dmc.Text(where, size="sm", c="dimmed", className="one-line") if where else None,
            html.Div(strip, className="strip"),
        ],
        withBorder=True,
        p="md",
    )


def _wanted(wanted: list[Wanted]) -> Component:
    least = settings().trainable_minimum
    return html.Div(
        [
            dmc.Text(
                f"A label can be trained on from {least:,} pictures. Somebody waits for these, or"
                " they lack least.",
                c="dimmed",
                size="sm",
                mb="sm",
            ),
            dmc.SimpleGrid(
                [_wanted_card(one) for one in wanted],
                cols={"base": 2, "lg": 4},
                spacing="sm",
            ),
        ]
    )


def _wanted_card(one: Wanted) -> Component:
    watchers = f", {one.watchers:,} waiting" if one.watchers else ""
    return dmc.Anchor(
        [
            html.Span(one.name, className="label-card-name"),
            html.Span(
                f"{one.trainable:,} of {one.least:,}: {one.gap:,} wanted{watchers}",
                className="label-card-count",
            ),
            charts.progress(one.trainable, one.least),
        ],
        href=label_cards.label_href(one.key),
        underline="never",
        className="wanted-card",
    )
