"""Models: what trainings brought forth."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.db import Connection, execute, fetch_all, fetch_one, json_value


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
    weights_sha256: str
    """Of the weights alone, whatever file they lie in."""


def list_models(db: Connection, *, training_id: int | None = None, most: int) -> list[Model]:
    """Return the newest models: all, or those of one training."""
    return fetch_all(db, "models/list_models", Model, training_id=training_id, most=most)


@dataclass(frozen=True, slots=True)
class _Report:
    report: Mapping[str, Any]


def find_report(db: Connection, model_id: str) -> Mapping[str, Any]:
    """Return the report of a model's run; empty for a model without one, or that is not there."""
    found = fetch_one(db, "models/find_report", _Report, model_id=model_id)
    return found.report if found else {}


def find_model(db: Connection, model_id: str) -> Model | None:
    return fetch_one(db, "models/find_model", Model, model_id=model_id)


def put_model(
    db: Connection,
    model_id: str,
    *,
    training_id: int,
    name: str,
    object_key: str,
    size_bytes: int,
    sha256: str,
    classes: Sequence[str],
    metrics: Mapping[str, Any],
    confusion: Sequence[Sequence[int]] | None,
    report: Mapping[str, Any],
    weights_sha256: str,
) -> None:
    """Keep a model; of one that is there, where its bytes lie now."""
    execute(
        db,
        "models/put_model",
        model_id=model_id,
        training_id=training_id,
        name=name,
        object_key=object_key,
        size_bytes=size_bytes,
        sha256=sha256,
        classes=list(classes),
        metrics=json_value(metrics),
        confusion=None if confusion is None else json.dumps(confusion),
        report=json_value(report),
        weights_sha256=weights_sha256,
    )
