"""/models/<id>/download: a model's file, whole or in spans."""

import re

from flask import Blueprint, Response, request

from dashboard.downloads import plain_name
from dashboard.site import caller, open_db, settings
from dashboard.spans import answer
from hub.errors import Forbidden
from hub.rules.roles import may
from hub.services import models as service

models = Blueprint("models", __name__)


@models.get("/models/<model_id>/download")
def download(model_id: str) -> Response:
    """Send a model's file to who may pick."""
    if not may(caller("read").user.role, "pick"):
        raise Forbidden("Your role may not download models.")
    with open_db() as db:
        model = service.find_model(db, model_id)
    content = service.open_model(settings(), model)
    plain = plain_name(model.name, otherwise="model")
    ending = re.search(r"\.[a-z0-9]{1,8}$", model.object_key)
    name = f"{plain}{ending.group() if ending else ''}"
    headers = {
        "Cache-Control": "private, no-cache",
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    return answer(request, content, mimetype="application/octet-stream", headers=headers)
