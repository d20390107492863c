"""Checkpoints of a run: the last one and the best one, each there whole or not at all."""

import errno
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

import numpy as np

from hub.errors import TrainingError
from hub.rules.runs import CHECKPOINTS, write_json
from jobs.train.worker.digests import DataError, digest_file
from jobs.train.worker.progress import Progress

LAST, BEST = "last", "best"
_HALF = ".incoming"


@dataclass(frozen=True)
class Checkpoint:
    """A file of arrays, which holds no pickled object, and what it was made at."""

    path: Path
    sha256: str
    progress: Progress

    def put_into(self, variables: Mapping[str, Any]) -> None:
        """Set variables to the arrays of their names. Raises DataError if some are lacking."""
        with np.load(self.path, allow_pickle=False) as arrays:
            if variables.keys() - set(arrays):
                raise DataError(
                    f"The checkpoint {self.path} was made by another release of the hub, which this"
                    f" one does not go on from: remove {self.path.parent} to begin anew."
                )
            for name, variable in variables.items():
                variable.assign(arrays[name])


def save_checkpoint(
    folder: Path, variables: Mapping[str, Any], *, progress: Progress, is_best: bool
) -> None:
    """Keep where a training is as the last checkpoint of a run folder, and as the best one.

    Raises TrainingError if there is no room; the checkpoints that were there stay as they were.
    """
    kept = folder / CHECKPOINTS
    kept.mkdir(exist_ok=True)
    path = kept / f"step-{progress.step}.npz"
    digest = _write(path, variables)
    said = {"file": path.name, "sha256": digest, "progress": asdict(progress)}
    # The best first: what comes to an end in between is trained again from the last one.
    for name in (BEST, LAST) if is_best else (LAST,):
        with _no_room_said(path):
            write_json(kept / f"{name}.json", said)
    _remove_all_but(kept)


def find_checkpoint(folder: Path, name: str) -> tuple[Checkpoint | None, str | None]:
    """Return the last or the best checkpoint if it is whole, and else a sentence on what is wrong
    with it, or nothing if there is none."""
    said_at = folder / CHECKPOINTS / f"{name}.json"
    try:
        said = json.loads(said_at.read_bytes())
        path = said_at.parent / Path(said["file"]).name
        found = Checkpoint(path, said["sha256"], Progress(**said["progress"]))
        if digest_file(path) != found.sha256:
            return None, f"The checkpoint {path.name} is damaged and was not used."
    except FileNotFoundError as error:
        if not said_at.exists():
            return None, None
        return None, f"The checkpoint {error.filename} is missing."
    except (ValueError, KeyError, TypeError) as error:
        return None, f"The checkpoint {said_at} cannot be read ({error}) and was not used."
    return found, None


def find_newest(folder: Path) -> tuple[Checkpoint | None, list[str]]:
    """Return the last checkpoint, else the best one, if whole, and what is wrong with others."""
    faults = []
    for name in (LAST, BEST):
        found, fault = find_checkpoint(folder, name)
        if fault:
            faults.append(fault)
        if found:
            return found, faults
    return None, faults


def _write(path: Path, variables: Mapping[str, Any]) -> str:
    incoming = path.with_name(f".{path.name}{_HALF}")
    # What a rank that was killed left half written takes the room of a whole one.
    for left in path.parent.glob(f"*{_HALF}"):
        if left != incoming:
            left.unlink(missing_ok=True)
    with _no_room_said(path):
        try:
            with incoming.open("wb") as file:
                hashed = _Hashed(file)
                np.savez(hashed, **{name: each.numpy() for name, each in variables.items()})
                file.flush()
                os.fsync(file.fileno())
            incoming.replace(path)
        finally:
            incoming.unlink(missing_ok=True)
    return hashed.digest.hexdigest()


class _Hashed:
    """A file that is written from front to back, and digested on the way."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.digest = file, sha256()

    def write(self, data: Any) -> int:
        self.digest.update(data)
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()

    def read(self, size: int = -1) -> bytes:
        """Asked for by numpy, which takes what has it for a file."""
        raise OSError("This file is only written.")


@contextmanager
def _no_room_said(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise TrainingError(
            f"There is no room for the checkpoint {path}: make room; the training goes on from"
            " the one before."
        ) from error


def _remove_all_but(kept: Path) -> None:
    named = b"".join(said.read_bytes() for said in kept.glob("*.json"))
    for path in kept.glob("*.npz"):
        if f'"{path.name}"'.encode() not in named:
            path.unlink()
