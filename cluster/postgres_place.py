"""Where the embedded Postgres of a hub keeps its files, its port and its password."""

import fcntl
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from typing import TextIO

from cluster.accounts import Account, account_name
from cluster.folders import make_folder, unusable
from hub.errors import ConfigError, DatabaseUnavailable, NotFound

OUTSIDE = Path("/var/lib/deep-images-hub")
"""Holds the server's folder where its account cannot reach the hub's home."""


@dataclass(frozen=True)
class Place:
    """What `<home>/postgres/server.json` remembers."""

    folder: str
    """The server's own folder: relative to `<home>/postgres`, or absolute outside of it."""
    port: int
    password: str


def state_folder(home: Path) -> Path:
    """The folder that remembers the server; it belongs to who runs `hub`."""
    return home / "postgres"


def make_state_folder(home: Path) -> None:
    """Make that folder. Root's can be passed through, since its server runs as another user."""
    mode = 0o711 if os.geteuid() == 0 else 0o700
    make_folder(state_folder(home), mode=mode, setting="HUB_HOME")


def server_folder(home: Path, place: Place) -> Path:
    """The folder that belongs to the server's account."""
    return state_folder(home) / place.folder


def load(home: Path) -> Place:
    """Read what is remembered.

    Raises NotFound if this home has no server, ConfigError if it belongs to someone else or
    cannot be entered.
    """
    try:
        return Place(**json.loads((state_folder(home) / "server.json").read_text()))
    except FileNotFoundError:
        raise _no_hub(home) from None
    except OSError as error:
        raise _closed(home, error) from None
    except (ValueError, TypeError):
        raise DatabaseUnavailable(
            f"{state_folder(home)}/server.json is damaged: restore it from a copy."
        ) from None


def save(home: Path, place: Place) -> None:
    """Remember the server, in one step; only its owner may read the password."""
    target = state_folder(home) / "server.json"
    begun = target.with_suffix(".begun")
    begun.unlink(missing_ok=True)
    with open(os.open(begun, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        json.dump(asdict(place), file)
        file.flush()
        os.fsync(file.fileno())
    begun.replace(target)


def make(home: Path, account: Account, *, port: int) -> Place:
    """Find a folder that the account can use, remember it with a new password.

    Raises ConfigError if there is none.
    """
    place = Place(_make_folder(home, account), port, secrets.token_urlsafe(24))
    if place.folder != _INSIDE:
        (Path(place.folder) / "home").write_text(str(home))
    save(home, place)
    return place


_INSIDE = "server"


def _make_folder(home: Path, account: Account) -> str:
    inside = state_folder(home) / _INSIDE
    if (inside / "data").exists():
        raise ConfigError(
            f"{inside} holds a database whose password is gone with server.json beside it:"
            " restore that file, or move the folder away and run `hub init` again."
        )
    if inside.exists():
        shutil.rmtree(inside)
    if account.make_folder(inside):
        return _INSIDE
    outside = _outside(home)
    if account.make_folder(outside):
        return str(outside)
    raise ConfigError(
        f"User '{account.name}', who runs Postgres, can reach neither {home} nor {outside.parent}:"
        " set HUB_HOME to a folder that it can reach, or HUB_DATABASE_URL to a server."
    )


def _outside(home: Path) -> Path:
    """Name an unused folder: one left by an earlier hub of this path is not touched."""
    if not OUTSIDE.exists():
        OUTSIDE.mkdir(parents=True)
        OUTSIDE.chmod(0o755)  # whatever the umask
    digest = hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:12]
    names = (f"{digest}-{number}" for number in count(1))
    return next(OUTSIDE / name for name in names if not (OUTSIDE / name).exists())


@contextmanager
def held(home: Path) -> Iterator[None]:
    """Let one process at a time start, stop or make the server; the others wait.

    Raises NotFound if this home has no server, ConfigError if it belongs to someone else.
    """
    with _open_lock(home) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _open_lock(home: Path) -> TextIO:
    folder = state_folder(home)
    try:
        if not folder.exists():
            raise _no_hub(home)
        if folder.stat().st_uid != os.geteuid():
            raise ConfigError(
                f"The hub in {home} belongs to user '{_owner(home)}':"
                " run this command as that user."
            )
        return (folder / "lock").open("w")
    except OSError as error:
        raise _closed(home, error) from None


def _closed(home: Path, error: OSError) -> ConfigError:
    """Name whose hub it is where that can be seen, else what is wrong with the folder."""
    if isinstance(error, PermissionError):
        with suppress(OSError):
            return ConfigError(
                f"The hub in {home} belongs to user '{_owner(home)}': run hub as that user,"
                " or set HUB_HOME to a folder of your own."
            )
    return unusable(home, error, setting="HUB_HOME")


def _no_hub(home: Path) -> NotFound:
    return NotFound(f"There is no hub in {home}: make one with `hub init`.")


def _owner(home: Path) -> str:
    return account_name(state_folder(home).stat().st_uid)


def refuse_copied_home(home: Path, place: Place) -> None:
    """Raise ConfigError if this home is a copy of one that still has the same server outside."""
    if place.folder == _INSIDE:
        return
    note = Path(place.folder) / "home"
    original = Path(note.read_text()) if note.exists() else home
    if original == home:
        return
    if state_folder(original).exists():
        raise ConfigError(
            f"{home} is a copy of {original} and would share its Postgres: remove"
            f" {state_folder(home)} and run `hub init`, or set HUB_DATABASE_URL."
        )
    note.write_text(str(home))
