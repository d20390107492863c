"""What a user has downloaded, and how to go on."""

import dash_mantine_components as dmc
from dash.development.base_component import Component

from dashboard.parts import bytes_text, empty, link_button
from dashboard.tables import Cell, moment, table
from hub.catalogue.downloads import Download

_HEAD = ("Subset", "Begun", "Size", "Sent", "")


def download_table(downloads: list[Download]) -> Component:
    """Return the downloads of archives, the newest first."""
    if not downloads:
        return empty("Nothing downloaded yet.", link_button("Your subsets", "/subsets"))
    return table("Your downloads", _HEAD, map(_row, downloads))


def _row(one: Download) -> tuple[Cell, ...]:
    # Down, never up: 100% is for what was sent whole.
    share = 100 if one.completed_at else min(99, 100 * one.sent_bytes // max(1, one.size_bytes))
    name = one.name or one.root[:12]
    bar = dmc.Progress(value=share, w=120, **{"aria-label": f"Sent of {name}"})
    sent = dmc.Stack([dmc.Text(f"{share}%", size="sm"), bar], gap=2)
    return name, moment(one.started_at), bytes_text(one.size_bytes), sent, _link(one, name)


def _link(one: Download, name: str) -> Cell:
    if one.name is None:
        return "no longer yours to see"
    return dmc.Anchor(
        "Download again" if one.completed_at else "Download the whole again",
        href=f"/api/v1/subsets/{one.root}/archive.zip",
        refresh=True,
        **{"aria-label": f"Download {name} again"},
    )
