"""What pages are put together from, so that the same thing looks the same everywhere."""

from collections.abc import Sequence
from datetime import datetime

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

ICONS = (
    "account",
    "help",
    "home",
    "labels",
    "map",
    "models",
    "moon",
    "ops",
    "pick",
    "review",
    "search",
    "submissions",
    "submit",
    "subsets",
    "sun",
    "training",
    "users",
    "warning",
)
"""Each is drawn in assets/icons.css."""

THUMBNAIL_PX = 299


def icon(name: str) -> Component:
    """Return a drawing that only repeats what text beside it says."""
    assert name in ICONS, name
    return html.Span(className=f"icon icon-{name}", **{"aria-hidden": "true"})


def page_head(title: str, lead: str | Component | None = None, *actions: Component) -> Component:
    """Return the heading of a page, a sentence that says what it is for, and what to do there."""
    words = [dmc.Title(title, order=1, className="page-title")]
    if lead is not None:
        words.append(dmc.Text(lead, c="dimmed", className="page-lead"))
    return dmc.Group(
        [dmc.Stack(words, gap=4), dmc.Group(list(actions), gap="xs")],
        justify="space-between",
        align="flex-end",
        className="page-head",
    )


def section(title: str, *children: Component | None) -> Component:
    """Return a part of a page under a heading of its own."""
    shown = [child for child in children if child is not None]
    return html.Section([dmc.Title(title, order=2, className="section-title"), *shown])


def empty(sentence: str, *actions: Component) -> Component:
    """Return what stands where there is nothing yet: why, and what to do."""
    return dmc.Paper(
        dmc.Stack([dmc.Text(sentence), dmc.Group(list(actions))], align="center", gap="sm"),
        className="empty",
        withBorder=True,
    )


def problem(title: str, sentence: str, *actions: Component) -> Component:
    """Return what stands in a page's place where something went wrong."""
    return dmc.Alert(
        dmc.Stack([dmc.Text(sentence), dmc.Group(list(actions))], gap="sm"),
        title=dmc.Title(title, order=1, size="h4", c="inherit"),
        color="red",
        icon=icon("warning"),
    )


def link_button(text: str, href: str, *, is_quiet: bool = False, leaves: bool = False) -> Component:
    """Return a link that looks like a button.

    `is_quiet` is for what is not the main thing to do; `leaves`: it leads to no page of the
    navigation, but to a file, a form or the API.
    """
    kind = "button button-quiet" if is_quiet else "button"
    return dmc.Anchor(text, href=href, refresh=leaves, underline="never", className=kind)


def stat(name: str, value: str, *, note: str | None = None) -> Component:
    """Return a figure with what it counts."""
    lines = [dmc.Text(name, size="sm", c="dimmed"), dmc.Text(value, className="stat-value")]
    if note is not None:
        lines.append(dmc.Text(note, size="xs", c="dimmed"))
    return dmc.Paper(lines, withBorder=True, p="md", className="stat")


_STATE_COLOURS = {
    "waiting": "orange",
    "queued": "gray",
    "running": "blue",
    "succeeded": "green",
    "failed": "red",
    "cancelled": "gray",
}


def state_badge(status: str) -> Component:
    """Return the state of a job or a training."""
    colour = _STATE_COLOURS[status]
    return dmc.Badge(status, color=colour, variant="light", className="state-badge")


def thumbnail(image_id: str, *, alt: str, side: int = THUMBNAIL_PX) -> Component:
    """Return a small rendering of a picture in a square of its own, so that nothing jumps.

    It is fetched once it comes near the window.
    """
    return dmc.Image(
        src=f"/api/v1/images/{image_id}/thumbnail?side={side}",
        alt=alt,
        className="thumbnail",
        attributes={"root": {"width": side, "height": side, "loading": "lazy"}},
    )


def picture_card(
    image_id: str, *, alt: str, href: str | None = None, caption: str | Component | None = None
) -> Component:
    """Return a picture that leads to its page, or elsewhere."""
    parts: list[Component] = [
        dmc.Anchor(
            thumbnail(image_id, alt=alt), href=href or f"/images/{image_id}", className="picture"
        )
    ]
    if caption is not None:
        parts.append(dmc.Text(caption, size="sm", className="caption"))
    return html.Figure(parts, className="picture-card")


def picture_grid(cards: Sequence[Component]) -> Component:
    """Return pictures side by side, as many as the window has room for."""
    return html.Div(list(cards), className="picture-grid")


def count_text(number: int) -> str:
    """Return a count as people read it: 1,743,042."""
    return f"{number:,}"


def bytes_text(size: int) -> str:
    """Return a size in the unit that fits (powers of 1000, as disks are sold)."""
    amount = float(size)
    for unit in ("bytes", "kB", "MB", "GB", "TB"):
        if amount < 1000 or unit == "TB":
            break
        amount /= 1000
    return f"{size:,} bytes" if unit == "bytes" else f"{amount:.3g} {unit}"


def date_text(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"


def time_text(at: datetime) -> str:
    """Return a moment, to the minute, in UTC."""
    return f"{at:%Y-%m-%d %H:%M} UTC"
