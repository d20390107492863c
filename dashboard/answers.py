"""What the REST API answers, as its OpenAPI document has it."""

from datetime import datetime
from typing import Any

from flask import Response
from pydantic import BaseModel, ConfigDict, Field


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


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] = Field(default=[], description="Where the request is wrong.")


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
    verified: list[str] = Field(description="Keys of those of `labels` that were confirmed.")


class ImageUse(Told):
    training_id: int
    status: str
    trained_by: str
    root: str = Field(description="Of the subset that holds the picture.")
    model_id: str | None


class ImageAbout(_Described):
    taken_at: datetime | None
    published_at: datetime
    uses: list[ImageUse] = Field(description="Trainings that used it: yours, and all of models.")


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


class Export(Told):
    format: str
    help: str
    status: str = Field(description="absent, queued, running, failed or ready.")
    job_id: int | None
    progress: str
    error: str | None
    is_unattended: bool = Field(description="It waits, and nobody runs `hub job watch`.")
    size_bytes: int | None
    sha256: str | None


class Exports(Told):
    exports: list[Export]


class Link(Told):
    url: str
    expires_at: datetime


class Epoch(Told):
    epoch: int
    loss: float | None
    accuracy: float | None
    val_loss: float | None
    val_accuracy: float | None
    images_per_second: float | None
    ended_at: datetime


class TrainingSummary(Told):
    id: int = Field(validation_alias="training_id")
    status: str = Field(description="waiting, queued, running, succeeded, failed or cancelled.")
    requested_by: str
    requested_at: datetime
    root: str | None = Field(description="Of the subset; null while its labels lack pictures.")
    recipe: dict[str, Any]
    options: dict[str, Any]
    started_at: datetime | None
    ended_at: datetime | None
    metrics: dict[str, Any]
    error: str | None
    attempt: int
    cancel_asked_at: datetime | None
    reproduces_id: int | None
    ready_at: datetime | None = Field(description="When its wait for pictures ended.")


class TrainingPage(Told):
    trainings: list[TrainingSummary]
    next: int | None = Field(description="Ask for the next page with `after`; null: the last.")


class Training(Told):
    training: TrainingSummary
    epochs: list[Epoch]
    models: list[str] = Field(description="Ids of the models that came of it.")


class Wanted(Told):
    label: str = Field(validation_alias="name")
    key: str
    demand: int = Field(validation_alias="watchers", description="Users who wait for pictures.")
    trainable: int
    least: int
    gap: int


class WantList(Told):
    labels: list[Wanted]


class ModelSummary(Told):
    id: str = Field(validation_alias="model_id")
    name: str
    training: int = Field(validation_alias="training_id")
    root: str
    trained_by: str
    created_at: datetime
    size_bytes: int
    sha256: str
    weights_sha256: str
    classes: list[str]
    metrics: dict[str, Any]


class ModelList(Told):
    models: list[ModelSummary]


class ModelLineage(Told):
    training_id: int
    reproduces_id: int | None
    root: str
    subset: str | None
    images: int


class ModelAbout(Told):
    model: ModelSummary
    confusion: list[list[int]] | None
    report: dict[str, Any]
    lineage: ModelLineage


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
