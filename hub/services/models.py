"""Models that were trained: kept whole as one zip, and found."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hub.catalogue import models
from hub.catalogue.models import Model
from hub.catalogue.trainings import Training
from hub.config import Settings
from hub.db import Connection
from hub.errors import NotFound, TrainingError
from hub.exports import model_zips
from hub.exports.model_zips import sha256_of
from hub.exports.zipping import read_span
from hub.objects.local import Objects
from hub.rules.runs import portable
from hub.rules.submissions import storable
from hub.services import lineage
from hub.services.run_results import Finished, read_finished

_LONGEST_NAME = 120
_MOST_CARD_BYTES = 1 << 20
_CARD = "report/MODEL_CARD.md"


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
    model_id = storable(model_id)
    found = models.find_model(db, model_id)
    if found is None:
        raise NotFound(f"There is no model '{model_id[:80]}'; the models' page lists them.")
    return replace(found, options=portable(found.options))


def find_report(db: Connection, model_id: str) -> Mapping[str, Any]:
    """Return the report of a model's run, empty where none was kept."""
    return models.find_report(db, model_id)


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


def read_card(settings: Settings, model: Model) -> str | None:
    """Return the model card, in Markdown, or None where the model has none that can be read."""
    found = find_bytes(settings, model)
    if found is None or not found.path.name.endswith(".zip"):
        return None
    try:
        card = model_zips.read_member(found.path, _CARD, most=_MOST_CARD_BYTES)
    except TrainingError:
        # It was damaged, which whoever pulls it is told.
        return None
    return card.decode(errors="replace") if card is not None else None


def register(db: Connection, settings: Settings, training: Training, folder: Path) -> Model:
    """Keep what a finished run brought forth as a model, with which pictures it used.

    `folder` is the run folder, with its model, report and result. The same run again gives the
    same model. Raises TrainingError if something of it is not there.
    """
    finished = read_finished(folder)
    # One model a training and weights, also where its report is written anew.
    model_id = f"m{training.training_id}-{finished.weights_sha256[:12]}"
    kept = models.find_model(db, model_id)
    if kept is None or find_bytes(settings, kept) is None:
        _keep(db, settings, model_id, training=training, finished=finished, folder=folder)
    lineage.put_images(db, settings, training.training_id, folder)
    return find_model(db, model_id)


def _keep(
    db: Connection,
    settings: Settings,
    model_id: str,
    *,
    training: Training,
    finished: Finished,
    folder: Path,
) -> None:
    objects = Objects(settings.objects_root)
    with objects.incoming() as incoming:
        model_zips.write_zip(folder, incoming)
        incoming.flush()
        path = Path(incoming.name)
        sha256, size = sha256_of(path), path.stat().st_size
        key = f"models/{sha256}.zip"
        objects.accept(incoming, key)
    # On disk before the catalogue promises it.
    objects.sync()
    arch = training.options.get("arch", "model")
    models.put_model(
        db,
        model_id,
        training_id=training.training_id,
        name=f"{arch} {training.training_id}: {', '.join(finished.classes)}"[:_LONGEST_NAME],
        object_key=key,
        size_bytes=size,
        sha256=sha256,
        classes=finished.classes,
        metrics=finished.metrics,
        confusion=finished.confusion,
        report=finished.report,
        weights_sha256=finished.weights_sha256,
    )
