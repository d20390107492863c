"""Pull: bring a folder to exactly the pictures that a lock names."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from hub.config import Settings
from hub.errors import LockError, PictureUnreadable
from hub.exports import tables
from hub.exports.folder import Folder
from hub.exports.tables import image_path
from hub.lake.pictures import Wanted, read_pictures
from hub.objects.local import Objects
from hub.rules.locks import Lock, lock_text
from hub.rules.manifests import Picture, Tally, read_manifest
from hub.services.subsets import manifest_key

Watch: TypeAlias = Callable[[Iterable[Any], str, int], Iterable[Any]]
"""Takes items, what is done with them and how many there are; yields them and shows progress."""

_MOST_NAMED = 5


@dataclass(frozen=True)
class Pulled:
    """What a pull found and did. `per_label` counts pictures by picked label."""

    root: str
    folder: str
    images: int
    bytes: int
    fetched: int
    fetched_bytes: int
    present: int
    per_label: Mapping[str, int]
    other_files: list[str]
    """Files in the folder that are not of this subset; they were left alone."""


@dataclass(frozen=True)
class _Plan:
    missing: list[Wanted]
    per_label: Mapping[str, int]
    others: list[str]

    @property
    def missing_bytes(self) -> int:
        return sum(one.size_bytes for one in self.missing)


def _unwatched(items: Iterable[Any], _label: str, _total: int) -> Iterable[Any]:
    return items


def pull(lock: Lock, folder: Path, *, settings: Settings, watch: Watch = _unwatched) -> Pulled:
    """Fetch what the folder lacks, check what it has, and write its tables.

    May be killed anywhere and run again. Removes and replaces nothing that no pull wrote. Raises
    LockError if the hub does not have the lock's manifest or it was changed, PullError if the
    folder cannot be written, PictureUnreadable (after the rest was fetched) if pictures are
    damaged or absent in the lake.
    """
    target, objects = Folder(folder), Objects(settings.objects_root)
    _check_manifest(lock, objects)
    with target.claimed(lock):
        plan = _plan(target, lock, objects=objects, watch=watch)
        target.check_space(plan.missing_bytes)
        # First, so that a folder left half done is known as ours.
        target.put(tables.LOCK, [lock_text(lock).encode()])
        _fetch(target, plan.missing, lake_root=settings.lake_root, watch=watch)
        _write_tables(target, lock, objects=objects)
    return Pulled(
        root=lock.root,
        folder=str(folder),
        images=lock.images,
        bytes=lock.bytes,
        fetched=len(plan.missing),
        fetched_bytes=plan.missing_bytes,
        present=lock.images - len(plan.missing),
        per_label=plan.per_label,
        other_files=plan.others,
    )


@contextmanager
def _manifest(lock: Lock, objects: Objects) -> Iterator[Iterator[Picture]]:
    with objects.path(manifest_key(lock.root)).open("rb") as lines:
        yield read_manifest(lines, root=lock.root)


def _check_manifest(lock: Lock, objects: Objects) -> None:
    """Make sure of the whole manifest before anything of it is believed."""
    if not objects.exists(manifest_key(lock.root)):
        raise LockError(
            f"This hub does not have the manifest {lock.root}: the lock '{lock.notes.name}' was"
            f" made on hub {lock.notes.hub}; pull it there, or make the subset here with"
            " `hub subset create`."
        )
    tally = Tally()
    with _manifest(lock, objects) as pictures:
        for picture in pictures:
            tally.add(picture)
    held = tally.summary(lock.root)
    if (held.images, held.bytes) != (lock.images, lock.bytes):
        raise LockError(
            f"The lock '{lock.notes.name}' was changed: it says {lock.images:,} pictures of"
            f" {lock.bytes:,} bytes, its manifest has {held.images:,} of {held.bytes:,}."
            " Get the lock again from whoever made it."
        )


def _plan(target: Folder, lock: Lock, *, objects: Objects, watch: Watch) -> _Plan:
    others, missing, tally = target.list_files(), [], Tally()
    with _manifest(lock, objects) as pictures:
        for picture in watch(pictures, "checking", lock.images):
            tally.add(picture)
            others.discard(image_path(picture))
            if not target.has(picture):
                missing.append(_wanted(picture))
    return _Plan(missing, tally.summary(lock.root).per_label, sorted(map(_readable, others)))


def _readable(path: str) -> str:
    # A name that is not UTF-8 must not break the report that mentions it.
    return os.fsencode(path).decode(errors="replace")


def _wanted(picture: Picture) -> Wanted:
    return Wanted(
        image_id=picture.image_id,
        label_key=picture.label_key,
        size_bytes=picture.size_bytes,
        crc32=picture.crc32,
        file_name=image_path(picture),
    )


def _fetch(target: Folder, missing: list[Wanted], *, lake_root: str, watch: Watch) -> None:
    faults: list[str] = []

    def keep_fault(one: Wanted, fault: str) -> None:
        faults.append(f"picture {one.image_id} {fault}")

    pictures = read_pictures(lake_root, missing, on_fault=keep_fault)
    for one, content in watch(pictures, "fetching", len(missing)):
        target.put(one.file_name, [content])
    if faults:
        more = f", and {len(faults) - _MOST_NAMED} more" if len(faults) > _MOST_NAMED else ""
        raise PictureUnreadable(
            f"{len(faults)} of the subset's pictures could not be had, the others are in"
            f" {target.root}: {'; '.join(faults[:_MOST_NAMED])}{more}."
            " Run `hub verify` to see what is wrong, and the pull again once it is mended."
        )


def _write_tables(target: Folder, lock: Lock, *, objects: Objects) -> None:
    with _manifest(lock, objects) as pictures:
        target.put(tables.LABELS, tables.labels_csv(pictures))
    with _manifest(lock, objects) as pictures:
        target.put(tables.ATTRIBUTION, tables.attribution_csv(pictures))
    target.put(tables.README, [tables.readme(lock)])
