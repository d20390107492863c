"""Models: what trainings brought forth."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.db import Connection, fetch_all, fetch_one


@dataclass(frozen=True, slots=True)
class Model:
    model_id: str
    training_id: int
    name: str
    created_at: datetime
    object_key: str
    size_bytes: int
    sha256: str
    classes: list[str]
    """Names in the order of the outputs."""
    metrics: Mapping[str, Any]
    confusion: list[list[int]] | None
    """Rows: the true class; columns: the predicted one."""
    trained_by: str
    root: str
    """Of the subset that it was trained on."""
    options: Mapping[str, Any]


def list_models(db: Connection, *, training_id: int | None = None, most: int) -> list[Model]:
    """Return the newest models: all, or those of one training."""
    return fetch_all(db, "models/list_models", Model, training_id=training_id, most=most)


def find_model(db: Connection, model_id: str) -> Model | None:
    return fetch_one(db, "models/find_model", Model, model_id=model_id)
