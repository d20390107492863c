"""Refused files: why, when, and which."""

from collections import Counter
from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.parts import count_text, empty, link_button, section
from dashboard.tables import Cell, moment, table
from hub.catalogue.operations import RejectedCount, RejectedFile
from hub.rules.remedies import REMEDIES

MOST = 100
_MOST_BATCHES = 30
_MOST_REASONS = 6
_COLOURS = ("red.6", "orange.6", "grape.6", "blue.6", "teal.6", "pink.6", "gray.6")


def refused_tab(
    counts: list[RejectedCount], files: list[RejectedFile], *, reason: str | None
) -> list[Component]:
    """Return reasons by batch, and the newest files; `reason` limits the files to one."""
    if not counts and not files:
        return [empty("No file was refused.", link_button("Jobs", "/ops"))]
    return [
        section("Reasons", _chart(counts), _reason_table(counts)),
        section(_title(reason), _clear(reason), _file_table(files), _older(files, reason)),
    ]


def _chart(counts: list[RejectedCount]) -> Component:
    totals = _totals(counts)
    shown = [reason for reason, _ in totals.most_common(_MOST_REASONS)]
    by_batch: dict[int, Counter[str]] = {}
    for one in counts:
        name = one.reason if one.reason in shown else "others"
        by_batch.setdefault(one.batch_no, Counter())[_words(name)] += one.files
    newest = sorted(by_batch.items())[-_MOST_BATCHES:]
    names = [*map(_words, shown), *(["others"] if len(totals) > len(shown) else [])]
    chart = dmc.BarChart(
        h=260,
        data=[{"batch": str(number), **became} for number, became in newest],
        dataKey="batch",
        type="stacked",
        series=[{"name": n, "color": c} for n, c in zip(names, _COLOURS, strict=False)],
        withLegend=True,
        xAxisLabel="batch",
        maxBarWidth=48,
    )
    said = "Files refused in each batch, by reason; the table below has the sums."
    return html.Div(chart, role="img", **{"aria-label": said})


def _reason_table(counts: list[RejectedCount]) -> Component:
    rows: list[tuple[Cell, ...]] = [
        (
            dmc.Anchor(_words(reason), href=_address(reason)),
            count_text(files),
            REMEDIES.get(reason, "-"),
        )
        for reason, files in _totals(counts).most_common()
    ]
    note = dmc.Text("Of the newest 10,000 files that were refused.", size="sm", c="dimmed")
    return html.Div([table("Reasons", ("Reason", "Files", "What helps"), rows), note])


def _totals(counts: list[RejectedCount]) -> Counter[str]:
    return sum((Counter({one.reason: one.files}) for one in counts), Counter[str]())


def _title(reason: str | None) -> str:
    return f"Files refused as {_words(reason)}" if reason else "Files, the newest first"


def _clear(reason: str | None) -> Component | None:
    return link_button("For whatever reason", _address(None), is_quiet=True) if reason else None


def _file_table(files: list[RejectedFile]) -> Component:
    if not files:
        return empty("No file was refused for that.", link_button("All of them", _address(None)))
    head = ("File", "Reason", "Supplier", "Label", "Batch", "Received")
    rows: list[tuple[Cell, ...]] = [
        (
            dmc.Text(file.path, size="sm", maw="24rem", className="table-path"),
            dmc.Anchor(_words(file.reason), href=_address(file.reason)),
            file.supplier,
            file.label,
            str(file.batch_no or "-"),
            moment(file.received_at),
        )
        for file in files
    ]
    return table("Refused files", head, rows)


def _older(files: list[RejectedFile], reason: str | None) -> Component | None:
    if len(files) < MOST:
        return None
    return link_button("Older files", _address(reason, before=files[-1].file_id), is_quiet=True)


def _address(reason: str | None, *, before: int | None = None) -> str:
    said = {"tab": "refused", "reason": reason, "before": before}
    return f"/ops?{urlencode({key: value for key, value in said.items() if value})}"


def _words(reason: str | None) -> str:
    return (reason or "").replace("_", " ")
