"""What the report of a run says of a model, drawn: each label, the probabilities, the mistakes."""

from collections.abc import Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.parts import count_text, picture_card, picture_grid
from dashboard.tables import Cell, table
from hub.rules.manifests import is_sha256

Report = Mapping[str, Any]

_MOST_POINTS = 200
_MOST_WORST = 24
_SHARES = {"precision": "Precision", "recall": "Recall", "f1": "F1"}


def note(report: Report) -> Component | None:
    """Return whether the accuracy reaches what the hub calls good enough."""
    said = report.get("note")
    if not isinstance(said, str) or not said:
        return None
    colour = "green" if "above" in said else "orange"
    return dmc.Alert(said, color=colour, mb="md")


def label_scores(report: Report) -> Component | None:
    """Return precision, recall and F1 of each label as a table."""
    rows: list[tuple[Cell, ...]] = [
        (
            str(one.get("name", "")),
            *(_share(one.get(key)) for key in _SHARES),
            _count(one.get("support")),
        )
        for one in _rows(report.get("labels"))
    ]
    if not rows:
        return None
    return table("Scores by label", ("Label", *_SHARES.values(), "Pictures"), rows)


def calibration(report: Report) -> Component | None:
    """Return how often predictions of a probability are right, drawn and as a table."""
    told = report.get("calibration")
    bins = [
        one
        for one in _rows(told.get("bins") if isinstance(told, Mapping) else None)
        if _is_number(one.get("confidence")) and _is_number(one.get("accuracy"))
    ]
    if not isinstance(told, Mapping) or not bins:
        return None
    data = [
        {
            "confidence": round(100 * one["confidence"]),
            "right": round(100 * one["accuracy"], 1),
            "as said": round(100 * one["confidence"], 1),
        }
        for one in bins
    ]
    series = [{"name": "right", "color": "blue.6"}, {"name": "as said", "color": "gray.5"}]
    words = "Share that is right, of 100, by the probability that the model gives."
    rows = [
        (_share(one["confidence"]), _share(one["accuracy"]), _count(one.get("count")))
        for one in bins
    ]
    head = ("Probability, on average", "Right", "Pictures")
    error = told.get("ece")
    lead = f"The expected calibration error is {_share(error)}." if _is_number(error) else words
    return html.Div(
        [
            dmc.Text(lead, size="sm", c="dimmed", mb="xs"),
            _figure(words, data, key="confidence", series=series),
            html.Details([html.Summary("As a table"), table("Calibration", head, rows)]),
        ],
        className="curves",
    )


def throughput(report: Report) -> Component | None:
    """Return pictures a second and the learning rate, step by step."""
    rows = [
        row
        for row in report.get("throughput") or []
        if isinstance(row, list) and len(row) == 3 and all(map(_is_number, row))
    ]
    rows = rows[:: max(1, -(-len(rows) // _MOST_POINTS))]
    if len(rows) < 2:
        return None
    pairs = (("Pictures a second", 1, "blue.6"), ("Learning rate", 2, "orange.6"))
    return dmc.SimpleGrid(
        [
            _figure(
                f"{name}, by step",
                [{"step": row[0], name: row[place]} for row in rows],
                key="step",
                series=[{"name": name, "color": colour}],
            )
            for name, place, colour in pairs
        ],
        cols={"base": 1, "md": 2},
        className="curves",
    )


def worst(report: Report) -> Component | None:
    """Return the mistakes that the model was surest of, as pictures."""
    cards = [
        picture_card(
            one["image_id"],
            alt=f"{one.get('true')}, taken for {one.get('predicted')}",
            caption=f"{one.get('true')}, taken for {one.get('predicted')}"
            f" ({_share(one.get('probability'))})",
        )
        for one in _rows(report.get("worst"))[:_MOST_WORST]
        if is_sha256(one.get("image_id"))
    ]
    return html.Div(picture_grid(cards), className="mistakes") if cards else None


def _figure(
    title: str, data: Sequence[Mapping[str, Any]], *, key: str, series: Sequence[Mapping[str, str]]
) -> Component:
    chart = dmc.LineChart(
        h=240,
        data=list(data),
        dataKey=key,
        series=list(series),
        withLegend=True,
        xAxisLabel=key,
        curveType="linear",
        # Otherwise a point would be an empty link for whoever goes by keys.
        withDots=len(data) <= 60,
    )
    return html.Figure(
        [html.Figcaption(title), html.Div(chart, role="img", **{"aria-label": title})],
        className="curve",
    )


def _rows(found: object) -> list[Mapping[str, Any]]:
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _share(value: Any) -> str:
    return f"{100 * value:.1f}%" if _is_number(value) else "-"


def _count(value: Any) -> str:
    return count_text(int(value)) if _is_number(value) else "-"
