"""How the list of submissions is laid out."""

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.addresses import whole_number
from dashboard.pages.submissions.words import said_of
from dashboard.parts import count_text, empty, link_button, page_head, time_text
from dashboard.site import caller, open_db
from hub.catalogue.submissions import SubmissionCounts
from hub.services.submission_reports import list_submissions

_MOST = 30


def layout(before: str = "", **_others: str) -> Component:
    """Return submissions older than one, or the newest: one's own; ops see everybody's."""
    viewer = caller("read").viewer
    oldest = whole_number(before)
    with open_db() as db:
        found = list_submissions(db, supplier=viewer, before=oldest, most=_MOST)
    title = "My submissions" if viewer else "Submissions"
    submit = link_button("Submit pictures", "/submit")
    lead = "What became of every picture that was brought, one submission a label."
    return html.Div(
        [
            page_head(title, lead, submit),
            *_list(found, is_newest=oldest is None, shows_all=not viewer),
        ]
    )


def _list(found: list[SubmissionCounts], *, is_newest: bool, shows_all: bool) -> list[Component]:
    if not found:
        words = "Nothing was submitted yet." if is_newest else "There are no older submissions."
        return [empty(words, link_button("Submit pictures", "/submit"))]
    cards = dmc.SimpleGrid(
        [_card(one, shows_supplier=shows_all) for one in found], cols={"base": 1, "sm": 2, "lg": 3}
    )
    ways = []
    if not is_newest:
        ways.append(link_button("Newest", "/submissions", is_quiet=True))
    if len(found) == _MOST:
        ways.append(link_button("Older", f"/submissions?before={found[-1].id}", is_quiet=True))
    return [cards, dmc.Group(ways, mt="lg")]


def _card(one: SubmissionCounts, *, shows_supplier: bool) -> Component:
    by = f" from {one.supplier}" if shows_supplier else ""
    return dmc.Paper(
        [
            dmc.Group(
                [
                    dmc.Anchor(one.label, href=f"/submissions/{one.id}", fw=600, size="lg"),
                    dmc.Text(f"{count_text(one.submitted)} files", size="sm", c="dimmed"),
                ],
                justify="space-between",
                wrap="nowrap",
            ),
            dmc.Text(
                f"Submission {one.id}, receipt {one.receipt}{by}, {time_text(one.received_at)}",
                size="sm",
                c="dimmed",
            ),
            dmc.Text(said_of(one), mt="xs"),
        ],
        withBorder=True,
        p="md",
        className="submission-card",
    )
