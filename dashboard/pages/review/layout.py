"""How what waits for a review is laid out."""

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard import parts
from dashboard.pages.review.ids import Ids
from dashboard.site import open_db
from hub.catalogue.reviews import OpenReport, Proposal
from hub.rules.reporting import reason_text
from hub.services import reports
from hub.services.reports import Queue

_LEAD = (
    "What people hold to be wrong, and labels that only near duplicates brought. What you decide"
    " counts as verified."
)


def layout(**_others: str) -> Component:
    with open_db() as db:
        waiting = reports.list_open(db)
    return html.Div(
        [
            parts.page_head("Review", _LEAD),
            html.Div(queue(waiting), id=Ids.QUEUE, **{"aria-live": "polite"}),
        ]
    )


def queue(waiting: Queue) -> list[Component]:
    """Return what waits, the longest waiting first."""
    if not waiting.reports and not waiting.proposals:
        return [
            parts.empty(
                "Nothing waits for a review.", parts.link_button("Browse labels", "/labels")
            )
        ]
    return [
        *(
            [parts.section("Reports", _cards([_report(one) for one in waiting.reports]))]
            if waiting.reports
            else []
        ),
        *(
            [parts.section("Proposed labels", _cards([_proposal(p) for p in waiting.proposals]))]
            if waiting.proposals
            else []
        ),
    ]


def _cards(cards: list[Component]) -> Component:
    return dmc.SimpleGrid(cards, cols={"base": 1, "md": 2}, spacing="md")


def _report(one: OpenReport) -> Component:
    question = f"Is this {one.name}?" if one.name else "Is this picture as it should be?"
    said = [
        html.Li(_words(reason, note, name))
        for reason, note, name in zip(one.reasons, one.notes, one.reported_by, strict=True)
    ]
    what = one.name or "The picture"
    buttons = [
        dmc.Button(
            f"No, not {one.name}" if one.name else "The report is right",
            id={"type": Ids.UPHOLD, "index": one.report_id},
            variant="default",
            size="compact-md",
        ),
        dmc.Button(
            f"Yes, {one.name}" if one.name else "The picture stays",
            id={"type": Ids.REJECT, "index": one.report_id},
            size="compact-md",
        ),
    ]
    return _card(one.image_id, question, html.Ul(said, className="said"), buttons, alt=what)


def _words(reason: str, note: str, name: str) -> list[Component | str]:
    words = f"{reason_text(reason)}, says {name}"
    return [words, f": {note}" if note else "."]


def _proposal(one: Proposal) -> Component:
    index = f"{one.image_id} {one.key}"
    said = f"A near duplicate of it was submitted as {one.name}, {parts.date_text(one.claimed_at)}."
    buttons = [
        dmc.Button(
            f"No, not {one.name}",
            id={"type": Ids.REFUSE, "index": index},
            variant="default",
            size="compact-md",
        ),
        dmc.Button(
            f"Yes, {one.name}",
            id={"type": Ids.CONFIRM, "index": index},
            size="compact-md",
        ),
    ]
    return _card(
        one.image_id, f"Is this {one.name}?", dmc.Text(said, size="sm"), buttons, alt=one.name
    )


def _card(
    image_id: str, question: str, said: Component, buttons: list[Component], *, alt: str
) -> Component:
    return dmc.Paper(
        [
            dmc.Anchor(
                parts.thumbnail(image_id, alt=f"To be reviewed: {alt}"), href=f"/images/{image_id}"
            ),
            dmc.Stack(
                [
                    dmc.Title(question, order=3, size="h5"),
                    said,
                    dmc.Group(buttons, gap="xs", mt="auto"),
                ],
                gap="xs",
            ),
        ],
        withBorder=True,
        p="md",
        className="review-card",
    )
