"""The hub on one machine: made, started and stopped as a whole."""

import os
from dataclasses import dataclass
from pathlib import Path

from cluster import postgres
from cluster.folders import make_folder
from hub.config import Settings
from hub.db import connect
from hub.migrations import migrate
from hub.services.labels import seed_labels


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
    roots = {"HUB_LAKE_ROOT": settings.lake_root, "HUB_OBJECTS_ROOT": settings.objects_root}
    for setting, root in roots.items():
        if "://" not in root:
            make_folder(Path(root), mode=0o700, setting=setting)
