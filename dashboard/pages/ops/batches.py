"""Batches: what each stage took in, how long it took, how many pictures a second."""

from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.pages.ops.wording import STAGES, became_text, rate_text, seconds_text
from dashboard.parts import count_text, empty, link_button, section
from dashboard.tables import moment, table
from hub.catalogue.batches import BatchRun

_COLOURS = ("teal.6", "blue.6", "violet.6", "orange.6", "pink.6")


def batches_tab(batches: list[BatchRun]) -> list[Component]:
    """Return the newest batches, as a chart and as a table."""
    if not batches:
        return [empty("No batch has begun.", link_button("Ask for a run", "/ops"))]
    return [
        section("Seconds of each stage", _chart(batches)),
        section("Batches", _batch_table(batches), _throughput_note()),
    ]


def _chart(batches: list[BatchRun]) -> Component:
    data = [
        {"batch": str(batch.batch_no)}
        | {stage["stage"]: round(stage["seconds"], 1) for stage in batch.stages}
        for batch in reversed(batches)
    ]
    series = [
        {"name": stage, "color": colour} for stage, colour in zip(STAGES, _COLOURS, strict=True)
    ]
    chart = dmc.BarChart(
        h=280,
        data=data,
        dataKey="batch",
        type="stacked",
        series=series,
        withLegend=True,
        xAxisLabel="batch",
        unit=" s",
        maxBarWidth=48,
    )
    said = "Seconds that each stage of the newest batches took; the table below has the figures."
    return html.Div(chart, role="img", **{"aria-label": said})


def _batch_table(batches: list[BatchRun]) -> Component:
    head = ("Batch", "State", "Begun", "Files", *(stage.capitalize() for stage in STAGES), "Became")
    return table("Batches", head, [_row(batch) for batch in batches])


def _row(batch: BatchRun) -> tuple[Component | str, ...]:
    by_stage = {stage["stage"]: stage for stage in batch.stages}
    last = by_stage.get("publish") or (batch.stages[-1] if batch.stages else None)
    return (
        str(batch.batch_no),
        batch.status,
        moment(batch.created_at),
        count_text(batch.files),
        *(_stage(by_stage.get(stage)) for stage in STAGES),
        became_text(last["rows_out"]) if last else "-",
    )


def _stage(stage: Any) -> Component:
    if stage is None:
        return dmc.Text("-", size="sm")
    rate = rate_text(stage["rows_in"], stage["seconds"])
    return dmc.Stack(
        [
            dmc.Text(seconds_text(stage["seconds"]), size="sm"),
            dmc.Text(f"{rate} /s", size="xs", c="dimmed"),
        ],
        gap=0,
    )


def _throughput_note() -> Component:
    said = "Below each duration: rows a second, which are files, or pictures that are kept."
    return dmc.Text(said, size="sm", c="dimmed", mt="xs")
