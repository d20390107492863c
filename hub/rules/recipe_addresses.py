"""A recipe as the query of an address: short, the same for equal recipes, and read back whole.

Every key of a recipe that says something is one parameter: `labels=Fruit&none_of=Banana`. Items of
a list stand with commas between them; a backslash stands before a comma or backslash of an item.
"""

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any
from urllib.parse import urlencode

from hub.errors import RecipeError
from hub.rules.recipes import Recipe

_EMPTY = {field.name: field.default for field in fields(Recipe)}
_ITEM = re.compile(r"(?:[^,\\]|\\.)+", re.DOTALL)


def query_of(values: Mapping[str, Any]) -> str:
    """Return values of a recipe as a query, in the order of its fields, without the question mark.

    What says nothing, as an empty list, is left out; the values need not be a whole recipe.
    """
    said = {key: values.get(key) for key in _EMPTY}
    return urlencode({key: _text(value) for key, value in said.items() if value})


def values_of(query: Mapping[str, str]) -> dict[str, Any]:
    """Return the values that parameters of a query say; those of other names are passed over.

    They are what `make_recipe` takes, which tells whether they make sense. Raises RecipeError for
    what is no number where one should be.
    """
    return {key: _value(key, query[key]) for key in _EMPTY if query.get(key)}


def _text(value: object) -> str:
    if isinstance(value, list | tuple):
        return ",".join(_escaped(str(item)) for item in value)
    return "1" if value is True else str(value)


def _escaped(item: str) -> str:
    return item.replace("\\", "\\\\").replace(",", "\\,")


def _value(key: str, text: str) -> Any:
    default = _EMPTY[key]
    try:
        if isinstance(default, bool):
            return text == "1"
        if isinstance(default, int):
            return int(text)
        if isinstance(default, tuple):
            items = [re.sub(r"\\(.)", r"\1", item, flags=re.DOTALL) for item in _ITEM.findall(text)]
            return [float(item) for item in items] if key == "within" else items
    except ValueError:
        raise RecipeError(
            f"The address says {key}={text[:60]!r}, which is no number; choose it again."
        ) from None
    return text
