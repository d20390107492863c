"""Lock files: read with care, written whole, and never over anything but the same lock."""

import os
from pathlib import Path

from hub.errors import LockError, RecipeError, SubsetError
from hub.rules.locks import Lock, lock_text, parse_lock
from hub.rules.recipes import Recipe, parse_recipe

_LONGEST = 1 << 20


def read_lock(path: Path) -> Lock:
    """Read a lock file. Raises LockError that says what is wrong with it."""
    try:
        return parse_lock(_read(path), where=str(path))
    except FileNotFoundError as error:
        raise LockError(f"There is no lock file {path}; `hub subset create` makes one.") from error
    except OSError as error:
        raise LockError(f"Cannot read the lock {path}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise LockError(f"{path} is not a subset lock: it is not text.") from error


def read_recipe(path: Path) -> Recipe:
    """Read a recipe from a TOML file, which may be a lock. Raises RecipeError."""
    try:
        return parse_recipe(_read(path), where=str(path))
    except OSError as error:
        raise RecipeError(
            f"Cannot read the recipe {path}: {error.strerror}. Check the path."
        ) from error
    except UnicodeDecodeError as error:
        raise RecipeError(f"The recipe {path} is not text in UTF-8.") from error


def check_out(out: Path, *, force: bool = False) -> Lock | None:
    """Return the lock that is at `out`, if there is one; ask before the work is done.

    Raises SubsetError if `out` holds anything but a lock (and `force` is not given), or lies in
    no folder.
    """
    if not out.parent.is_dir():
        raise SubsetError(f"The folder {out.parent} for the lock does not exist; make it first.")
    if force or not os.path.lexists(out):
        return None
    try:
        return read_lock(out)
    except LockError as error:
        raise SubsetError(f"{out} is there and is no lock; name another file.") from error


def check_same(before: Lock | None, lock: Lock, *, out: Path) -> None:
    """Raises SubsetError if another lock than this one is at `out`."""
    if before and (before, before.notes.name) != (lock, lock.notes.name):
        raise SubsetError(f"{out} is another lock; name another file or give --force.")


def write_lock(lock: Lock, out: Path) -> None:
    """Write a lock file whole or not at all. Raises SubsetError if it cannot be written."""
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        part.write_text(lock_text(lock), encoding="utf-8")
        part.replace(out)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise SubsetError(f"Cannot write the lock {out}: {error.strerror}.") from error


def _read(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(_LONGEST).decode()
