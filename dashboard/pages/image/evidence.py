"""What is said of a picture, by whom, and how sure it is."""

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard import label_cards, parts
from dashboard.pages.image.ids import Ids
from hub.catalogue.portraits import Claim
from hub.services.image_pages import ImageDetail

_SOURCES = {
    "supplier": "A supplier says so",
    "import": "An imported data set says so",
    "review": "A review says so",
}
_HEADINGS = {
    "positive": "What it shows",
    "proposed": "What is proposed",
    "negative": "What it does not show",
}


def labels_said(
    detail: ImageDetail, reported: list[str | None], *, may_report: bool
) -> list[Component]:
    """Return the labels under headings by what is said of them."""
    by_value = {
        value: [claim for claim in detail.claims if claim.value == value] for value in _HEADINGS
    }
    return [
        parts.section(
            _HEADINGS[value],
            html.Ul(
                [_claim(claim, reported, may_report=may_report) for claim in claims],
                className="claims",
            ),
        )
        for value, claims in by_value.items()
        if claims
    ]


def _claim(claim: Claim, reported: list[str | None], *, may_report: bool) -> Component:
    words = f"{_SOURCES[claim.source]}, {parts.date_text(claim.claimed_at)}"
    can_report = may_report and claim.value != "negative"
    return html.Li(
        [
            html.Div(
                [
                    dmc.Group(
                        [
                            dmc.Anchor(claim.name, href=label_cards.label_href(claim.key), fw=600),
                            *_badges(claim),
                        ],
                        gap="xs",
                    ),
                    dmc.Text(words, size="sm", c="dimmed"),
                ]
            ),
            _report(claim, is_reported=claim.key in reported) if can_report else None,
        ],
    )


def _badges(claim: Claim) -> list[Component]:
    return [
        *([dmc.Badge("Verified", variant="default")] if claim.is_verified else []),
        *([dmc.Badge("Disputed", variant="filled", color="orange")] if claim.is_disputed else []),
    ]


def _report(claim: Claim, *, is_reported: bool) -> Component:
    return dmc.Button(
        "Reported" if is_reported else "Report",
        id={"type": Ids.REPORT, "index": claim.key},
        disabled=is_reported,
        variant="subtle",
        size="compact-sm",
        **{"aria-label": f"Report the label {claim.name}"},
    )
