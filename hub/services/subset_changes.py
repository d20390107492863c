"""What two subsets differ in, picture by picture, with the reasons; and bringing one up to date."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

from hub.catalogue import subsets as catalogue
from hub.catalogue.subsets import ImageState
from hub.config import Settings
from hub.db import Connection, keep_snapshot
from hub.objects.local import Objects
from hub.rules.locks import Lock
from hub.rules.manifests import Picture
from hub.services.manifests import check_kept, stream_pictures
from hub.services.picks import Pick
from hub.services.subsets import Created, create

_AT_ONCE = 10_000
_SHORT = 12


@dataclass(frozen=True)
class Change:
    """A picture that two subsets differ in."""

    change: str
    """added, removed, or changed: it is in both, and other things are said of it."""
    image_id: str
    size_bytes: int
    reason: str


@dataclass(frozen=True)
class Updated:
    created: Created
    changes: list[Change]


Pair: TypeAlias = tuple[Picture | None, Picture | None]


def diff(db: Connection, before: Lock, after: Lock, *, settings: Settings) -> list[Change]:
    """Return what makes `before` to `after`, by image_id. Raises LockError for a lost manifest.

    Reasons are of today's catalogue, where the manifests do not tell.
    """
    objects = Objects(settings.objects_root)
    return _changes(db, before, _pictures(before, objects), _pictures(after, objects))


def diff_now(db: Connection, before: Lock, *, settings: Settings) -> list[Change]:
    """Return what makes `before` to what its recipe comes to now; nothing is kept.

    The connection must be fresh. Raises LockError for a lost manifest, NotFound for a label that is
    gone.
    """
    keep_snapshot(db)
    objects = Objects(settings.objects_root)
    now = Pick(db, before.recipe, least_suppliers=settings.map_suppliers)
    return _changes(db, before, _pictures(before, objects), now.pictures())


def update(db: Connection, lock: Lock, *, settings: Settings, by: str) -> Updated:
    """Resolve a lock's recipe again, as a new lock of the same name. Raises as `create` does.

    Of a lock without notes, as a download has it, the name is the beginning of its root.
    """
    created = create(
        db,
        lock.notes.name or lock.root[:_SHORT],
        recipe=lock.recipe,
        settings=settings,
        by=by,
        note=lock.notes.note,
        updates=lock,
    )
    return Updated(created, diff(db, lock, created.lock, settings=settings))


def _changes(
    db: Connection, before: Lock, old: Iterator[Picture], new: Iterator[Picture]
) -> list[Change]:
    pairs = [*_differing(old, new)]
    alone = [was or now for was, now in pairs if not (was and now)]
    states = _states(db, [one.image_id for one in alone if one])
    return [_change(was, now, states, since=before.notes.created_at) for was, now in pairs]


def _pictures(lock: Lock, objects: Objects) -> Iterator[Picture]:
    check_kept(objects, lock)
    return stream_pictures(objects, lock.root)


def _differing(old: Iterator[Picture], new: Iterator[Picture]) -> Iterator[Pair]:
    """Merge two manifests, each by image_id, and yield what is not the same in both."""
    was, now = next(old, None), next(new, None)
    while was or now:
        if now is None or (was and was.image_id < now.image_id):
            yield was, None
            was = next(old, None)
        elif was is None or now.image_id < was.image_id:
            yield None, now
            now = next(new, None)
        else:
            if was != now:
                yield was, now
            was, now = next(old, None), next(new, None)


def _states(db: Connection, image_ids: Sequence[str]) -> dict[str, ImageState]:
    remaining = iter(image_ids)
    states: dict[str, ImageState] = {}
    while some := list(islice(remaining, _AT_ONCE)):
        states |= {one.image_id: one for one in catalogue.list_image_states(db, some)}
    return states


def _change(
    was: Picture | None, now: Picture | None, states: Mapping[str, ImageState], *, since: str
) -> Change:
    if was and now:
        return Change("changed", now.image_id, now.size_bytes, _reason_changed(was, now))
    if was:
        reason = _reason_removed(was, states.get(was.image_id))
        return Change("removed", was.image_id, was.size_bytes, reason)
    assert now is not None
    reason = _reason_added(states.get(now.image_id), since)
    return Change("added", now.image_id, now.size_bytes, reason)


_SAID = (
    "labels",
    "negatives",
    "picked",
    "boxes",
    "split",
    "group_id",
    "licence",
    "author",
    "source",
    "country",
    "city",
    "neighbourhood",
)


def _reason_changed(was: Picture, now: Picture) -> str:
    names = [name for name in _SAID if getattr(was, name) != getattr(now, name)]
    return f"its {', '.join(names) or 'description'} changed"


def _reason_removed(was: Picture, state: ImageState | None) -> str:
    if state is None:
        return "this hub does not have it"
    if state.status != "published":
        return "it was withdrawn"
    if lost := [one.name for one in was.labels if one.key not in state.label_keys]:
        return f"nobody says any more that it shows {', '.join(lost)}"
    return "the recipe leaves it out now"


def _reason_added(state: ImageState | None, since: str) -> str:
    # Both are UTC, to the second: a picture of the lock's own second counts as there before.
    if state and since and f"{state.published_at:%Y-%m-%dT%H:%M:%SZ}" > since:
        return "it was published since"
    return "the recipe takes it in now"
