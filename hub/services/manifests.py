"""Manifests as they are kept: found by their root, believed once their bytes have been checked."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from hub.errors import LockError
from hub.exports.source import check_manifest
from hub.objects.local import Objects
from hub.rules.locks import Lock
from hub.rules.manifests import Picture, Summary, read_manifest


def manifest_key(root: str) -> str:
    """Name the object that holds a manifest."""
    return f"manifests/{root}"


@contextmanager
def opened_manifest(objects: Objects, root: str) -> Iterator[BinaryIO]:
    """Open a manifest that is there."""
    with objects.path(manifest_key(root)).open("rb") as lines:
        yield lines


def stream_pictures(objects: Objects, root: str) -> Iterator[Picture]:
    """Yield the pictures of a manifest; raises LockError at its end if it was changed."""
    with opened_manifest(objects, root) as lines:
        yield from read_manifest(lines, root=root)


def check_kept(objects: Objects, lock: Lock) -> Summary:
    """Make sure of the manifest of a lock. Raises LockError if it is not here or not its own."""
    if not objects.exists(manifest_key(lock.root)):
        of_hub = f" was made on hub {lock.notes.hub}" if lock.notes.hub else " is of another hub"
        raise LockError(
            f"This hub does not have the manifest {lock.root}: the lock '{lock.title}'{of_hub};"
            " pull it there, or make the subset here with `hub subset create`."
        )
    with opened_manifest(objects, lock.root) as lines:
        return check_manifest(lock, lines)
