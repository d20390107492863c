"""How what waits for a review is laid out."""

from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import parts
from dashboard.addresses import whole_number
from dashboard.pages.review.ids import Ids
from dashboard.site import open_db
from hub.catalogue.reviews import OpenReport, Proposal
from hub.rules.reporting import reason_text
from hub.services import reports
from hub.services.reports import PAGE, Queue

_LEAD = (
    "What people hold to be wrong, and labels that only near duplicates brought. What you decide"
    " counts as verified."
)


def layout(after: str = "", skip: str = "", **_others: str) -> Component:
    """Return the page; `after` is the last report before, `skip` how many proposals are."""
    return html.Div(
        [
            parts.page_head("Review", _LEAD),
            dcc.Store(id=Ids.PAGE, data={"after": after, "skip": skip}),
            html.Div(shown(after, skip), id=Ids.QUEUE, **{"aria-live": "polite"}),
        ]
    )


def shown(after: str, skip: str) -> list[Component]:
    """Return what waits from there on, as it is now."""
    last, skipped = whole_number(after) or 0, whole_number(skip) or 0
    with open_db() as db:
        waiting = reports.list_open(db, after=last, skipped=skipped)
    return queue(waiting, after=last, skipped=skipped)


def queue(waiting: Queue, *, after: int, skipped: int) -> list[Component]:
    """Return a page of what waits, the longest waiting first, and the ways to the rest."""
    is_first = not after and not skipped
    if not waiting.reports and not waiting.proposals:
        return [_nothing() if is_first else parts.empty("That is all.", _first())]
    ways = [] if is_first else [_first()]
    if len(waiting.reports) == PAGE:
        later = _address(waiting.reports[-1].report_id, skipped)
        ways.append(parts.link_button("Later reports", later, is_quiet=True))
    if len(waiting.proposals) == PAGE:
        later = _address(after, skipped + PAGE)
        ways.append(parts.link_button("Later proposals", later, is_quiet=True))
    found = {
        "Reports": [_report(one) for one in waiting.reports],
        "Proposed labels": [_proposal(one) for one in waiting.proposals],
    }
    sections = [parts.section(title, _cards(cards)) for title, cards in found.items() if cards]
    return [*sections, dmc.Group(ways, justify="center", mt="md")]


def _nothing() -> Component:
    browse = parts.link_button("Browse labels", "/labels")
    return parts.empty("Nothing waits for a review.", browse)


def _first() -> Component:
    return parts.link_button("The longest waiting", "/review", is_quiet=True)


def _address(after: int, skipped: int) -> str:
    said = {"after": after, "skip": skipped}
    return f"/review?{urlencode({key: value for key, value in said.items() if value})}"


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
