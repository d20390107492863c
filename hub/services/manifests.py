"""Manifests as they are kept: found by their root, believed once their bytes have been checked."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from hub.config import Settings
from hub.errors import LockError
from hub.exports.source import check_manifest
from hub.exports.zipping import read_span
from hub.objects.local import Objects
from hub.rules.locks import Lock
from hub.rules.manifests import Picture, Summary, read_manifest


def manifest_key(root: str) -> str:
    """Name the object that holds a manifest."""
    return f"manifests/{root}"


def open_lines(objects: Objects, root: str) -> BinaryIO:
    """Open a manifest that is there."""
    return objects.path(manifest_key(root)).open("rb")


def stream_pictures(objects: Objects, root: str) -> Iterator[Picture]:
    """Yield the pictures of a manifest; raises LockError at its end if it was changed."""
    with open_lines(objects, root) as lines:
        yield from read_manifest(lines, root=root)


def check_kept(objects: Objects, lock: Lock) -> Summary:
    """Make sure of the manifest of a lock. Raises LockError if it is not here or not its own."""
    if not objects.exists(manifest_key(lock.root)):
        of_hub = f" was made on hub {lock.notes.hub}" if lock.notes.hub else " is of another hub"
        raise LockError(
            f"This hub does not have the manifest {lock.root}: the lock '{lock.title}'{of_hub};"
            " pull it there, or make the subset here with `hub subset create`."
        )
    with open_lines(objects, lock.root) as lines:
        return check_manifest(lock, lines)


@dataclass(frozen=True)
class ManifestBytes:
    """The JSON Lines of a manifest."""

    path: Path
    root: str
    size_bytes: int

    @property
    def etag(self) -> str:
        """Strong: the root is the sha256 of the bytes."""
        return self.root

    def read(self, first: int, end: int) -> Iterator[bytes]:
        """Yield the bytes from `first` up to `end`, in constant memory."""
        return read_span(self.path.open("rb"), first, end)


def open_manifest(settings: Settings, root: str) -> ManifestBytes:
    """Return the manifest of a root. Raises LockError if this hub has lost it."""
    path = Objects(settings.objects_root).path(manifest_key(root))
    try:
        return ManifestBytes(path, root, path.stat().st_size)
    except OSError as error:
        raise LockError(
            f"The manifest {root} cannot be read ({error.strerror}): put it back from a backup, or"
            " make the subset again with `hub subset create`."
        ) from error
