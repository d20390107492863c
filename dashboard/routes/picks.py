"""/api/v1/count and /api/v1/preview: what a recipe comes to now."""

from flask import Response

from dashboard.answers import Counted, Preview, told
from dashboard.asked import PickAsked, PreviewAsked, recipe_of
from dashboard.routes.api import TOKEN, blueprint
from dashboard.site import caller, open_db, settings
from hub.services import picks

api = blueprint("picks", "What a recipe comes to now.")


@api.post("/count", responses={200: Counted}, security=TOKEN)
def count(body: PickAsked) -> Response:
    """Count the pictures of a recipe, exactly."""
    caller("read")
    least = settings().map_suppliers
    with open_db() as db:
        counted = picks.count(db, recipe_of(body.recipe), least_suppliers=least)
    return told(Counted, counted)


@api.post("/preview", responses={200: Preview}, security=TOKEN)
def preview(body: PreviewAsked) -> Response:
    """Show some pictures of a recipe, the same ones for the same recipe."""
    caller("read")
    recipe, least = recipe_of(body.recipe), settings().map_suppliers
    with open_db() as db:
        pictures = picks.preview(db, recipe, least_suppliers=least, most=body.most)
    return told(Preview, {"pictures": pictures})
