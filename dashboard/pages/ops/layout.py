"""How the page of operations is laid out: one part at a time, each with an address."""

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.addresses import whole_number
from dashboard.pages.ops import jobs, refused
from dashboard.pages.ops.batches import batches_tab
from dashboard.pages.ops.room import room_tab
from dashboard.parts import page_head
from dashboard.site import open_db
from hub.services import operations

_TABS = {"jobs": "Jobs", "batches": "Batches", "refused": "Refused files", "room": "Room"}


def layout(tab: str = "jobs", before: str = "", reason: str = "", **_others: str) -> Component:
    """Return a part of the page; `before` and `reason` say which jobs or files it lists."""
    chosen = tab if tab in _TABS else "jobs"
    return html.Div(
        [
            page_head("Operations", "What the hub is doing, what failed, and what to do about it."),
            _tabs(chosen),
            *_part(chosen, before=whole_number(before), reason=reason or None),
        ]
    )


def _part(tab: str, *, before: int | None, reason: str | None) -> list[Component]:
    if tab == "room":
        return room_tab()
    with open_db() as db:
        if tab == "batches":
            return batches_tab(operations.list_batches(db))
        if tab == "refused":
            counts = operations.count_rejected(db)
            files = operations.list_rejected(db, reason=reason, before=before, most=refused.MOST)
            return refused.refused_tab(counts, files, reason=reason)
        overview = operations.find_overview(db, before=before, most=jobs.MOST)
    return jobs.jobs_tab(overview, before=before)


def _tabs(chosen: str) -> Component:
    return html.Nav(
        [
            dmc.Anchor(
                text,
                href=f"/ops?tab={tab}" if tab != "jobs" else "/ops",
                underline="never",
                className="ops-tab",
                **({"aria-current": "page"} if tab == chosen else {}),
            )
            for tab, text in _TABS.items()
        ],
        className="ops-tabs",
        **{"aria-label": "Parts of this page"},
    )
