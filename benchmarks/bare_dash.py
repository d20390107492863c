"""The same questions asked of a bare Dash application: callbacks that call the hub's services.

For gunicorn, with BENCH_DATABASE_URL and BENCH_ZIP. No users, no limits, no counting.
"""

import os
from dataclasses import asdict
from typing import Any

from dash import Dash, Input, Output, html
from flask import Response, send_file

from hub.db import Pool
from hub.rules.recipes import make_recipe
from hub.services import facets, picks

_POOL = Pool(os.environ.get("BENCH_DATABASE_URL", ""))

dash = Dash(__name__)
dash.layout = html.Div(
    [
        html.Div(html.H1("Pictures"), id="bare"),
        html.Div(id="asked"),
        html.Div(id="preview"),
        html.Div(id="facets"),
    ]
)
app = dash.server


@dash.callback(Output("preview", "children"), Input("asked", "children"))
def preview(asked: dict[str, Any]) -> list[dict[str, Any]]:
    """Return some pictures of a recipe."""
    with _POOL.open() as db:
        return [
            asdict(one) for one in picks.preview(db, make_recipe(asked), least_suppliers=3, most=24)
        ]


@dash.callback(Output("facets", "children"), Input("asked", "children"))
def list_facets(asked: str) -> list[dict[str, Any]]:
    """Return a page of labels."""
    with _POOL.open() as db:
        return [
            asdict(one) for one in facets.list_facets(db, evidence="supplier", after=asked, most=24)
        ]


@app.get("/archive.zip")
def get_archive() -> Response:
    """Send a zip that lies there as a file."""
    return send_file(os.environ["BENCH_ZIP"])
