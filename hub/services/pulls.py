"""Pull: bring a folder to exactly the pictures that a lock names."""

import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import compress
from pathlib import Path

from hub.errors import PictureUnreadable
from hub.exports import tables
from hub.exports.folder import Folder
from hub.exports.source import Source
from hub.exports.tables import image_path
from hub.rules.locks import lock_text
from hub.rules.manifests import Picture, Tally
from hub.threads import Watch, side_by_side, unwatched

_ATTEMPTS = 2
"""A picture that could not be had is asked for once more, after all others."""
_MOST_FAILURES = 1000
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
    is_missing: bytearray
    """A byte a picture of the manifest: 1 if the folder lacks it."""
    missing_bytes: int
    per_label: Mapping[str, int]
    others: list[str]


def pull(source: Source, folder: Path, *, watch: Watch = unwatched) -> Pulled:
    """Fetch what the folder lacks, check what it has, and write its tables.

    May be killed anywhere and run again. Removes and replaces nothing that no pull wrote. Raises
    PullError if the folder cannot be written, PictureUnreadable (after the rest was fetched) if
    pictures cannot be had.
    """
    lock, target = source.lock, Folder(folder)
    with target.claimed(lock):
        plan = _plan(target, source, watch)
        target.check_space(plan.missing_bytes)
        # First, so that a folder left half done is known as ours.
        target.put(tables.LOCK, [lock_text(lock, with_notes=False).encode()])
        _fetch(target, source, plan=plan, watch=watch)
        _write_tables(target, source)
    fetched = plan.is_missing.count(1)
    return Pulled(
        root=lock.root,
        folder=str(folder),
        images=lock.images,
        bytes=lock.bytes,
        fetched=fetched,
        fetched_bytes=plan.missing_bytes,
        present=lock.images - fetched,
        per_label=plan.per_label,
        other_files=plan.others,
    )


def _plan(target: Folder, source: Source, watch: Watch) -> _Plan:
    others, is_missing, missing_bytes, tally = target.list_files(), bytearray(), 0, Tally()
    found = side_by_side(partial(_look, target), source.pictures())
    for picture, is_here in watch(found, "checking", source.lock.images):
        tally.add(picture)
        others.discard(image_path(picture))
        is_missing.append(not is_here)
        missing_bytes += 0 if is_here else picture.size_bytes
    per_label = tally.summary(source.lock.root).per_label
    return _Plan(is_missing, missing_bytes, per_label, sorted(map(_readable, others)))


def _look(target: Folder, picture: Picture) -> tuple[Picture, bool]:
    return picture, target.has(picture)


def _readable(path: str) -> str:
    # A name that is not UTF-8 must not break the report that mentions it.
    return os.fsencode(path).decode(errors="replace")


def _fetch(target: Folder, source: Source, *, plan: _Plan, watch: Watch) -> None:
    missing: Iterable[Picture] = compress(source.pictures(), plan.is_missing)
    total = plan.is_missing.count(1)
    for _ in range(_ATTEMPTS):
        faults: list[tuple[Picture, str]] = []
        fetched = side_by_side(partial(_put, target), _contents(source, missing, faults))
        for _ in watch(fetched, "fetching", total):
            pass
        if not faults:
            return
        missing, total = [picture for picture, _ in faults], len(faults)
    raise _not_all(target, faults)


def _put(target: Folder, fetched: tuple[Picture, bytes]) -> None:
    picture, content = fetched
    target.put(image_path(picture), [content])


def _contents(
    source: Source, pictures: Iterable[Picture], faults: list[tuple[Picture, str]]
) -> Iterator[tuple[Picture, bytes]]:
    """Yield what can be had of some pictures, and note what cannot."""
    waiting = _Waiting(pictures)
    while True:
        try:
            for picture, content in source.contents(waiting):
                waiting.came()
                yield picture, content
            return
        except PictureUnreadable as error:
            faults.append((waiting.failed(), error.fault))
            if len(faults) == _MOST_FAILURES:
                return


class _Waiting:
    """Hands out pictures, and knows which of them came back: they do so in their order."""

    def __init__(self, pictures: Iterable[Picture]) -> None:
        self._later = iter(pictures)
        self._again: deque[Picture] = deque()
        self._out: deque[Picture] = deque()

    def __iter__(self) -> Iterator[Picture]:
        return self

    def __next__(self) -> Picture:
        picture = self._again.popleft() if self._again else next(self._later)
        self._out.append(picture)
        return picture

    def came(self) -> None:
        self._out.popleft()

    def failed(self) -> Picture:
        """Return the picture that did not come; those behind it are handed out again."""
        picture = self._out.popleft()
        self._again.extendleft(reversed(self._out))
        self._out.clear()
        return picture


def _not_all(target: Folder, faults: list[tuple[Picture, str]]) -> PictureUnreadable:
    named = "; ".join(f"picture {one.image_id} {fault}" for one, fault in faults[:_MOST_NAMED])
    more = f", and {len(faults) - _MOST_NAMED} more" if len(faults) > _MOST_NAMED else ""
    count = f"At least {len(faults):,}" if len(faults) == _MOST_FAILURES else f"{len(faults):,}"
    return PictureUnreadable(
        f"{count} of the subset's pictures could not be had, the others are in {target.root}:"
        f" {named}{more}. Run `hub verify` to see what is wrong, and the pull again once it is"
        " mended."
    )


def _write_tables(target: Folder, source: Source) -> None:
    with (
        target.incoming(tables.LABELS) as labels,
        target.incoming(tables.ATTRIBUTION) as attribution,
    ):
        short = tables.write_tables(
            source.pictures(), source.lock, labels=labels.write, attribution=attribution.write
        )
    for name, content in short.items():
        target.put(name, [content])
