"""The site over HTTP: a catalogue for an archive that was made without one, and who reads it."""

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.request import urlopen

from benchmarks.processes import BenchError, run
from cluster.ports import free_port
from cluster.postgres import database_url
from hub.catalogue.subsets import add_subset
from hub.config import Settings
from hub.db import connect
from hub.rules.locks import Lock, Notes, lock_text

_HOST = "127.0.0.1"
_PATIENCE_S = 60
_READ = 1 << 20


@dataclass(frozen=True)
class Site:
    """The site of a hub, as it runs on loopback."""

    port: int
    token: str

    def read_archive(self, root: str, *, wanted: int) -> float:
        """Download a whole archive; return the seconds. Raises BenchError if a byte is missing."""
        begun = time.perf_counter()
        connection = http.client.HTTPConnection(_HOST, self.port, timeout=_PATIENCE_S)
        headers = {"Authorization": f"Bearer {self.token}"}
        connection.request("GET", f"/api/v1/subsets/{root}/archive.zip", headers=headers)
        answer = connection.getresponse()
        buffer, size = memoryview(bytearray(_READ)), 0
        while got := answer.readinto(buffer):
            size += got
        connection.close()
        if answer.status != http.HTTPStatus.OK or size != wanted:
            raise BenchError(f"the site answered {answer.status} with {size} of {wanted} bytes")
        return time.perf_counter() - begun


@contextmanager
def serving(
    settings: Settings, lock: Lock, *, environ: Mapping[str, str], log: Path
) -> Iterator[Site]:
    """Make a catalogue that knows the lock's subset, and serve it by `hub site`."""
    plain = {name: text for name, text in environ.items() if not name.startswith(("HUB_", "PG"))}
    ours = plain | {"HUB_HOME": str(settings.home)}

    def hub(*arguments: str) -> str:
        return run([_program(), *arguments], environ=ours, log=log).output

    hub("init")
    hub("up")
    try:
        made = json.loads(hub("token", "create", "--json"))
        named = replace(lock, notes=Notes(name="benchmark", created_by=made["user"]))
        with connect(database_url(settings.home)) as db:
            add_subset(db, named, lock_toml=lock_text(named))
        port = free_port(_HOST)
        with subprocess.Popen([_program(), "site", "--port", str(port)], env=ours) as server:
            try:
                _wait(port, server)
                yield Site(port, made["token"])
            finally:
                server.terminate()
    finally:
        hub("down")


def _program() -> str:
    return str(Path(sys.executable).with_name("hub"))


def _wait(port: int, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _PATIENCE_S
    while server.poll() is None and time.monotonic() < until:
        try:
            with urlopen(f"http://{_HOST}:{port}/api/v1/openapi.json"):
                return
        except OSError:
            time.sleep(0.1)
    raise BenchError("the site did not start; see what it said above")
