"""The downloads of a subset: its archive, its lock, and what was made in other formats."""

import shlex
from collections.abc import Sequence

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component
from flask import request

from dashboard.downloads import plain_name
from dashboard.pages.pick.results import to_copy
from dashboard.pages.subset.ids import Ids
from dashboard.parts import bytes_text, link_button, section
from hub.services.export_requests import ExportShown

_API = "/api/v1/subsets"
_UNATTENDED = (
    "It waits, and nobody takes requests at the moment: the hub's ops can run hub job watch."
)


def archive_part(root: str, name: str, *, size_bytes: int) -> Component:
    """Return the archive and the lock, and how a download goes on that was cut short."""
    url = request.host_url.rstrip("/")
    file = plain_name(name, otherwise="subset")
    commands = {
        "By curl": f'curl -H "Authorization: Bearer $HUB_TOKEN" -C - -o {file}.zip \\\n'
        f"  {shlex.quote(f'{url}{_API}/{root}/archive.zip')}",
        "By hub pull": f"hub pull --from {shlex.quote(url)} {root} {file}",
    }
    return section(
        "Download",
        dmc.Group(
            [
                link_button(
                    f"Download the archive ({bytes_text(size_bytes)})",
                    f"{_API}/{root}/archive.zip",
                    leaves=True,
                ),
                link_button("Lock file", f"{_API}/{root}/lock", is_quiet=True, leaves=True),
                link_button("Manifest", f"{_API}/{root}/manifest", is_quiet=True, leaves=True),
            ],
            gap="xs",
        ),
        dmc.Text(
            [
                f"A zip of exactly {size_bytes:,} bytes: the pictures, their labels, whom to"
                " credit, and the lock. Each picture's name is its sha256; the root is that of the"
                " list of them.",
            ],
            size="sm",
            mt="sm",
        ),
        html.Div([html.Span("Root "), html.Code(root, className="root")], className="root-line"),
        dmc.Text(
            [
                "Cut short? Browsers go on where they stopped (Resume among the downloads), and so"
                " do these commands, run again; hub pull checks every picture and fetches only what"
                " is missing. Both need a token, in HUB_TOKEN: make one on the page of your ",
                dmc.Anchor("account", href="/account", underline="always"),
                ".",
            ],
            size="sm",
            mt="sm",
        ),
        *[to_copy(text, what=title) for title, text in commands.items()],
    )


def formats_part(root: str, exports: Sequence[ExportShown]) -> Component:
    """Return what there is in each format, and how to have it made."""
    rows = [
        html.Tr(
            [
                html.Th(one.format, scope="row"),
                html.Td(one.help, **{"data-name": "What it is"}),
                html.Td(_state(root, one), className="format-state"),
            ]
        )
        for one in exports
    ]
    return html.Table(html.Tbody(rows), className="subsets formats")


def _state(root: str, one: ExportShown) -> Component:
    if one.status == "ready":
        return _ready(root, one)
    if one.status == "queued":
        said = _UNATTENDED if one.is_unattended else "It waits for its turn…"
        return dmc.Text(said, size="sm")
    if one.status == "running":
        return dmc.Text(f"Being made… {one.progress}", size="sm")
    if one.status == "failed":
        why = dmc.Text(f"It failed: {one.error}", size="sm", className="failed")
        return dmc.Stack([why, _ask(one.format, "Try again")], gap=4, align="flex-start")
    return _ask(one.format, "Make it")


def _ready(root: str, one: ExportShown) -> Component:
    assert one.size_bytes is not None
    link = dmc.Anchor(
        f"Download {one.format}.zip ({bytes_text(one.size_bytes)})",
        href=f"{_API}/{root}/exports/{one.format}.zip",
        refresh=True,
    )
    exact = f"{one.size_bytes:,} bytes, sha256 "
    return dmc.Stack(
        [link, dmc.Text([exact, html.Code(one.sha256, className="root")], size="xs", c="dimmed")],
        gap=2,
    )


def _ask(format: str, text: str) -> Component:
    return dmc.Button(
        text,
        id={"type": Ids.ASK, "index": format},
        variant="default",
        size="compact-sm",
        **{"aria-label": f"{text}: {format}"},
    )
