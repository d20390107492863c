"""What the routes of the API share: where they are, how they are described."""

from http import HTTPStatus
from typing import Any, TypeAlias

from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel

from dashboard.answers import Problem

PREFIX = "/api/v1"

TOKEN: list[dict[str, list[Any]]] = [{"token": []}]
"""Security of a route that needs a token."""

_PROBLEM = {
    "content": {"application/problem+json": {"schema": Problem.model_json_schema()}},
}
Responses: TypeAlias = dict[str | int | HTTPStatus, type[BaseModel] | dict[Any, Any] | None]

PROBLEMS: Responses = {
    "default": {"description": "What went wrong (RFC 9457).", **_PROBLEM},
    "422": {"description": "The request is not as it should be.", **_PROBLEM},
}


def blueprint(name: str, description: str) -> APIBlueprint:
    """Return a group of routes of the API."""
    return APIBlueprint(
        name,
        __name__,
        url_prefix=PREFIX,
        abp_tags=[Tag(name=name, description=description)],
        abp_responses=PROBLEMS,
    )


def bytes_of(description: str, *kinds: str) -> dict[str, Any]:
    """Describe an answer that is bytes of these kinds."""
    schema = {"schema": {"type": "string", "format": "binary"}}
    return {"description": description, "content": dict.fromkeys(kinds, schema)}


def ranged(description: str, *kinds: str) -> Responses:
    """Describe the answers of a route whose bytes may be asked for in spans."""
    return {
        "200": bytes_of(description, *kinds),
        "206": bytes_of("Spans of them.", *kinds, "multipart/byteranges"),
        "304": {"description": "As `If-None-Match` has them."},
        "412": {"description": "Not as `If-Match` has them."},
        "416": {"description": "There are no such bytes, or too many spans were asked for."},
    }
