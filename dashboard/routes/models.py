"""/api/v1/models: what trainings brought forth; /models/<id>/download: their files."""

import re

from flask import Blueprint, Response, request

from dashboard.answers import ModelAbout, ModelList, told
from dashboard.asked import ListQuery, ModelPath
from dashboard.downloads import plain_name
from dashboard.routes.api import TOKEN, blueprint
from dashboard.site import caller, open_db, settings
from dashboard.spans import answer
from hub.errors import Forbidden
from hub.rules.roles import may
from hub.services import lineage
from hub.services import models as service

api = blueprint("model-list", "Models that were trained.")
models = Blueprint("models", __name__)


@api.get("/models", responses={200: ModelList}, security=TOKEN)
def list_models(query: ListQuery) -> Response:
    """List the models, the newest first."""
    caller("read")
    with open_db() as db:
        return told(ModelList, {"models": service.list_models(db, most=query.limit)})


@api.get("/models/<model_id>", responses={200: ModelAbout}, security=TOKEN)
def get_model(path: ModelPath) -> Response:
    """Show a model, how well it does and where it comes from."""
    user = caller("read").user
    with open_db() as db:
        model = service.find_model(db, path.model_id)
        came_from = lineage.of_model(db, model, user=user)
        report = service.find_report(db, path.model_id)
    document = {"model": model, "report": report, "lineage": came_from}
    return told(ModelAbout, {**document, "confusion": model.confusion})


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
