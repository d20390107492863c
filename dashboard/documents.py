"""The bodies of the REST API, as its OpenAPI document has them."""

from dataclasses import fields
from datetime import datetime
from typing import Annotated, Any, get_args, get_origin

from flask import Response
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


class Told(BaseModel):
    """What the hub answers, made of the services' own dataclasses."""

    model_config = ConfigDict(from_attributes=True)


def told(
    model: type[Told], thing: object, *, status: int = 200, location: str | None = None
) -> Response:
    """Return a thing as JSON, by the model that the OpenAPI document names."""
    body = model.model_validate(thing).model_dump_json()
    headers = {"Location": location} if location else None
    return Response(body, status, headers, content_type="application/json")


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


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] = Field(default=[], description="Where the request is wrong.")


class ImagePath(BaseModel):
    image_id: str = Field(pattern=SHA256, description="sha256 of the picture's bytes.")


class RootPath(BaseModel):
    root: str = Field(pattern=SHA256, description="Root of the subset: sha256 of its manifest.")


class LabelPath(BaseModel):
    key: Name


class TokenPath(BaseModel):
    token_id: str = Field(pattern=r"^[0-9a-f]{16}$")


class LabelQuery(Asked):
    after: Text | None = Field(None, description="`next` of the page before.")
    search: Text | None = Field(None, description="Part of a label's name, or of another name.")
    limit: int = Field(100, ge=1, le=1000)


class SubsetQuery(Asked):
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


class LinkAsked(Asked):
    expires_in_s: StrictInt = Field(DEFAULT_SECONDS, ge=1, le=MOST_SECONDS)


class TokenAsked(Asked):
    name: Name = "token"
    scopes: list[StrictStr] = Field([*SCOPES], min_length=1, max_length=len(SCOPES))
    days: StrictInt = Field(DEFAULT_DAYS, ge=1, le=MOST_DAYS)


class Health(Told):
    status: str


class Label(Told):
    key: str
    name: str
    mid: str | None
    own: int
    rollup: int
    verified: int
    trainable: int
    parents: list[str]


class LabelPage(Told):
    labels: list[Label]
    next: str | None = Field(description="Ask for the next page with `after`; null: the last.")


class Edge(Told):
    name: str
    kind: str


class LabelAbout(Label):
    key: str = Field(validation_alias="label_key")
    aliases: list[str]
    children: list[str]
    edges: list[Edge]
    child_edges: list[Edge]


class Counted(Told):
    images: int
    bytes: int
    per_label: dict[str, int]


class LabelRef(Told):
    key: str
    name: str
    mid: str | None


class Box(Told):
    label_key: str
    x_min: float
    x_max: float
    y_min: float
    y_max: float
    source: str
    is_group_of: bool


class _Described(Told):
    image_id: str
    format: str
    width_px: int
    height_px: int
    size_bytes: int
    crc32: int
    split: str
    group_id: str
    licence: str
    author: str
    source: str
    country: str | None
    city: str | None
    neighbourhood: str | None
    labels: list[LabelRef]
    negatives: list[LabelRef]
    boxes: list[Box]


class Picture(_Described):
    taken_at: str | None
    picked: list[LabelRef]


class ImageAbout(_Described):
    taken_at: datetime | None
    published_at: datetime


class Preview(Told):
    pictures: list[Picture]


class SubsetSummary(Told):
    name: str
    root: str
    images: int
    bytes: int
    created_by: str
    created_at: datetime
    note: str


class SubsetPage(Told):
    subsets: list[SubsetSummary]
    next: int | None = Field(description="Ask for the next page with `after`; null: the last.")


class Subset(SubsetSummary):
    recipe: dict[str, Any]


class SubsetMade(Told):
    root: str
    name: str
    images: int
    bytes: int
    recipe: dict[str, Any]
    per_label: dict[str, int]
    is_new: bool


class Link(Told):
    url: str
    expires_at: datetime


class Token(Told):
    id: str = Field(validation_alias="token_id")
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


class TokenPage(Told):
    tokens: list[Token]


class TokenMade(Told):
    token: str
    id: str
    user: str
    scopes: list[str]
    expires_at: datetime
