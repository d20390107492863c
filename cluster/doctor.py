"""Says what this machine lacks for a hub, and the remedy."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from cluster import postgres, postgres_binaries
from hub.config import Settings
from hub.db import connect
from hub.errors import HubError
from jobs.jars import jar_paths

_JAVA = (17, 21)
_LEAST_DISK_BYTES = 5 * 1000**3
_LEAST_MEMORY_BYTES = 4 * 1000**3
TRAINED_WITH = {"tensorflow": "2.18.1", "horovod": "0.28.1", "petastorm": "0.13.1"}
"""Of constraints/train.txt, which an installed hub does not have beside it."""
_TELL_VERSIONS = """
import json
import sys
from importlib.metadata import distributions
from importlib.util import find_spec

versions = {str(one.name).replace("-", "_"): one.version for one in distributions()}
names = filter(find_spec, sys.argv[1:])
print(json.dumps({name: versions.get(name, versions.get(f"{name}_cpu")) for name in names}))
"""
"""To import TensorFlow would take seconds."""
_PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Check:
    """One thing that a hub uses: what was found, and the remedy where that is not enough."""

    name: str
    found: str
    is_ok: bool
    remedy: str
    is_needed: bool = True

    @property
    def state(self) -> str:
        """`ok`; `missing` where the hub does not work without it, else `optional`."""
        return "ok" if self.is_ok else "missing" if self.is_needed else "optional"


def examine(settings: Settings) -> list[Check]:
    """Look at everything, in the order in which a newcomer would mend it."""
    return [
        _python(),
        _java(),
        _jars(),
        *_postgres(settings),
        *_compilers(),
        _training(settings),
        _home(settings),
        _disk(settings),
        _memory(),
    ]


def _python() -> Check:
    is_ok = (3, 11) <= sys.version_info[:2] < (3, 13)
    return Check("Python", sys.version.split()[0], is_ok, "install Python 3.11 or 3.12")


def _java() -> Check:
    remedy = "install Java 17 or 21 (Debian: openjdk-17-jre-headless) and put it on PATH"
    java = shutil.which("java")
    if java is None:
        return Check("Java", "none on PATH", False, remedy)
    said = subprocess.run([java, "-version"], check=False, capture_output=True, text=True).stderr
    version = re.search(r'version "(\d+)[^"]*"', said)
    found = version[0].removeprefix("version ").strip('"') if version else "no answer"
    return Check("Java", found, version is not None and int(version[1]) in _JAVA, remedy)


def _jars() -> Check:
    try:
        paths = jar_paths()
    except HubError as error:
        return Check("Delta's jars", "none", False, str(error))
    return Check("Delta's jars", str(paths[0].parent), True, "")


def _postgres(settings: Settings) -> Iterator[Check]:
    if settings.database_url is not None:
        yield _named_server(settings.database_url)
        return
    found = [f"{install.version} in {install.bin}" for install in postgres_binaries.installs()]
    yield Check(
        "PostgreSQL's programs",
        found[0] if found else "none",
        bool(found),
        postgres_binaries.REMEDY,
    )
    yield _embedded_server(settings)


def _named_server(url: str) -> Check:
    try:
        with connect(url):
            return Check("PostgreSQL", "the server that the environment names", True, "")
    except HubError as error:
        return Check("PostgreSQL", "no answer", False, str(error))


def _embedded_server(settings: Settings) -> Check:
    name = "the hub's server"
    try:
        status = postgres.status(settings.home)
    except HubError as error:
        return Check(name, "not yours", False, str(error))
    if status is None:
        return Check(name, "none yet", False, "make it with `hub init`", is_needed=False)
    if not status.is_running:
        return Check(name, "stopped", False, "start it with `hub up`", is_needed=False)
    return Check(name, f"port {status.port}, {status.folder}", True, "")


def _compilers() -> Iterator[Check]:
    for program in ("cmake", "g++"):
        found = shutil.which(program)
        yield Check(
            program,
            found or "none",
            found is not None,
            f"install Debian's package '{program}' before you set up training",
            is_needed=False,
        )


def _training(settings: Settings) -> Check:
    python = str(settings.train_python)
    wanted = ", ".join(f"{name} {version}" for name, version in TRAINED_WITH.items())
    remedy = (
        f"make it with `make train-setup`, or name by HUB_TRAIN_PYTHON a Python that has {wanted}"
    )
    versions = _versions(python)
    found = ", ".join(f"{name} {versions.get(name) or 'none'}" for name in TRAINED_WITH)
    return Check(
        "Python to train with",
        f"{python}: {found}" if versions else f"none at {python}",
        versions == TRAINED_WITH,
        remedy,
        is_needed=False,
    )


def _versions(python: str) -> dict[str, str]:
    """Return of what is trained with what a Python can import; nothing where it does not answer."""
    try:
        said = subprocess.run(
            [python, "-P", "-c", _TELL_VERSIONS, *TRAINED_WITH],
            check=False,
            capture_output=True,
            timeout=_PATIENCE_SECONDS,
        )
        versions: dict[str, str] = json.loads(said.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return {}
    return versions


def _home(settings: Settings) -> Check:
    folder = _existing(settings)
    is_ok = os.access(folder, os.W_OK | os.X_OK)
    remedy = "set HUB_HOME to a folder that you may write"
    return Check("HUB_HOME", str(settings.home), is_ok, remedy)


def _disk(settings: Settings) -> Check:
    free = shutil.disk_usage(_existing(settings)).free
    remedy = "free some space: a hub keeps the files as they came beside what it publishes"
    return Check("free disk", f"{free / 1e9:.1f} GB", free >= _LEAST_DISK_BYTES, remedy)


def _memory() -> Check:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    remedy = "use a machine of 4 GB or more, or lower HUB_SPARK_MEMORY"
    return Check("memory", f"{total / 1e9:.1f} GB", total >= _LEAST_MEMORY_BYTES, remedy)


def _existing(settings: Settings) -> str:
    """The home, or the nearest folder above it that is there."""
    return str(next(path for path in (settings.home, *settings.home.parents) if path.exists()))
