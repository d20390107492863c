"""Brings models' files to where they are used: whole and checked, or not at all."""

import glob
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from hub.catalogue.models import Model
from hub.config import Settings
from hub.db import Connection
from hub.errors import StorageError, TrainingError
from hub.exports import model_zips
from hub.exports.claiming import claimed
from hub.exports.model_zips import sha256_of
from hub.objects.local import Objects
from hub.rules import runs
from hub.services.models import find_model, open_model

MODEL_FILE = f"{runs.MODEL}/model.keras"
"""Of a model, what predicts."""

_MOST_CACHED = 4
"""Models: a VGG16 at 224 pixels has half a gigabyte."""


def pull(db: Connection, settings: Settings, model_id: str, folder: Path) -> Model:
    """Bring a model to a folder: its files, whole and checked, or none.

    A folder that holds just them is left as it is. Raises NotFound, StorageError if the stored
    bytes are not what they were, TrainingError if something else is at `folder`.
    """
    model = find_model(db, model_id)
    stored = _stored(settings, model)
    if os.path.lexists(folder) and (not folder.is_dir() or any(folder.iterdir())):
        if folder.is_dir() and model_zips.is_unpacked(stored, folder):
            return model
        raise TrainingError(f"{folder} holds something else; name a folder that is not there.")
    # Also `.`, which has no name of its own to be written beside.
    folder = Path(os.path.abspath(folder))
    with _writing(folder), _beside(folder) as unfinished:
        model_zips.unpack(stored, unfinished)
        os.replace(unfinished, folder)
    return model


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """Make a folder beside another for the block, and remove those of whom was killed in it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    for left in folder.parent.glob(f".{glob.escape(folder.name)}.*.part"):
        # Whoever is alive has claimed his.
        with suppress(OSError), claimed(left):
            shutil.rmtree(left)
    with (
        TemporaryDirectory(
            dir=folder.parent, prefix=f".{folder.name}.", suffix=".part"
        ) as temporary,
        claimed(Path(temporary)),
    ):
        # One that others may read, as far as the umask lets them.
        unfinished = Path(temporary) / "model"
        unfinished.mkdir()
        yield unfinished


def cached_file(settings: Settings, model: Model) -> Path:
    """Return a model's Keras file as the hub's home keeps it, brought there if it is not.

    It is checked by its sha256 each time; the last few models that were used are kept. Raises
    NotFound or StorageError as `pull` does.
    """
    cache = Objects(settings.home / "cache" / "models")
    with _writing(cache.path(model.sha256)):
        for key in cache.list_folder(model.sha256):
            path = cache.path(key)
            if sha256_of(path) == path.stem:
                cache.renew(key)
                return path
            path.unlink()
        stored = _stored(settings, model)
        with cache.incoming() as incoming:
            model_zips.copy_member(stored, MODEL_FILE, incoming)
            incoming.flush()
            key = f"{model.sha256}/{sha256_of(Path(incoming.name))}.keras"
            cache.accept(incoming, key)
        _remove_least_used(settings.home / "cache" / "models")
        cache.remove_stale()
        return cache.path(key)


def _remove_least_used(cache: Path) -> None:
    kept = sorted(cache.glob("*/*.keras"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in kept[_MOST_CACHED:]:
        shutil.rmtree(path.parent)


def _stored(settings: Settings, model: Model) -> Path:
    """Return where a model's zip lies. Raises NotFound, or StorageError if it is damaged."""
    path = open_model(settings, model).path
    if sha256_of(path) != model.sha256:
        raise StorageError(
            f"The stored file of model '{model.model_id}' is damaged: its bytes do not have the"
            " sha256 that the hub kept. Put it back from a backup."
        )
    return path


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(f"Cannot write the model to {folder}: {error.strerror}.") from error
