"""Puts a page where a person finds it, whole or not at all."""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from hub.config import Settings
from hub.errors import StorageError


def page_path(settings: Settings, name: str) -> Path:
    """Return where a page lies unless another place is named."""
    return settings.home / "reports" / f"{name}.html"


def write_page(path: Path, page: str) -> None:
    """Write a page, replacing one that is there; the folders above are made.

    Raises StorageError where the page cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=".", suffix=".tmp", delete=False
        ) as incoming:
            try:
                incoming.write(page)
                incoming.close()
                # Readable by others as any new file is; a temporary one is not.
                mask = os.umask(0)
                os.umask(mask)
                os.chmod(incoming.name, 0o666 & ~mask)
                os.replace(incoming.name, path)
            except BaseException:
                os.unlink(incoming.name)
                raise
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise StorageError(
            f"The page {path} cannot be written ({reason}): name another file with --output."
        ) from error
