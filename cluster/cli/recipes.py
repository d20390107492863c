"""The options that say which pictures are wanted, for every command that takes a recipe."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from hub.rules.recipe_options import OPTIONS

if TYPE_CHECKING:
    from hub.rules.recipes import Recipe

Command = TypeVar("Command", bound=Callable[..., Any])

_LISTS = (
    ("labels", "L", "Any of these labels, by any of their names."),
    ("all_of", "L", "All of these labels."),
    ("none_of", "L", "None of these labels, nor of anything narrower."),
    ("splits", "S", "Only of this split: train, validation, test, none."),
    ("licences", "L", "Only under this licence."),
    (
        "licence_with",
        "P",
        "Only licences with this property: commercial (use is allowed), changes (may be shared),"
        " attribution, share-alike.",
    ),
    ("licence_without", "P", "Only licences without this property."),
    ("countries", "C", "Only from this country, as the map shows places."),
    ("cities", "C", "Only from this city, as the map shows places."),
    ("suppliers", "S", "Only by this supplier."),
    ("sources", "S", "Only where the source begins so."),
    (
        "without_quality",
        "Q",
        "No picture that is dark, light, blurry, low_information, odd_aspect_ratio or greyscale.",
    ),
)
_FLAGS = (
    ("with_descendants", "Narrower labels answer for wider ones, too."),
    ("with_parts", "So do labels of their parts."),
    ("with_negatives", "Also pictures verified not to show a picked label."),
    ("verified_only", "Only claims that somebody verified."),
    ("mixed_licences", "Even if the licences cannot go into one work."),
    ("balance", "No label gets more pictures than the rarest has."),
)
_WHOLES = (
    ("min_side_px", "PX", "Only pictures with sides of at least so many pixels."),
    ("max_per_label", "N", "At most so many pictures for each label."),
    ("seed", "N", "Decides which pictures stay under --at-most and --balance."),
)


def recipe_options(command: Command) -> Command:
    """Give a command the options of a recipe; they reach it as one mapping, `wanted`."""
    for option in reversed([*_options()]):
        command = option(command)
    return command


def _options() -> Any:
    yield click.option(
        "--recipe",
        "recipe_file",
        metavar="F",
        type=click.Path(path_type=Path),
        help="Read the recipe from a TOML file, or from a lock; options go before what it says.",
    )
    for name, metavar, text in _LISTS:
        yield click.option(
            OPTIONS[name], name, metavar=metavar, multiple=True, help=f"{text} Can be repeated."
        )
    for name, text in _FLAGS:
        yield click.option(OPTIONS[name], name, is_flag=True, default=None, help=text)
    for name, metavar, text in _WHOLES:
        yield click.option(
            OPTIONS[name], name, metavar=metavar, type=click.IntRange(min=0), help=text
        )
    yield click.option(
        OPTIONS["within"],
        metavar="W S E N",
        nargs=4,
        type=float,
        default=None,
        help="Only from between these degrees: west, south, east, north.",
    )
    yield click.option(
        OPTIONS["taken_from"], metavar="DAY", help="Taken on this day or later (UTC)."
    )
    yield click.option(
        OPTIONS["taken_until"], metavar="DAY", help="Taken on this day or earlier (UTC)."
    )


def make_recipe(wanted: dict[str, Any]) -> "Recipe":
    """Make the recipe of a command's options, and of the file that `--recipe` names.

    Raises RecipeError.
    """
    from hub.rules import recipes
    from hub.services.lock_files import read_recipe

    file = wanted.pop("recipe_file")
    said = recipes.recipe_values(read_recipe(file)) if file else {}
    given = {name: value for name, value in wanted.items() if value not in (None, ())}
    return recipes.make_recipe({**said, **given})
