"""A model with all that belongs to it as one zip: the same bytes for the same files."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from hub.errors import TrainingError
from hub.rules import runs

PARTS = (
    runs.MODEL,
    runs.REPORT,
    runs.LOCK,
    runs.ATTRIBUTION,
    runs.LEFT_OUT,
    runs.SETTINGS,
    runs.RESULT,
)
"""Of a run folder: what is no picture, checkpoint or log."""

# The earliest that a zip can hold: the moment of packing says nothing of the model.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_CHUNK = 1 << 20


def write_zip(folder: Path, out: BinaryIO) -> None:
    """Write a run folder's model, report and provenance, stored, in the order of their names."""
    with ZipFile(out, "w", ZIP_STORED, allowZip64=True) as packed:
        for path in sorted(_files(folder), key=lambda one: one.relative_to(folder).as_posix()):
            info = ZipInfo(path.relative_to(folder).as_posix(), _NO_TIME)
            info.external_attr = 0o644 << 16
            if info.filename == runs.SETTINGS:
                packed.writestr(info, _portable(path))
                continue
            info.file_size = path.stat().st_size
            with path.open("rb") as source, packed.open(info, "w") as target:
                shutil.copyfileobj(source, target, _CHUNK)


def _portable(path: Path) -> str:
    values = json.loads(path.read_bytes())
    options = runs.portable(values["options"])
    return json.dumps({**values, "options": options}, indent=1, sort_keys=True)


def _files(folder: Path) -> Iterator[Path]:
    for name in PARTS:
        part = folder / name
        for path in part.rglob("*") if part.is_dir() else (part,):
            # Nothing that lies elsewhere comes into the zip by a link.
            if path.is_file() and not path.is_symlink():
                yield path


def unpack(path: Path, folder: Path) -> None:
    """Write the files of a zip below a folder that is there.

    Raises TrainingError for one whose names lead elsewhere, or that would grow.
    """
    with _open(path) as packed:
        for info in _members(packed, path):
            target = folder / info.filename
            target.parent.mkdir(parents=True, exist_ok=True)
            with packed.open(info) as source, target.open("xb") as out:
                shutil.copyfileobj(source, out, _CHUNK)


def is_unpacked(path: Path, folder: Path) -> bool:
    """Tell whether a folder holds exactly the files of a zip."""
    with _open(path) as packed:
        members = {info.filename: info for info in _members(packed, path)}
        found = {
            one.relative_to(folder).as_posix()
            for one in folder.rglob("*")
            if one.is_symlink() or not one.is_dir()
        }
        return found == members.keys() and all(
            _is_same(packed, info, folder / name) for name, info in members.items()
        )


def read_member(path: Path, name: str, *, most: int) -> bytes | None:
    """Return a file of a zip; None if there is none, or of more bytes than `most`."""
    with _open(path) as packed:
        for info in _members(packed, path):
            if info.filename == name and info.file_size <= most:
                return packed.read(info)
    return None


def copy_member(path: Path, name: str, out: BinaryIO) -> None:
    """Write a file of a zip to `out`. Raises TrainingError if there is none."""
    with _open(path) as packed:
        for info in _members(packed, path):
            if info.filename == name:
                with packed.open(info) as source:
                    shutil.copyfileobj(source, out, _CHUNK)
                return
    raise TrainingError(f"{path} has no {name}: it is no model of this hub.")


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _open(path: Path) -> Iterator[ZipFile]:
    try:
        with ZipFile(path) as packed:
            yield packed
    except (BadZipFile, EOFError, RuntimeError, ValueError) as error:
        raise TrainingError(f"{path} is no model's zip, or a damaged one ({error}).") from error


def _members(packed: ZipFile, path: Path) -> list[ZipInfo]:
    members = packed.infolist()
    names = [info.filename for info in members]
    if not all(map(_is_plain, names)) or len(set(names)) < len(names):
        raise TrainingError(f"{path} names files outside its folder: it is no model of this hub.")
    is_stored = all(info.compress_type == ZIP_STORED for info in members)
    if not is_stored or sum(info.file_size for info in members) > path.stat().st_size:
        raise TrainingError(f"{path} holds more than it says: it is no model of this hub.")
    return members


def _is_plain(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return (
        name == "/".join(parts)
        and not name.startswith("/")
        and ".." not in parts
        and "\\" not in name
        and name.isprintable()
    )


def _is_same(packed: ZipFile, info: ZipInfo, path: Path) -> bool:
    if path.is_symlink() or path.stat().st_size != info.file_size:
        return False
    with packed.open(info) as kept, path.open("rb") as found:
        return all(chunk == found.read(_CHUNK) for chunk in iter(lambda: kept.read(_CHUNK), b""))
