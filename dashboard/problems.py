"""Errors as problem bodies. (Source: RFC 9457.)"""

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, request
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from hub import errors
from hub.errors import HubError, TooManyRequests

_STATUS: dict[type[HubError], int] = {
    errors.NotSignedIn: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.TooManyRequests: 429,
    # Not of the request: what is wrong stands in the log, where the hub's ops read it.
    errors.ConfigError: 503,
    errors.DatabaseUnavailable: 503,
    errors.LakeUnreadable: 503,
    errors.LockError: 503,
    errors.MigrationError: 503,
    errors.PictureUnreadable: 503,
    errors.StorageError: 503,
}
_OTHERWISE = 422
_UNABLE = "The hub cannot answer this at the moment; its log says why. Try again later."


def problem(
    status: int,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    **more: object,
) -> Response:
    """Return a problem body; `more` are members beside those of the RFC."""
    phrase = HTTPStatus(status).phrase
    document = {"type": "about:blank", "title": phrase, "status": status, "detail": detail}
    return Response(
        json.dumps({**document, **more}),
        status,
        headers,
        content_type="application/problem+json",
    )


def install(app: Flask) -> None:
    """Let every error of the app end as a problem body."""
    app.register_error_handler(HubError, _of_hub)
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(RecursionError, _of_depth)
    app.register_error_handler(Exception, _of_bug)


def of_validation(error: ValidationError) -> Response:
    """Say where a request is not as the OpenAPI document has it, without repeating it."""
    if request.method == "POST" and not request.is_json:
        return problem(415, "Send the body as JSON, with `Content-Type: application/json`.")
    found = error.errors(include_url=False, include_input=False, include_context=False)
    places = [{"at": ".".join(map(str, one["loc"])), "what": one["msg"]} for one in found]
    first = f"{places[0]['at'] or 'the body'}: {places[0]['what']}"
    return problem(422, f"The request is not as /api/v1/docs has it: {first}.", errors=places)


def _of_hub(error: HubError) -> Response:
    status = next((_STATUS[kind] for kind in type(error).mro() if kind in _STATUS), _OTHERWISE)
    headers: dict[str, str] = {}
    if status == HTTPStatus.UNAUTHORIZED:
        by_password = request.endpoint == "tokens.create_token"
        headers["WWW-Authenticate"] = f'{"Basic" if by_password else "Bearer"} realm="hub"'
    if isinstance(error, TooManyRequests):
        headers["Retry-After"] = str(error.retry_after_s)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        logging.getLogger("hub").error("%s", error)
        return problem(status, _UNABLE, headers={"Retry-After": "10"})
    return problem(status, str(error), headers=headers)


def _of_http(error: HTTPException) -> Any:
    code = error.code or 500
    if code < 400 or error.response is not None:
        # A redirect, or a problem that is a whole answer already.
        return error
    kept = {name: value for name, value in error.get_headers() if name not in ("Content-Type",)}
    return problem(code, error.description or HTTPStatus(code).phrase, headers=kept)


def _of_depth(_error: RecursionError) -> Response:
    return problem(422, "The body is nested too deep; send a flat one.")


def _of_bug(error: Exception) -> Response:
    logging.getLogger("hub").exception("A request failed", exc_info=error)
    return problem(500, "The hub failed to answer; its log says why. Try again, or tell its ops.")
