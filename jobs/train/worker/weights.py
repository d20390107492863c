"""A model's weights as plain arrays by name: their digest, their file, and taking them over."""

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

import keras
import numpy as np

from jobs.train.worker.digests import DataError, digest_file


def digest_weights(model: keras.Model) -> str:
    """Return the SHA-256 over names, shapes and bytes of a model's weights, in their order."""
    digest = sha256()
    for weight in model.weights:
        values = np.ascontiguousarray(weight.numpy())
        digest.update(f"{weight.path} {values.dtype.str} {values.shape}\n".encode())
        digest.update(values.data)
    return digest.hexdigest()


def save_weights(model: keras.Model, path: Path) -> None:
    np.savez(path, **{weight.path: weight.numpy() for weight in model.weights})


def take_weights(model: keras.Model, path: Path, *, sha256_hex: str) -> list[str]:
    """Take over the arrays of a file whose names and shapes fit; return a sentence on each rest.

    Raises DataError if the file is not the one that was named.
    """
    if not path.is_file() or digest_file(path) != sha256_hex:
        raise DataError(
            f"{path} is not the file of first weights that was asked for (sha256"
            f" {sha256_hex[:12]}...): put it there, or ask for the training again."
        )
    with np.load(path, allow_pickle=False) as arrays:
        known = {weight.path: weight for weight in model.weights}
        fitting = {
            name
            for name in arrays.files
            if name in known and _shape(arrays, name) == tuple(known[name].shape)
        }
        for name in fitting:
            known[name].assign(arrays[name])
        return [*_sayings(arrays.files, set(known), fitting)]


def _shape(arrays: Any, name: str) -> tuple[int, ...]:
    return tuple(arrays[name].shape)


def _sayings(given: Iterable[str], known: set[str], fitting: set[str]) -> Iterable[str]:
    for name in sorted(set(given) - fitting):
        why = "has another shape here" if name in known else "is not in this network"
        yield f"{name} of the first weights {why} and was not taken."
    for name in sorted(known - set(given)):
        yield f"{name} begins at random: the first weights do not have it."
