"""The OpenAPI document and the page that shows it; nothing is fetched from another host."""

from pathlib import Path

import flask_openapi3_swagger
from flask import (
    Blueprint,
    Response,
    current_app,
    jsonify,
    render_template,
    send_from_directory,
)

from dashboard.routes.api import PREFIX

_ASSETS = Path(flask_openapi3_swagger.__file__).parent / "templates" / "swagger"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)

docs = Blueprint("docs", __name__)


@docs.get(f"{PREFIX}/openapi.json")
def get_openapi() -> Response:
    """Return the OpenAPI document."""
    return jsonify(current_app.api_doc)  # type: ignore[attr-defined]


@docs.get(f"{PREFIX}/docs", strict_slashes=False)
def show_docs() -> Response:
    """Show it as a page, on which each route can be tried."""
    page = Response(render_template("docs.html"), content_type="text/html; charset=utf-8")
    page.headers["Content-Security-Policy"] = _POLICY
    return page


@docs.get(f"{PREFIX}/docs/<path:name>")
def get_asset(name: str) -> Response:
    """Return a file of that page."""
    own = Path(current_app.root_path) / "static" / name
    folder = own.parent if name == "docs.js" else _ASSETS
    return send_from_directory(folder, name, max_age=3600)
