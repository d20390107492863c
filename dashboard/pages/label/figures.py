"""What is drawn of a label's pictures."""

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard import charts
from hub.rules.health import Check
from hub.services.label_pages import LabelDetail


def health(checks: list[Check]) -> Component:
    """Return what was looked at, what is bad first, with what to do about it."""
    return html.Ul([_check(check) for check in checks], className="checks")


def histograms(detail: LabelDetail, *, note: str) -> Component:
    """Return how bright, sharp and large the sampled pictures are."""
    drawn = [
        charts.columns("Brightness", detail.brightness, note=f"{note}; 0 black, 1 white"),
        charts.columns("Sharpness", detail.sharpness, note=f"{note}; 0 blurred, 1 sharp"),
        charts.columns("Shorter side", detail.sides, note=f"{note}; in pixels"),
    ]
    return dmc.SimpleGrid(drawn, cols={"base": 1, "sm": 3}, spacing="md")


def _check(check: Check) -> Component:
    state = "Good" if check.is_good else "To mend"
    return html.Li(
        [
            dmc.Badge(
                state,
                variant="default" if check.is_good else "filled",
                color="red.9",
                className="check-state",
            ),
            html.Div(
                [
                    dmc.Text(check.name, fw=600, size="sm"),
                    dmc.Text(check.found, size="sm"),
                    dmc.Text(check.remedy, size="sm", c="dimmed") if check.remedy else None,
                ]
            ),
        ],
    )
