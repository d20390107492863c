"""What clients of the REST API send, as its OpenAPI document has it."""

from dataclasses import Field as DataclassField
from dataclasses import fields
from enum import IntEnum
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    create_model,
)

from hub.rules.recipes import Recipe, make_recipe
from hub.rules.tokens import DEFAULT_DAYS, MOST_DAYS, SCOPES
from hub.rules.trainings import CHOICES, RANGES, Options
from hub.services.links import DEFAULT_SECONDS, MOST_SECONDS


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("it holds characters that cannot be printed")
    return text


SHA256 = r"^[0-9a-f]{64}$"
Text = Annotated[StrictStr, Field(max_length=200), AfterValidator(_printable)]
Name = Annotated[Text, Field(min_length=1)]


class Asked(BaseModel):
    """What a client sends: nothing beside what is named here."""

    model_config = ConfigDict(extra="forbid")


_FLAT = {bool: StrictBool, int: StrictInt, str: StrictStr, float: float}


def _field_of(kind: Any) -> Any:
    """Return the type of a recipe's field as JSON has it, checked strictly by the recipe itself."""
    if get_origin(kind) is tuple:
        return list[_FLAT[get_args(kind)[0]]]  # type: ignore[misc]
    return _FLAT.get(kind, StrictStr | None)


def _default_of(default: object) -> object:
    return list(default) if isinstance(default, tuple) else default


# Of the dataclass itself, so that a new filter is in the API on the day it is in a recipe.
RecipeAsked: type[Asked] = create_model(
    "Recipe",
    __base__=Asked,
    __doc__="What a subset is picked by; docs/subsets.md says what each key means.",
    **{one.name: (_field_of(one.type), _default_of(one.default)) for one in fields(Recipe)},  # type: ignore[call-overload]
)


def recipe_of(asked: Asked) -> Recipe:
    """Return the canonical recipe. Raises RecipeError."""
    return make_recipe(asked.model_dump(exclude_unset=True), where="The recipe")


class ImagePath(BaseModel):
    image_id: str = Field(pattern=SHA256, description="sha256 of the picture's bytes.")


class DuplicatePath(BaseModel):
    file_id: int = Field(ge=1, le=2**63 - 1, description="Of a file that repeats a picture.")


class Side(IntEnum):
    """Pixels of a thumbnail's longest side, at most."""

    PX_299 = 299
    PX_100 = 100


class ThumbnailQuery(Asked):
    side: Side = Side.PX_299


class RootPath(BaseModel):
    root: str = Field(pattern=SHA256, description="Root of the subset: sha256 of its manifest.")


class ExportPath(RootPath):
    format: Annotated[str, Field(max_length=50)]


class LabelPath(BaseModel):
    key: Name


class TokenPath(BaseModel):
    token_id: str = Field(pattern=r"^[0-9a-f]{16}$")


class LabelQuery(Asked):
    after: Text | None = Field(None, description="`next` of the page before.")
    search: Text | None = Field(None, description="Part of a label's name, or of another name.")
    limit: int = Field(100, ge=1, le=1000)


class SubsetQuery(Asked):
    name: Text | None = Field(None, description="Only subsets of this name: its history.")
    after: int | None = Field(None, ge=1, le=2**63 - 1, description="`next` of the page before.")
    limit: int = Field(100, ge=1, le=1000)


class LinkQuery(Asked):
    link: str | None = Field(None, max_length=1000, description="A signed link's own token.")


class PickAsked(Asked):
    recipe: RecipeAsked  # type: ignore[valid-type]


class PreviewAsked(PickAsked):
    most: StrictInt = Field(24, ge=1, le=100)


class SubsetAsked(PickAsked):
    name: Name
    note: StrictStr = Field("", max_length=10_000)


class ShareAsked(Asked):
    user: Name


class ExportAsked(Asked):
    format: Name


class LinkAsked(Asked):
    expires_in_s: StrictInt = Field(DEFAULT_SECONDS, ge=1, le=MOST_SECONDS)


class TrainingPath(BaseModel):
    training_id: int = Field(ge=1, le=2**63 - 1)


class ModelPath(BaseModel):
    model_id: Name


class ListQuery(Asked):
    limit: int = Field(100, ge=1, le=1000)


class TrainingQuery(ListQuery):
    after: int | None = Field(None, ge=1, le=2**63 - 1, description="`next` of the page before.")


_LOCAL = ("weights", "weights_sha256")
"""Options that name a file of the machine that trains: for its own command line."""


_USUAL = {
    "minimum": "Where it is not said, what the hub is set to: HUB_TRAINABLE_MINIMUM.",
    "ranks": "Where it is not said, 2, and 1 with the launcher `single`, which is one process.",
}
"""What no one value says."""


def _option_of(one: "DataclassField[Any]") -> Any:
    default: Any = one.default
    if one.name in _USUAL:
        default = Field(default_factory=int, description=_USUAL[one.name])
    if one.name in RANGES:
        least, most = RANGES[one.name]
        return (Annotated[StrictInt, Field(ge=least, le=most)], default)
    if one.name in CHOICES:
        return (Literal[*CHOICES[one.name]], default)
    return (_FLAT[one.type], default)  # type: ignore[index]


OptionsAsked: type[Asked] = create_model(
    "TrainingOptions",
    __base__=Asked,
    __doc__="How a model is to be trained; docs/training.md says what each key means.",
    **{one.name: _option_of(one) for one in fields(Options) if one.name not in _LOCAL},
)


def options_of(asked: Asked) -> dict[str, Any]:
    """Return the options that were said."""
    return asked.model_dump(exclude_unset=True)


class TrainingAsked(Asked):
    root: Annotated[StrictStr, Field(pattern=SHA256)] | None = Field(
        None, description="Of a subset; else a recipe says what to train on."
    )
    recipe: RecipeAsked | None = None  # type: ignore[valid-type]
    options: OptionsAsked = Field(default_factory=OptionsAsked)  # type: ignore[valid-type]


class TokenAsked(Asked):
    name: Name = "token"
    scopes: list[StrictStr] = Field([*SCOPES], min_length=1, max_length=len(SCOPES))
    days: StrictInt = Field(DEFAULT_DAYS, ge=1, le=MOST_DAYS)
