"""Ids of the page to pick pictures."""

from dataclasses import fields

from hub.rules.recipes import Recipe


def control(key: str) -> str:
    """Return the id of the control of a recipe's key."""
    return f"pick-{key.replace('_', '-')}"


class Ids:
    WEST = "pick-west"
    SOUTH = "pick-south"
    EAST = "pick-east"
    NORTH = "pick-north"

    QUERY = "pick-query"
    """The recipe as a query, None while there is none; what is looked at follows it."""
    PUSHED = "pick-pushed"
    SEARCH = "pick-search"
    COUNT = "pick-count"
    PER_LABEL = "pick-per-label"
    SNIPPETS = "pick-snippets"
    LOOK = "pick-look"
    LOOKING = "pick-looking"
    NAME = "pick-name"
    NOTE = "pick-note"
    KEEPING = "pick-keeping"
    KEEP = "pick-keep"
    KEPT = "pick-kept"


SIDES = (Ids.WEST, Ids.SOUTH, Ids.EAST, Ids.NORTH)
KEYS = tuple(field.name for field in fields(Recipe) if field.name != "within")
"""Of a recipe, each with one control; `within` has four."""
FLAGS = tuple(field.name for field in fields(Recipe) if isinstance(field.default, bool))
