"""What a user has downloaded, and how to go on."""

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.parts import bytes_text, empty, link_button, time_text
from hub.catalogue.downloads import Download

_HEAD = ("Subset", "Begun", "Size", "Sent", "")


def download_table(downloads: list[Download]) -> Component:
    """Return the downloads of archives, the newest first."""
    if not downloads:
        return empty("Nothing downloaded yet.", link_button("Your subsets", "/subsets"))
    return html.Div(
        dmc.Table(
            [
                dmc.TableThead(dmc.TableTr([dmc.TableTh(text) for text in _HEAD])),
                dmc.TableTbody([_row(one) for one in downloads]),
            ]
        ),
        className="account-wide",
        tabIndex=0,
        role="region",
        **{"aria-label": "Your downloads"},
    )


def _row(one: Download) -> Component:
    # Down, never up: 100% is for what was sent whole.
    share = 100 if one.completed_at else min(99, 100 * one.sent_bytes // max(1, one.size_bytes))
    name = one.name or one.root[:12]
    bar = dmc.Progress(value=share, w=120, **{"aria-label": f"Sent of {name}"})
    sent = dmc.Stack([dmc.Text(f"{share}%", size="sm"), bar], gap=2)
    cells = [name, time_text(one.started_at), bytes_text(one.size_bytes), sent, _link(one, name)]
    return dmc.TableTr([dmc.TableTd(cell) for cell in cells])


def _link(one: Download, name: str) -> Component | str:
    if one.name is None:
        return "no longer yours to see"
    return dmc.Anchor(
        "Download again" if one.completed_at else "Download the whole again",
        href=f"/api/v1/subsets/{one.root}/archive.zip",
        refresh=True,
        **{"aria-label": f"Download {name} again"},
    )
