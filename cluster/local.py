"""The hub on one machine: made, started and stopped as a whole."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

import urllib3

from cluster import background, postgres
from cluster.background import Service
from cluster.folders import make_folder
from cluster.ports import check_free, free_port, is_free
from hub.config import Settings
from hub.db import connect
from hub.migrations import migrate
from hub.services.labels import seed_labels

_HOST, _PORT = "127.0.0.1", 8000


@dataclass(frozen=True)
class Made:
    """What `init` found or made."""

    server: postgres.Status | None
    """None: the server is one that the environment names."""
    migrations: list[str]
    labels_added: int


def init(settings: Settings) -> Made:
    """Make the hub's folders, server, schema and labels, where they are not there yet.

    Of a server that the environment names it only migrates and seeds the catalogue.
    """
    _make_folders(settings)
    if settings.database_url is None:
        postgres.create(settings.home)
        postgres.start(settings.home)
    url = postgres.catalogue_url(settings)
    applied = migrate(url)
    with connect(url) as db:
        added = seed_labels(db)
    return Made(_status(settings), applied, added)


def up(settings: Settings) -> bool | None:
    """Start the embedded server; False: it ran already, None: the environment names a server."""
    if settings.database_url is None:
        return postgres.start(settings.home)
    with connect(settings.database_url):  # raises if it does not answer
        return None


def up_site(settings: Settings, *, port: int | None = None) -> str:
    """Start the site, and what takes the jobs and trainings asked for on it; return its address.

    Trainings are taken where there is an environment to train in. One that runs already stays.
    Without a port it is the usual one, or any that is free. Raises ConfigError if the port is
    taken, or the site ends again.
    """
    if port is None:
        port = _PORT if is_free(_PORT, host=_HOST) else free_port(_HOST)
    site = Service("site", ("site", "--port", str(port)), f"http://{_HOST}:{port}")
    if not background.is_running(settings.home, site.name):
        # Another server there would be taken for the site.
        check_free(port, host=_HOST)
    address = background.start(settings.home, site)
    background.start(settings.home, Service("watch", ("job", "watch")))
    if settings.train_python.exists():
        background.start(settings.home, Service("train", ("train", "watch")))
    while not _answers(address):
        if not background.is_running(settings.home, site.name):
            raise background.ended(settings.home, site.name)
        time.sleep(0.1)
    return address


def _answers(address: str) -> bool:
    try:
        answer = urllib3.request("GET", f"{address}/api/v1/healthz", timeout=5, retries=False)
    except urllib3.exceptions.HTTPError:
        return False
    return answer.status == 200


def down_site(settings: Settings) -> list[str]:
    """Stop the site and what takes its jobs and trainings; return which of them ran."""
    names = ("site", "watch", "train")
    return [name for name in names if background.stop(settings.home, name)]


def down(settings: Settings) -> bool | None:
    """Stop the embedded server; False: it did not run, None: the environment names a server."""
    return postgres.stop(settings.home) if settings.database_url is None else None


def _status(settings: Settings) -> postgres.Status | None:
    return postgres.status(settings.home) if settings.database_url is None else None


def _make_folders(settings: Settings) -> None:
    """Make what is missing; a folder that is there keeps its mode, whoever set it."""
    # Root's server runs as another user, who passes through on the way to its own folder.
    embedded_by_root = settings.database_url is None and os.geteuid() == 0
    make_folder(settings.home, mode=0o711 if embedded_by_root else 0o700, setting="HUB_HOME")
    for folder in ("logs", "tmp"):
        make_folder(settings.home / folder, mode=0o700, setting="HUB_HOME")
    roots = {
        "HUB_LAKE_ROOT": settings.lake_root,
        "HUB_OBJECTS_ROOT": settings.objects_root,
        "HUB_RUNS_ROOT": str(settings.runs_root),
    }
    for setting, root in roots.items():
        if "://" not in root:
            make_folder(Path(root), mode=0o700, setting=setting)
