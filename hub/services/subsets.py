"""Subsets: a pick of labels becomes an immutable manifest and a lock that names it."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from hub.catalogue import batches
from hub.catalogue import subsets as catalogue
from hub.catalogue.labels import Label
from hub.catalogue.subsets import SubsetShown
from hub.config import Settings
from hub.db import Connection, keep_snapshot
from hub.errors import LockError, NotFound, StorageError, SubsetError
from hub.lake.tables import find_table
from hub.objects.local import Objects
from hub.rules.locks import Lock, Notes, Recipe, lock_text, parse_lock
from hub.rules.manifests import Summary, write_manifest
from hub.rules.submissions import storable
from hub.services.labels import find_label

_LONGEST_LOCK = 1 << 20
_LONGEST_NAME = 200


@dataclass(frozen=True)
class Created:
    """A lock, with the pictures of each picked label; `is_new` is false where it was there."""

    lock: Lock
    per_label: Mapping[str, int]
    is_new: bool


def create(
    db: Connection,
    name: str,
    *,
    labels: Sequence[str],
    with_descendants: bool,
    out: Path,
    settings: Settings,
    by: str,
    force: bool = False,
) -> Created:
    """Resolve a pick into a manifest and write its lock to `out`, in one view of the catalogue.

    The same catalogue and labels, in any order and by any of their names, give the same root. The
    connection must be fresh. Raises NotFound for an unknown label, and SubsetError if nothing is
    picked or `out` holds anything but this lock (and `force` is not given).
    """
    _check_name(name)
    before = None if force else _lock_at(out)
    keep_snapshot(db)
    picked = {label.label_id: label for label in (find_label(db, label) for label in labels)}
    recipe = Recipe(tuple(sorted(label.name for label in picked.values())), with_descendants)
    summary = _store_manifest(db, picked, recipe=recipe, objects=Objects(settings.objects_root))
    lock = _lock(db, name, summary=summary, recipe=recipe, settings=settings, by=by)
    per_label = {label: summary.per_label.get(label, 0) for label in recipe.labels}
    if before:
        if (before.root, before.recipe, before.notes.name) != (lock.root, recipe, name):
            raise SubsetError(f"{out} is another lock; name another file or give --force.")
        # A kill may have left the file without its row; or another hub of these pictures made it.
        if catalogue.find_lock(db, lock.root) is None:
            catalogue.add_subset(db, before, lock_toml=lock_text(before))
        return Created(before, per_label, is_new=False)
    catalogue.add_subset(db, lock, lock_toml=lock_text(lock))
    _write_whole(out, lock_text(lock))
    return Created(lock, per_label, is_new=True)


def read_lock(path: Path) -> Lock:
    """Read a lock file. Raises LockError that says what is wrong with it."""
    try:
        with path.open("rb") as file:
            text = file.read(_LONGEST_LOCK).decode()
    except FileNotFoundError as error:
        raise LockError(f"There is no lock file {path}; `hub subset create` makes one.") from error
    except OSError as error:
        raise LockError(f"Cannot read the lock {path}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise LockError(f"{path} is not a subset lock: it is not text.") from error
    return parse_lock(text, where=str(path))


def find_lock(db: Connection, reference: str) -> Lock:
    """Return the newest lock of that name or root. Raises NotFound."""
    reference = storable(reference)
    text = catalogue.find_lock(db, reference)
    if text is None:
        raise NotFound(
            f"There is no lock file and no subset '{reference}'; `hub subset list` names those"
            " there are."
        )
    return parse_lock(text, where=f"subset '{reference}'")


def list_subsets(db: Connection, *, most: int | None = None) -> list[SubsetShown]:
    """Return the newest subsets first; at most `most` of them, or all."""
    return catalogue.list_subsets(db, most=most)


def manifest_key(root: str) -> str:
    """Name the object that holds a manifest."""
    return f"manifests/{root}"


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        raise SubsetError(
            f"{name!r} cannot name a subset; use 1 to {_LONGEST_NAME} printable characters."
        )


def _lock_at(out: Path) -> Lock | None:
    if not out.parent.is_dir():
        raise SubsetError(f"The folder {out.parent} for the lock does not exist; make it first.")
    if not os.path.lexists(out):
        return None
    try:
        return read_lock(out)
    except LockError as error:
        raise SubsetError(f"{out} is there and is no lock; name another file.") from error


def _store_manifest(
    db: Connection, picked: Mapping[int, Label], *, recipe: Recipe, objects: Objects
) -> Summary:
    pictures = catalogue.list_pictures(db, [*picked], with_descendants=recipe.with_descendants)
    try:
        with objects.incoming() as incoming:
            summary = write_manifest(pictures, incoming)
            if not summary.images:
                raise _nothing_picked(db, [*picked], recipe)
            objects.accept(incoming, manifest_key(summary.root))
    except OSError as error:
        raise StorageError(
            f"The objects' folder does not take the manifest ({error.strerror}): make room or open"
            " it, and run the same command again."
        ) from error
    return summary


def _nothing_picked(db: Connection, label_ids: Sequence[int], recipe: Recipe) -> SubsetError:
    counts = catalogue.list_label_counts(db, label_ids)
    listed = ", ".join(f"{count.name} {count.own}" for count in counts)
    below = sum(count.rollup for count in counts)
    if below and not recipe.with_descendants:
        remedy = "their narrower labels have some: give --with-descendants"
    else:
        remedy = "`hub label list` shows which labels have some"
    return SubsetError(f"No published picture has any of these labels ({listed}); {remedy}.")


def _lock(
    db: Connection,
    name: str,
    *,
    summary: Summary,
    recipe: Recipe,
    settings: Settings,
    by: str,
) -> Lock:
    images = find_table(settings.lake_root, "images")
    notes = Notes(
        name=name,
        hub=batches.get_hub(db).hub_id,
        lake_version=images.version() if images else 0,
        created_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        created_by=by,
    )
    return Lock(summary.root, summary.images, summary.bytes, recipe, notes)


def _write_whole(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise SubsetError(f"Cannot write the lock {path}: {error.strerror}.") from error
