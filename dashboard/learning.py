"""What a network learned, drawn: its curves, its figures, what it takes for what."""

from collections.abc import Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.parts import count_text, stat
from dashboard.tables import table
from hub.catalogue.trainings import Epoch

_METRICS = {
    "val_accuracy": "Accuracy, validation",
    "test_accuracy": "Accuracy, test",
    "accuracy": "Accuracy, training",
    "val_loss": "Loss, validation",
    "loss": "Loss, training",
    "best_epoch": "Epoch that it keeps, the best",
    "images": "Pictures trained on",
    "images_per_second": "Pictures a second",
}
_WHOLE = ("best_epoch", "images")
_PAIRS = (
    ("Accuracy", (("accuracy", "training"), ("val_accuracy", "validation"))),
    ("Loss", (("loss", "training"), ("val_loss", "validation"))),
)
_COLOURS = ("blue.6", "orange.6")
_MOST_CLASSES = 40


def metrics(values: Mapping[str, Any]) -> Component | None:
    """Return the figures of a training or a model, or None where it has none yet."""
    shown = [
        stat(name, _figure(key, values[key]))
        for key, name in _METRICS.items()
        if isinstance(values.get(key), int | float)
    ]
    return dmc.SimpleGrid(shown, cols={"base": 1, "xs": 2, "md": 3}) if shown else None


def _figure(key: str, value: float) -> str:
    if key.endswith("accuracy"):
        return f"{100 * value:.1f}%"
    return count_text(int(value)) if key in _WHOLE else f"{value:,.4g}"


def curves(epochs: Sequence[Epoch]) -> Component:
    """Return accuracy and loss by epoch, drawn and as a table."""
    drawn = dmc.SimpleGrid(
        [_curve(title, series, epochs) for title, series in _PAIRS], cols={"base": 1, "md": 2}
    )
    return html.Div(
        [drawn, html.Details([html.Summary("As a table"), _epoch_table(epochs)])],
        className="curves",
    )


def _curve(title: str, series: Sequence[tuple[str, str]], epochs: Sequence[Epoch]) -> Component:
    data = [
        {"epoch": one.epoch} | {name: getattr(one, field) for field, name in series}
        for one in epochs
    ]
    chart = dmc.LineChart(
        h=240,
        data=data,
        dataKey="epoch",
        series=[
            {"name": name, "color": colour}
            for (_, name), colour in zip(series, _COLOURS, strict=True)
        ],
        withLegend=True,
        xAxisLabel="epoch",
        curveType="linear",
        # Otherwise a point would be an empty link for whoever goes by keys.
        withDots=len(epochs) <= 60,
    )
    said = f"{title} by epoch, of training and validation; the table below has the figures."
    return html.Figure(
        [html.Figcaption(title), html.Div(chart, role="img", **{"aria-label": said})],
        className="curve",
    )


def _epoch_table(epochs: Sequence[Epoch]) -> Component:
    fields = ("loss", "accuracy", "val_loss", "val_accuracy", "images_per_second")
    head = ("Epoch", *(_METRICS[field] for field in fields))
    rows = [(str(one.epoch), *(_number(getattr(one, field)) for field in fields)) for one in epochs]
    return table("Epochs", head, rows)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.4g}"


def confusion_matrix(classes: Sequence[str], counts: Sequence[Sequence[int]]) -> Component:
    """Return what pictures of each class were taken for, each cell darker by its row's share.

    Rows: the true class; columns: the predicted one. Of more than 40 classes: those most often
    mistaken.
    """
    chosen = _most_mistaken(counts) if len(classes) > _MOST_CLASSES else range(len(classes))
    head = html.Tr(
        [
            html.Th("Is \\ taken for", scope="col"),
            *(html.Th(classes[i], scope="col") for i in chosen),
        ]
    )
    body = [_row(classes[i], counts[i], chosen, own=i) for i in chosen]
    frame = html.Div(
        html.Table([html.Thead(head), html.Tbody(body)], className="confusion"),
        className="table-frame",
        tabIndex=0,
        role="region",
        **{"aria-label": "Confusion matrix"},
    )
    if len(chosen) == len(classes):
        return frame
    note = f"The {_MOST_CLASSES} classes of {len(classes)} that are mistaken most often."
    return html.Div([frame, dmc.Text(note, size="sm", c="dimmed", mt="xs")])


def _row(name: str, counts: Sequence[int], chosen: Sequence[int], *, own: int) -> Component:
    total = sum(counts) or 1
    cells = [
        html.Td(
            count_text(counts[i]),
            className="hit" if i == own else None,
            style={"--share": round(counts[i] / total, 3)},
        )
        for i in chosen
    ]
    return html.Tr([html.Th(name, scope="row"), *cells])


def _most_mistaken(counts: Sequence[Sequence[int]]) -> list[int]:
    wrong = [sum(row) - row[number] for number, row in enumerate(counts)]
    order = sorted(range(len(counts)), key=lambda number: (-wrong[number], number))
    return sorted(order[:_MOST_CLASSES])
