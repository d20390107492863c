"""GET /api/v1/healthz: whether the hub answers."""

from flask import Response

from dashboard.answers import Health, told
from dashboard.routes.api import blueprint
from dashboard.site import open_db
from hub.services.links import check_catalogue

api = blueprint("health", "Whether the hub answers.")


@api.get("/healthz", responses={200: Health})
def get_health() -> Response:
    """Say whether the site and its catalogue answer."""
    with open_db() as db:
        check_catalogue(db)
    return told(Health, {"status": "ok"})
