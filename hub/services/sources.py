"""Subsets to read out of this hub: the manifest among its objects, the pictures in its lake."""

from hub.config import Settings
from hub.exports.source import Source
from hub.lake.locating import shared_locator
from hub.lake.reading import read_in_order
from hub.objects.local import Objects
from hub.rules.locks import Lock
from hub.services.manifests import check_kept, stream_pictures


def open_source(settings: Settings, lock: Lock) -> Source:
    """Open a subset of this hub; needs no Postgres.

    Raises LockError if the hub does not have the lock's manifest, it was changed, or the lock was.
    """
    objects, locator = Objects(settings.objects_root), shared_locator(settings.lake_root)
    check_kept(objects, lock)
    return Source(
        lock,
        pictures=lambda: stream_pictures(objects, lock.root),
        contents=lambda pictures: read_in_order(locator, pictures),
    )
