"""Export: write the pictures that a lock names in another tool's format."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from hub.errors import NotFound
from hub.exports.formats import FORMATS
from hub.exports.source import Source
from hub.exports.target import Target
from hub.rules.manifests import Picture
from hub.threads import Watch, unwatched


@dataclass(frozen=True)
class Exported:
    root: str
    format: str
    folder: str
    images: int
    bytes: int
    written: int
    """Pictures that were read and written now; the others were there."""


def export(source: Source, format_name: str, *, folder: Path, watch: Watch = unwatched) -> Exported:
    """Write a subset into a folder, in a format of `FORMATS`.

    May be killed anywhere and run again. Replaces and removes nothing that it did not write. Raises
    NotFound for another format, ExportError if the folder cannot be written or holds anything
    else, PictureUnreadable if a picture cannot be had.
    """
    chosen = FORMATS.get(format_name)
    if chosen is None:
        raise NotFound(f"There is no format '{format_name}'; the formats are {', '.join(FORMATS)}.")
    lock, target = source.lock, Target(folder)
    counted = _Counted(source, watch)
    with target.claimed(lock, chosen.name, in_pull=chosen.in_pull):
        chosen.write(replace(source, contents=counted.contents), target)
        counted.finish()
    return Exported(
        root=lock.root,
        format=chosen.name,
        folder=str(folder),
        images=lock.images,
        bytes=lock.bytes,
        written=counted.written,
    )


class _Counted:
    """Counts pictures as they are read, over however many reads a format makes."""

    def __init__(self, source: Source, watch: Watch) -> None:
        self._source = source
        total = source.lock.images
        self._steps = iter(watch(range(total), "exporting", total))
        self.written = 0

    def contents(self, some: Iterable[Picture]) -> Iterator[tuple[Picture, bytes]]:
        for picture, content in self._source.contents(some):
            yield picture, content
            self.written += 1
            next(self._steps, None)

    def finish(self) -> None:
        """Let the progress end, of pictures that were there, too."""
        for _ in self._steps:
            pass
