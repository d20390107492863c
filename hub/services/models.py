"""Models that were trained: who looks for one finds it, with its bytes."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hub.catalogue import models
from hub.catalogue.models import Model
from hub.config import Settings
from hub.db import Connection
from hub.errors import NotFound
from hub.exports.zipping import read_span
from hub.objects.local import Objects


@dataclass(frozen=True)
class ModelBytes:
    path: Path
    size_bytes: int
    etag: str
    """Strong: the sha256 of the bytes."""

    def read(self, first: int, end: int) -> Iterator[bytes]:
        """Yield the bytes from `first` up to `end`, in constant memory."""
        return read_span(self.path.open("rb"), first, end)


def list_models(db: Connection, *, training_id: int | None = None, most: int = 100) -> list[Model]:
    """Return the newest models: all, or those of one training."""
    return models.list_models(db, training_id=training_id, most=most)


def find_model(db: Connection, model_id: str) -> Model:
    """Return a model. Raises NotFound."""
    found = models.find_model(db, model_id)
    if found is None:
        raise NotFound(f"There is no model '{model_id[:80]}'; the models' page lists them.")
    return found


def find_bytes(settings: Settings, model: Model) -> ModelBytes | None:
    """Return the bytes of a model, or None where they are not there whole."""
    try:
        path = Objects(settings.objects_root).path(model.object_key)
        size = path.stat().st_size
    except (OSError, ValueError):
        return None
    return ModelBytes(path, size, model.sha256) if size == model.size_bytes else None


def open_model(settings: Settings, model: Model) -> ModelBytes:
    """Return the bytes of a model. Raises NotFound where they are not there."""
    found = find_bytes(settings, model)
    if found is None:
        raise NotFound(f"The file of model '{model.name}' is not there; ask ops for its backup.")
    return found
