"""The site of one hub, as a Flask application: its pages, and the REST API."""

from flask import Flask
from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI
from flask_openapi3.types import SecuritySchemesDict
from werkzeug.middleware.proxy_fix import ProxyFix

from dashboard import gate, problems, shell
from dashboard.routes import (
    archives,
    docs,
    exports,
    health,
    images,
    labels,
    picks,
    submissions,
    subsets,
    tokens,
    trainings,
    uploads,
)
from dashboard.routes.accounts import accounts
from dashboard.routes.models import api as model_api
from dashboard.routes.models import models
from dashboard.routes.sessions import sessions
from dashboard.site import Site
from hub.config import Settings
from hub.db import Pool

MOST_BODY_BYTES = 1 << 20

_SECURITY: SecuritySchemesDict = {
    "token": {"type": "http", "scheme": "bearer", "bearerFormat": "hub_<id>_<secret>"},
    "password": {"type": "http", "scheme": "basic"},
}


def make_app(settings: Settings, database_url: str) -> Flask:
    """Make the application; it opens its first connection with the first request."""
    app = OpenAPI(
        "dashboard",
        info=Info(title="Deep Images Hub", version="1", description=_DESCRIPTION),
        security_schemes=_SECURITY,
        validation_error_callback=problems.of_validation,
        doc_ui=False,
        static_folder=None,
    )
    app.config["MAX_CONTENT_LENGTH"] = MOST_BODY_BYTES
    app.extensions["hub"] = Site(settings, Pool(database_url))
    for routes in (
        health,
        labels,
        picks,
        subsets,
        archives,
        exports,
        images,
        uploads,
        submissions,
        tokens,
        trainings,
    ):
        app.register_api(routes.api)
    app.register_api(model_api)
    app.register_blueprint(docs.docs)
    app.register_blueprint(sessions)
    app.register_blueprint(models)
    app.register_blueprint(accounts)
    shell.install(app)
    gate.install(app)
    problems.install(app)
    if settings.proxies:
        # The address alone: where the site is, and by HTTPS, is told by others.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=0, x_host=0
        )
    return app


_DESCRIPTION = (
    "Pick labelled pictures, lock the choice and download exactly it. Make a token with"
    " `hub token create`, or by POST /api/v1/tokens with your name and password, and send it as"
    " `Authorization: Bearer hub_...`."
)
