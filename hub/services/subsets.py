"""Subsets: a recipe becomes an immutable manifest, and a lock that names it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from hub.catalogue import batches
from hub.catalogue import subsets as catalogue
from hub.catalogue.subsets import SubsetKept, SubsetShown
from hub.config import Settings
from hub.db import Connection, keep_snapshot
from hub.errors import Forbidden, NotFound, StorageError, SubsetError
from hub.lake.tables import find_table
from hub.objects.local import Objects
from hub.rules.licences import find_conflict
from hub.rules.locks import Lock, Notes, lock_text, parse_lock
from hub.rules.manifests import Summary, is_sha256, write_manifest
from hub.rules.recipes import Recipe
from hub.rules.submissions import storable
from hub.services.accounts import find_user
from hub.services.archive_plans import prepare
from hub.services.labels import find_label
from hub.services.manifests import manifest_key
from hub.services.picks import Pick

_LONGEST_NAME = 200
_LONGEST_NOTE = 10_000


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
    recipe: Recipe,
    settings: Settings,
    by: str,
    note: str = "",
    updates: Lock | None = None,
) -> Created:
    """Resolve a recipe into a manifest and keep its lock, in one view of the catalogue.

    The same catalogue and recipe, its labels by any of their names, give the same root; made again
    by the same user under the same name, the same lock. `updates` is the lock that this one brings
    up to date. The connection must be fresh. Raises NotFound for an unknown label, SubsetError if
    nothing is picked or the pictures' licences cannot go together.
    """
    _check_texts(name, note)
    _take_turn(db, name, by=by)
    pick = Pick(db, recipe, least_suppliers=settings.map_suppliers)
    objects = Objects(settings.objects_root)
    summary = _store_manifest(db, pick, objects=objects)
    per_label = {label: summary.per_label.get(label, 0) for label in pick.recipe.picked}
    before = catalogue.find_subset(db, name, viewer=by)
    if before and (before.root, before.created_by, before.note) == (summary.root, by, note):
        return Created(_lock_of(before), per_label, is_new=False)
    notes = _notes(db, name, settings=settings, by=by, note=note)
    lock = Lock(summary.root, summary.images, summary.bytes, pick.recipe, notes)
    prepare(objects, lock)
    # On disk before the catalogue promises them.
    objects.sync()
    former = catalogue.find_subset(db, updates.root) if updates else None
    catalogue.add_subset(
        db,
        lock,
        lock_toml=lock_text(lock),
        updated_from_id=former.subset_id if former else None,
    )
    return Created(lock, per_label, is_new=True)


def _take_turn(db: Connection, name: str, *, by: str) -> None:
    """Let two that make the same subset at the same moment do so one after the other.

    The view of the catalogue begins with the turn, so that it has what the one before kept. A
    transaction cannot wait before its view begins: the session waits, and hands the turn to it.
    """
    catalogue.lock_name(db, name, by=by)
    db.commit()
    keep_snapshot(db)
    catalogue.keep_name_lock(db, name, by=by)


def find_subset(db: Connection, reference: str, *, viewer: str | None = None) -> SubsetKept:
    """Return the newest subset of that name or root that the viewer may see; None sees all.

    Raises NotFound, also for one that others made and did not share.
    """
    reference = storable(reference)
    found = catalogue.find_subset(db, reference, viewer=viewer)
    if found is None:
        raise NotFound(
            f"There is no lock file and no subset '{reference}'; `hub subset list` names those"
            " there are."
        )
    return found


def find_lock(db: Connection, reference: str, *, viewer: str | None = None) -> Lock:
    """Return the newest lock of that name or root. Raises as `find_subset` does."""
    return _lock_of(find_subset(db, reference, viewer=viewer))


def list_subsets(
    db: Connection,
    *,
    viewer: str | None = None,
    name: str | None = None,
    root: str | None = None,
    before: int | None = None,
    most: int | None = None,
) -> list[SubsetShown]:
    """Return the newest subsets first: those the viewer may see, of a name or a root, before a
    number."""
    return catalogue.list_subsets(db, viewer=viewer, name=name, root=root, before=before, most=most)


def share(db: Connection, reference: str, *, user: str, viewer: str | None = None) -> SubsetKept:
    """Let a user see, and download, a subset that the viewer made; None may share all.

    Raises NotFound for an unknown subset or user, and Forbidden for a subset of another.
    """
    found = find_subset(db, reference, viewer=viewer)
    if viewer is not None and found.created_by != viewer:
        raise Forbidden(
            f"Subset '{found.name}' is {found.created_by}'s, who alone can share it; make one of"
            " your own from its recipe."
        )
    catalogue.put_share(db, found.subset_id, user_id=find_user(db, storable(user)).user_id)
    return found


def _lock_of(kept: SubsetKept) -> Lock:
    return parse_lock(kept.lock_toml, where=f"subset '{kept.name}'")


def _check_texts(name: str, note: str) -> None:
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        raise SubsetError(
            f"{name[:_LONGEST_NAME]!r} cannot name a subset; use 1 to {_LONGEST_NAME} printable"
            " characters."
        )
    if is_sha256(name):
        # It would be found where the subset of that root is asked for.
        raise SubsetError(f"{name} reads as the root of a subset; give the subset another name.")
    if len(note) > _LONGEST_NOTE or not all(one.isprintable() or one == "\n" for one in note):
        raise SubsetError(
            f"The note of subset '{name}' must be at most {_LONGEST_NOTE:,} printable characters."
        )


def _store_manifest(db: Connection, pick: Pick, *, objects: Objects) -> Summary:
    try:
        with objects.incoming() as incoming:
            summary = write_manifest(pick.pictures(), incoming, recipe=pick.recipe)
            _check_summary(db, summary, pick.recipe)
            objects.accept(incoming, manifest_key(summary.root))
    except OSError as error:
        raise StorageError(
            f"The objects' folder does not take the manifest ({error.strerror}): make room or open"
            " it, and run the same command again."
        ) from error
    return summary


def _check_summary(db: Connection, summary: Summary, recipe: Recipe) -> None:
    if not summary.images:
        raise SubsetError(explain_none(db, recipe))
    conflict = None if recipe.mixed_licences else find_conflict(summary.licences)
    if conflict:
        rows = "; ".join(f"{summary.licences[one]} is under {one}" for one in conflict)
        raise SubsetError(
            f"The licences of these pictures cannot go into one work together: {rows}. Say which to"
            " take by licences or licence_without (as share-alike), or take them all by"
            " mixed_licences."
        )


def explain_none(db: Connection, recipe: Recipe) -> str:
    """Say why no picture answers to a recipe, and what to change of it. Raises NotFound."""
    label_ids = [find_label(db, name).label_id for name in recipe.picked]
    counts = catalogue.list_label_counts(db, label_ids)
    listed = ", ".join(f"{count.name} {count.own}" for count in counts)
    own, below = sum(count.own for count in counts), sum(count.rollup for count in counts)
    if own or (below and recipe.with_descendants):
        remedy = "no picture passes the whole recipe: take a filter away"
        if recipe.countries or recipe.cities or recipe.within:
            remedy += "; places where too few suppliers stand for the map are left out"
    elif below:
        remedy = "their narrower labels have some: take those, too (with_descendants)"
    else:
        remedy = "`hub label list` shows which labels have some"
    return f"No published picture answers to the recipe ({listed}); {remedy}."


def _notes(db: Connection, name: str, *, settings: Settings, by: str, note: str) -> Notes:
    images = find_table(settings.lake_root, "images")
    return Notes(
        name=name,
        hub=batches.get_hub(db).hub_id,
        lake_version=images.version() if images else 0,
        created_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        created_by=by,
        note=note,
    )
