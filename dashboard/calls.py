"""Whether a callback is called as a page calls it; Dash takes that for granted."""

import inspect
import json
from collections.abc import Callable, Mapping
from functools import wraps
from inspect import Parameter
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from dash import Dash
from werkzeug.exceptions import BadRequest

_REFUSAL = "No page of this site asks like that; load the page anew."


class CheckedDash(Dash):
    """Calls callbacks with values of the types that their arguments have, and with no others."""

    def callback(self, *args: Any, **options: Any) -> Callable[..., Any]:
        """Register a function as Dash does; its annotations say what it may be called with."""
        register = super().callback(*args, **options)
        return lambda function: register(checked(function))


def checked(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function, which raises BadRequest for values that its annotations exclude."""
    signature, kinds = inspect.signature(function), get_type_hints(function)

    @wraps(function)
    def call(*args: Any, **named: Any) -> Any:
        for name, value in signature.bind(*args, **named).arguments.items():
            is_many = signature.parameters[name].kind is Parameter.VAR_POSITIONAL
            if not all(fits(one, kinds.get(name, Any)) for one in (value if is_many else (value,))):
                raise BadRequest(_REFUSAL)
        return function(*args, **named)

    return call


def fits(value: object, kind: Any) -> bool:
    """Tell whether a value of a JSON document is of the type that an annotation says."""
    if kind is Any:
        return True
    origin, of = get_origin(kind) or kind, get_args(kind)
    if origin in (Union, UnionType):
        return any(fits(value, one) for one in of)
    if origin is dict and isinstance(value, dict) and of:
        return all(fits(one, of[1]) for one in value.values())
    if origin is list and isinstance(value, list) and of:
        return all(fits(one, of[0]) for one in value)
    # To Python true is a number, and JSON's 1 is no float.
    if origin in (int, float):
        return isinstance(value, int | origin) and not isinstance(value, bool)
    return isinstance(value, origin)


def check_call(body: Mapping[str, Any], callback: Mapping[str, Any]) -> None:
    """Check the body of a call against what Dash knows of its callback. Raises BadRequest."""
    asked = [*callback["inputs"], *callback["state"]]
    values = [*_list(body, "inputs"), *_list(body, "state")]
    outputs = body.get("outputs", [])
    is_whole = (
        _is_text(json.dumps(values, ensure_ascii=False))
        and len(values) == len(asked)
        and all(map(_is_value, values, asked))
        and all(map(_is_property, outputs if isinstance(outputs, list) else [outputs]))
        and all(_is_input(one, callback["inputs"]) for one in _list(body, "changedPropIds"))
    )
    if not is_whole:
        raise BadRequest(_REFUSAL)


def _is_text(text: str) -> bool:
    """Tell whether it can be written: a half of a character outside UTF-16's first plane cannot."""
    try:
        return bool(text.encode())
    except UnicodeEncodeError:
        return False


def _list(body: Mapping[str, Any], name: str) -> list[Any]:
    found = body.get(name, [])
    return found if isinstance(found, list) else [None]


def _is_value(value: Any, asked: Mapping[str, str]) -> bool:
    """Tell whether it is what one input has, or those of all components of a pattern."""
    is_pattern = asked["id"].startswith("{")
    several = value if is_pattern and isinstance(value, list) else [value]
    return all(_is_property(one) and _is_of(one["id"], one["property"], asked) for one in several)


def _is_property(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("id"), str | dict)
        and isinstance(value.get("property"), str)
    )


def _is_input(changed: object, inputs: list[Mapping[str, str]]) -> bool:
    """Tell whether `id.property` names what a callback listens to."""
    if not isinstance(changed, str):
        return False
    text, _, name = changed.rpartition(".")
    try:
        found = json.loads(text) if text.startswith("{") else text
    except (ValueError, RecursionError):
        return False
    return any(_is_of(found, name, one) for one in inputs)


def _is_of(component_id: object, name: str, asked: Mapping[str, str]) -> bool:
    """Tell whether a component's property is one that is asked for, by its id or by a pattern."""
    if name != asked["property"] or not asked["id"].startswith("{"):
        return name == asked["property"] and component_id == asked["id"]
    pattern = json.loads(asked["id"])
    return (
        isinstance(component_id, dict)
        and component_id.keys() == pattern.keys()
        and all(
            # A list stands for whatever there is, as ["ALL"].
            fits(component_id[key], str | int)
            if isinstance(said, list)
            else component_id[key] == said
            for key, said in pattern.items()
        )
    )
