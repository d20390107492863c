"""Plain charts of counts, drawn by the page itself and readable without seeing them."""

from collections.abc import Mapping, Sequence

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.parts import count_text
from hub.rules.histograms import Bar
from hub.rules.relations import share


def bar_list(
    counts: Mapping[str, int], *, title: str | None = None, with_shares: bool = True
) -> Component:
    """Return names with their counts as bars, in the order given, each a share of the sum.

    `with_shares` is False where one thing may count under several names.
    """
    whole, most = sum(counts.values()) or 1, max(counts.values(), default=1) or 1
    rows = [
        html.Li(
            [
                html.Span(
                    [html.Span(name), html.Span(_told(count, whole if with_shares else None))],
                    className="bar-words",
                ),
                html.Span(_filled(count / most), className="bar-track"),
            ]
        )
        for name, count in counts.items()
    ]
    bars = html.Ul(rows, className="bar-list", **({"aria-label": title} if title else {}))
    return html.Div([dmc.Text(title, fw=600, size="sm", mb=4), bars]) if title else bars


def columns(title: str, bars: Sequence[Bar], *, note: str) -> Component:
    """Return a histogram under its title, with a note that says what it is of."""
    most = max((bar.count for bar in bars), default=1) or 1
    drawn = [
        html.Li(
            [
                html.Span(
                    style={"height": f"{100 * bar.count / most:.1f}%"},
                    className="column-bar",
                    title=f"{bar.name}: {count_text(bar.count)}",
                ),
                html.Span(f"{bar.name}: {count_text(bar.count)}", className="unseen"),
            ]
        )
        for bar in bars
    ]
    ends = [bars[0].name, bars[-1].name] if bars else []
    return dmc.Paper(
        [
            dmc.Text(title, fw=600, size="sm"),
            dmc.Text(note, size="xs", c="dimmed"),
            html.Ul(drawn, className="columns", **{"aria-label": title}),
            html.Div(
                [html.Span(end) for end in dict.fromkeys(ends)],
                className="columns-ends",
                **{"aria-hidden": "true"},
            ),
        ],
        withBorder=True,
        p="md",
    )


def progress(part: int, whole: int) -> Component:
    """Return how much of a whole is there, as a bar that only repeats what text beside it says."""
    filled = min(part / whole, 1.0) if whole else 1.0
    return html.Span(_filled(filled), className="bar-track", **{"aria-hidden": "true"})


def _filled(part: float) -> Component:
    return html.Span(style={"width": f"{100 * part:.1f}%"}, className="bar-fill")


def _told(count: int, whole: int | None) -> str:
    return f"{count_text(count)} · {share(count / whole)}" if whole else count_text(count)
