"""Manifests as bytes, to be read from anywhere on."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hub.config import Settings
from hub.errors import LockError
from hub.objects.local import Objects
from hub.services.manifests import manifest_key

_CHUNK_BYTES = 1 << 18


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
        with self.path.open("rb") as file:
            file.seek(first)
            while first < end and (chunk := file.read(min(_CHUNK_BYTES, end - first))):
                first += len(chunk)
                yield chunk


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
