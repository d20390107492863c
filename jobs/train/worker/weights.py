"""A model's weights as plain arrays by name: their digest, their file, and taking them over."""

import zlib
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

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

    Raises DataError if the file is not the one that was named, or holds none for it.
    """
    if not path.is_file() or digest_file(path) != sha256_hex:
        raise DataError(
            f"{path} is not the file of first weights that was asked for (sha256"
            f" {sha256_hex[:12]}...): put it there, or ask for the training again."
        )
    known = {weight.path: weight for weight in model.weights}
    try:
        with ZipFile(path) as packed:
            names = {name[:-4] for name in packed.namelist() if name.endswith(".npy")}
            fitting = {name for name in names & known.keys() if _take(packed, name, known[name])}
    except (BadZipFile, EOFError, OSError, RuntimeError, ValueError, zlib.error) as error:
        why = str(error).partition("\n")[0]
        raise DataError(
            f"{path} is no file of weights ({why}): ask for the training again with the"
            " `weights.npz` of a model."
        ) from error
    if not fitting:
        raise DataError(
            f"{path} has no weights that fit this network: ask for the training again with those of"
            " the same network at the same side, or with none."
        )
    return [*_sayings(names, set(known), fitting)]


def _take(packed: ZipFile, name: str, weight: Any) -> bool:
    """Take over an array if it has the weight's shape; else it is not even unpacked, for it may be
    of any size. Raises ValueError if it holds anything but numbers."""
    with packed.open(f"{name}.npy") as member:
        # As numpy writes whatever is plain.
        np.lib.format.read_magic(member)
        shape, _, dtype = np.lib.format.read_array_header_1_0(member)
        if shape != tuple(weight.shape):
            return False
        if dtype.kind != "f":
            raise ValueError(f"{name} holds {dtype} and no floating-point numbers")
        member.seek(0)
        values = np.lib.format.read_array(member, allow_pickle=False).astype(np.float32)
    if not np.isfinite(values).all():
        raise ValueError(f"{name} holds what is no number")
    weight.assign(values)
    return True


def _sayings(given: Iterable[str], known: set[str], fitting: set[str]) -> Iterable[str]:
    for name in sorted(set(given) - fitting):
        why = "has another shape here" if name in known else "is not in this network"
        yield f"{name} of the first weights {why} and was not taken."
    for name in sorted(known - set(given)):
        yield f"{name} begins at random: the first weights do not have it."
