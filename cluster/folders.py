"""Folders of a hub: made with their mode, or refused by the setting that names another place."""

from pathlib import Path

from hub.errors import ConfigError


def make_folder(folder: Path, *, mode: int, setting: str) -> None:
    """Make a folder and those above it; one that is there keeps its mode.

    Raises ConfigError, naming the setting, where it cannot be made.
    """
    try:
        is_new = not folder.exists()
        folder.mkdir(parents=True, exist_ok=True)
        if is_new:
            folder.chmod(mode)  # whatever the umask
    except OSError as error:
        raise unusable(folder, error, setting=setting) from error


def unusable(folder: Path, error: OSError, *, setting: str) -> ConfigError:
    """Say that a folder cannot be used, and which setting names another."""
    reason = (error.strerror or "unknown reason").lower()
    return ConfigError(
        f"{folder} cannot be used ({reason}): set {setting} to a folder that you may write."
    )
