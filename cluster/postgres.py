"""The embedded Postgres of a hub on one machine: made, started and stopped by our own launcher."""

import os
import shutil
import time
from dataclasses import dataclass, replace
from pathlib import Path

from cluster import postgres_place as places
from cluster.accounts import Account, account_name, server_account
from cluster.ports import free_port, is_free
from cluster.postgres_binaries import Install, choose
from cluster.postgres_place import Place
from hub.config import Settings
from hub.errors import ConfigError, DatabaseUnavailable, NotFound

_ATTEMPTS = 5
_WAIT_SECONDS = 60
_HOST = "127.0.0.1"
_SETTINGS = f"""
# Deep Images Hub: loopback only, no socket file; the port is given at the start.
listen_addresses = '{_HOST}'
unix_socket_directories = ''
timezone = 'UTC'
log_timezone = 'UTC'
"""
_WHO_MAY_CONNECT = f"host all all {_HOST}/32 scram-sha-256\n"


@dataclass(frozen=True)
class Status:
    """What there is of an embedded server."""

    folder: Path
    port: int
    is_running: bool


def catalogue_url(settings: Settings) -> str:
    """Where the catalogue is: the server that the environment names, else this home's own.

    Raises NotFound if the home has none yet.
    """
    named = settings.database_url
    return database_url(settings.home) if named is None else named


def database_url(home: Path) -> str:
    """Where the catalogue of this home is, whether or not its server runs.

    Raises NotFound if the home has no server.
    """
    place = places.load(home)
    return f"postgresql://hub:{place.password}@{_HOST}:{place.port}/postgres"


def status(home: Path) -> Status | None:
    """Say where the server is and whether it runs; None if this home has none."""
    try:
        place = places.load(home)
    except NotFound:
        return None
    data = _data(home, place)
    return Status(data.parent, place.port, _running_pid(data) is not None)


def create(home: Path, *, fsync: bool = True) -> bool:
    """Make the server's data folder unless it is there; return whether it was made.

    An interrupted creation leaves nothing that a later one would take for a database.
    """
    account = server_account()
    places.make_state_folder(home)
    with places.held(home):
        try:
            place = places.load(home)
        except NotFound:
            place = places.make(home, account, port=free_port(_HOST))
        data = _data(home, place)
        if data.exists():
            return False
        install = choose(account, major=None, copies=data.parent)
        _initdb(install, account, data=data, password=place.password, fsync=fsync)
        return True


def start(home: Path, *, fsync: bool = True) -> bool:
    """Start the server and wait until it takes connections; return False if it ran already.

    `fsync=False` is for tests alone. Raises DatabaseUnavailable with what its log says.
    """
    with places.held(home):
        place = places.load(home)
        places.refuse_copied_home(home, place)
        data = _data(home, place)
        account = _owner(data)
        if _running_pid(data) is not None:
            return False
        _drop_stale_pid(data)
        major = int((data / "PG_VERSION").read_text())
        install = choose(account, major=major, copies=data.parent)
        _start(install, account, home=home, place=place, fsync=fsync)
        return True


def stop(home: Path) -> bool:
    """Stop the server, ending its sessions; return False if it did not run."""
    with places.held(home):
        data = _data(home, places.load(home))
        if _running_pid(data) is None:
            return False
        account = _owner(data)
        major = int((data / "PG_VERSION").read_text())
        install = choose(account, major=major, copies=data.parent)
        stopped = account.run(
            *(install.bin / "pg_ctl", "stop", "-w", "-m", "fast", "-t", _WAIT_SECONDS),
            *("-D", data),
        )
        if stopped.returncode != 0:
            raise DatabaseUnavailable(f"Postgres did not stop: {_last_line(stopped.stderr)}.")
        return True


def _data(home: Path, place: Place) -> Path:
    return places.server_folder(home, place).resolve() / "data"


def _owner(data: Path) -> Account:
    """The account the data belongs to, which alone can run the server.

    Raises ConfigError if that is neither one's own nor root's to choose.
    """
    try:
        entry = data.stat()
    except FileNotFoundError:
        raise NotFound(f"There is no database in {data}: make it with `hub init`.") from None
    account = server_account()
    if entry.st_uid != account.uid:
        raise ConfigError(
            f"{data} belongs to user '{account_name(entry.st_uid)}', but Postgres would run as"
            f" '{account.name}': run hub as the user who made this hub."
        )
    return account


def _initdb(install: Install, account: Account, *, data: Path, password: str, fsync: bool) -> None:
    begun, secret = data.with_name("data.begun"), data.with_name("initdb.password")
    shutil.rmtree(begun, ignore_errors=True)
    secret.unlink(missing_ok=True)
    with open(os.open(secret, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(password + "\n")
    os.chown(secret, account.uid, account.gid)
    made = account.run(
        *(install.bin / "initdb", "-D", begun, "-U", "hub", "--pwfile", secret),
        *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--data-checksums"),
        *(() if fsync else ("--no-sync",)),
    )
    secret.unlink()
    if made.returncode != 0:
        raise DatabaseUnavailable(
            f"Postgres could not make a database in {begun}: {_last_line(made.stderr)}."
        )
    (begun / "pg_hba.conf").write_text(_WHO_MAY_CONNECT)
    with (begun / "postgresql.conf").open("a") as file:
        file.write(_SETTINGS)
    begun.rename(data)


def _start(install: Install, account: Account, *, home: Path, place: Place, fsync: bool) -> None:
    data = _data(home, place)
    log = data.with_name("postgres.log")
    for _ in range(_ATTEMPTS):
        if not is_free(place.port, host=_HOST):
            place = replace(place, port=free_port(_HOST))
            places.save(home, place)
        begins_at = log.stat().st_size if log.exists() else 0
        options = f"-p {place.port}" + ("" if fsync else " -c fsync=off")
        started = account.run(
            *(install.bin / "pg_ctl", "start", "-w", "-t", _WAIT_SECONDS),
            *("-D", data, "-l", log, "-o", options),
        )
        if started.returncode == 0:
            return
        said = log.read_bytes()[begins_at:].decode(errors="replace") if log.exists() else ""
        # The last sessions of a killed server take a moment to end; a port may be lost to another.
        if "shared memory" not in said and "could not bind" not in said:
            break
        time.sleep(1)
    raise DatabaseUnavailable(
        f"Postgres did not start: {_fatal_line(said) or _last_line(started.stderr)} (see {log})."
    )


def _running_pid(data: Path) -> int | None:
    """The server's process, if it runs: one whose working folder is the data folder."""
    pid = _noted_pid(data)
    if pid is None:
        return None
    # Asked as the server's account, since root in a container may not look at another's process.
    uid = data.stat().st_uid
    account = server_account()
    if account.uid != uid:
        account = Account.current()
    where = account.run("readlink", f"/proc/{pid}/cwd").stdout.strip()
    return pid if where == str(data) else None


def _noted_pid(data: Path) -> int | None:
    try:
        return int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def _drop_stale_pid(data: Path) -> None:
    """Remove the note of a dead server whose number another process has by now.

    Postgres itself sees to the note where no process has that number.
    """
    pid = _noted_pid(data)
    if pid is None:
        return
    try:
        os.kill(pid, 0)
    except OSError:
        return
    (data / "postmaster.pid").unlink()


def _fatal_line(log: str) -> str:
    return next((line for line in log.splitlines() if "FATAL" in line), "")


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1].rstrip(".") if lines else "it gave no reason"
