"""Whether a callback is called as a page calls it; Dash takes that for granted."""

from collections.abc import Mapping
from typing import Any

from werkzeug.exceptions import BadRequest


def check_call(body: Mapping[str, Any], callback: Mapping[str, Any]) -> None:
    """Check the body of a call against what Dash knows of its callback. Raises BadRequest."""
    values = [*_list(body, "inputs"), *_list(body, "state")]
    outputs = body.get("outputs", [])
    is_whole = (
        len(values) == len(callback["inputs"]) + len(callback["state"])
        and all(map(_is_value, values))
        and (_is_property(outputs) or _are_properties(outputs))
        and all(isinstance(one, str) and "." in one for one in _list(body, "changedPropIds"))
    )
    if not is_whole:
        raise BadRequest("No page of this site asks like that; load the page anew.")


def _list(body: Mapping[str, Any], name: str) -> list[Any]:
    found = body.get(name, [])
    return found if isinstance(found, list) else [None]


def _is_value(value: object) -> bool:
    """Tell whether it is what one input has, or those of all components of a pattern."""
    return _is_property(value) or _are_properties(value)


def _are_properties(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_property, value))


def _is_property(value: object) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("id"), str | dict)
        and isinstance(value.get("property"), str)
    )
