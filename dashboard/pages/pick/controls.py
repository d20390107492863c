"""The controls of a recipe: laid out with its values, and read again."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.pages.pick.ids import FLAGS, KEYS, SIDES, control
from hub.rules.licences import LICENCES, PROPERTIES
from hub.rules.recipe_keys import CHOSEN_QUALITY
from hub.rules.recipes import Recipe
from hub.rules.splits import SPLITS
from hub.services.facets import LabelChoice

PROPERTY_WORDS = {
    "commercial": "commercial use is allowed",
    "changes": "changed pictures may be shared",
    "attribution": "authors must be credited",
    "share-alike": "what is made of it is shared alike",
}
_QUALITY_WORDS = {
    "dark": "Dark",
    "light": "Light",
    "blurry": "Blurry",
    "low_information": "Almost empty",
    "odd_aspect_ratio": "Very long or tall",
    "greyscale": "Greyscale",
}
_EMPTY = {field.name: field.default for field in fields(Recipe)}


def controls(values: Mapping[str, Any], labels: Sequence[LabelChoice]) -> Component:
    """Return all controls, those used most in front; `values` are of a recipe, whole or not."""
    return dmc.Stack([_in_front(values, labels), _more(values)], gap="lg")


def read_controls(said: Sequence[Any], sides: Sequence[Any]) -> dict[str, Any]:
    """Return the values that controls of KEYS and SIDES stand at, without those left empty."""
    values = dict(zip(KEYS, said, strict=True))
    if all(isinstance(side, int | float) for side in sides):
        values["within"] = list(sides)
    return {key: value for key, value in values.items() if value not in (None, "", [], False, 0)}


def property_of(key: str) -> str:
    """Return the property of a control that holds what it stands at."""
    return "checked" if key in FLAGS else "value"


def _in_front(values: Mapping[str, Any], labels: Sequence[LabelChoice]) -> Component:
    return dmc.Stack(
        [
            _labels(values, "labels", "Labels", "A picture shows any of these.", labels),
            _labels(values, "none_of", "Without", "None of these, nor anything narrower.", labels),
            _flag(values, "with_descendants", "Narrower labels, too", "Apple counts as Fruit."),
            _labels(values, "all_of", "All of", "A picture shows every one of these.", labels),
            _flag(values, "verified_only", "Only verified labels", "Somebody confirmed them."),
            _boxes(values, "splits", "Splits", {name: name.capitalize() for name in SPLITS}),
            _whole(values, "max_per_label", "At most, of each label", "Empty: all of them."),
            _boxes(
                values,
                "licence_with",
                "The licence must allow",
                {"commercial": "Commercial use", "changes": "Changes"},
            ),
        ],
        gap="md",
    )


def _more(values: Mapping[str, Any]) -> Component:
    used = any(_value(values, key) for key in _MORE_KEYS) or bool(values.get("within"))
    return dmc.Accordion(
        dmc.AccordionItem(
            [
                dmc.AccordionControl("More filters"),
                dmc.AccordionPanel(dmc.Stack(_more_controls(values), gap="md")),
            ],
            value="more",
        ),
        value="more" if used else None,
        variant="separated",
    )


_MORE_KEYS = (
    *("licences", "licence_without", "mixed_licences", "min_side_px", "without_quality"),
    *("balance", "seed", "with_parts", "with_negatives", "countries", "cities"),
    *("taken_from", "taken_until", "suppliers", "sources"),
)


def _more_controls(values: Mapping[str, Any]) -> list[Component]:
    qualities = {name: _QUALITY_WORDS.get(name, name) for name in CHOSEN_QUALITY}
    return [
        _chosen(values, "licences", "Only these licences", LICENCES),
        _boxes(
            values,
            "licence_without",
            "The licence must not ask for",
            {"attribution": "Credit to authors", "share-alike": "The same terms (share-alike)"},
        ),
        _flag(
            values,
            "mixed_licences",
            "Licences that do not go together",
            "Take them, though they cannot go into one work.",
        ),
        _whole(values, "min_side_px", "Shortest side, in pixels", "At least."),
        _boxes(values, "without_quality", "Leave out pictures that are", qualities),
        _flag(values, "balance", "Balance", "No label gets more than the rarest has."),
        _whole(values, "seed", "Seed", "Another seed keeps others where a limit leaves some out."),
        _flag(values, "with_parts", "Parts, too", "A wheel counts as Car."),
        _flag(
            values,
            "with_negatives",
            "Verified negatives, too",
            "Pictures of which it is confirmed that they show no picked label.",
        ),
        _tags(values, "countries", "Countries"),
        _tags(values, "cities", "Cities"),
        _box(values),
        dmc.Text(
            "Places are found as the map shows them: those where too few suppliers stand are left"
            " out.",
            size="xs",
            c="dimmed",
        ),
        _day(values, "taken_from", "Taken on this day or later"),
        _day(values, "taken_until", "Taken on this day or earlier"),
        _tags(values, "suppliers", "Suppliers"),
        _tags(values, "sources", "Sources that begin with"),
    ]


def _value(values: Mapping[str, Any], key: str) -> Any:
    return values.get(key, _EMPTY[key])


def _labels(
    values: Mapping[str, Any],
    key: str,
    label: str,
    description: str,
    choices: Sequence[LabelChoice],
) -> Component:
    data = [
        {
            "value": one.name,
            "label": one.name,
            "images": f"{one.images:,}",
            "other": ", ".join(one.aliases),
        }
        for one in choices
    ]
    return dmc.MultiSelect(
        id=control(key),
        label=label,
        description=description,
        data=data,
        value=list(_value(values, key)),
        searchable=True,
        clearable=True,
        hidePickedOptions=True,
        limit=60,
        nothingFoundMessage="No label is called so.",
        filter={"function": "filterLabels"},
        renderOption={"function": "showLabel"},
        clearButtonProps={"aria-label": f"Clear {label}"},
    )


def _chosen(values: Mapping[str, Any], key: str, label: str, choices: Sequence[str]) -> Component:
    return dmc.MultiSelect(
        id=control(key),
        label=label,
        data=list(choices),
        value=list(_value(values, key)),
        searchable=True,
        clearable=True,
        clearButtonProps={"aria-label": f"Clear {label}"},
    )


def _tags(values: Mapping[str, Any], key: str, label: str) -> Component:
    return dmc.TagsInput(
        id=control(key),
        label=label,
        description="Press Enter after each.",
        value=list(_value(values, key)),
        splitChars=["\n"],
        clearable=True,
        clearButtonProps={"aria-label": f"Clear {label}"},
    )


def _flag(values: Mapping[str, Any], key: str, label: str, description: str) -> Component:
    return dmc.Switch(
        id=control(key), label=label, description=description, checked=bool(_value(values, key))
    )


def _boxes(
    values: Mapping[str, Any], key: str, label: str, choices: Mapping[str, str]
) -> Component:
    boxes = [dmc.Checkbox(label=text, value=name) for name, text in choices.items()]
    # A value that is not on offer, as of an address somebody wrote, is kept.
    return dmc.CheckboxGroup(
        dmc.Group(boxes, gap="sm", mt=6),
        id=control(key),
        label=label,
        value=list(_value(values, key)),
    )


def _whole(values: Mapping[str, Any], key: str, label: str, description: str) -> Component:
    return dmc.NumberInput(
        id=control(key),
        label=label,
        description=description,
        value=_value(values, key) or "",
        min=0,
        allowDecimal=False,
        allowNegative=False,
        debounce=300,
    )


def _day(values: Mapping[str, Any], key: str, label: str) -> Component:
    return dmc.DateInput(
        id=control(key),
        label=label,
        value=_value(values, key),
        valueFormat="YYYY-MM-DD",
        clearable=True,
        debounce=300,
        placeholder="2026-01-31",
    )


def _box(values: Mapping[str, Any]) -> Component:
    sides = list(values.get("within") or ()) or ["", "", "", ""]
    names = ("West", "South", "East", "North")
    inputs = [
        dmc.NumberInput(id=one, label=name, value=side, debounce=300, min=-limit, max=limit)
        for one, name, side, limit in zip(SIDES, names, sides, (180, 90, 180, 90), strict=True)
    ]
    return html.Fieldset(
        [
            html.Legend("Taken between these degrees", className="pick-legend"),
            dmc.SimpleGrid(inputs, cols=2, spacing="xs"),
        ],
        className="pick-fieldset",
    )


assert set(PROPERTIES) == set(PROPERTY_WORDS)
