"""A pulled folder as a subset: no hub and no network."""

import csv
import hashlib
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any, NoReturn

from PIL import Image, UnidentifiedImageError

from hub.client.subsets import Subset
from hub.errors import LockError, PictureUnreadable, PullError
from hub.exports.formats import FORMATS
from hub.exports.source import Source
from hub.exports.tables import ATTRIBUTION, LABELS, LOCK, image_path
from hub.exports.target import MARK
from hub.rules.manifests import EXTENSIONS, LabelRef, Picture
from hub.rules.spreadsheets import plain
from hub.services.lock_files import read_lock

_FORMATS = {ending: name for name, ending in EXTENSIONS.items()}
_TURNED = (5, 6, 7, 8)
_ORIENTATION = 0x0112


def open_folder(path: str | Path) -> Subset:
    """Open a folder that `hub pull` or `Subset.pull` wrote, or an unpacked archive.

    A folder does not tell boxes, places and times, nor `crc32` and `label_key`: those are empty.
    Raises LockError if it is no such folder, or is not whole.
    """
    folder = Path(path)
    _check_pulled(folder)
    return _FolderSubset(folder)


def _check_pulled(folder: Path) -> None:
    why = "" if folder.is_dir() else "there is no such folder"
    if not why and (name := _export_in(folder)):
        raise LockError(
            f"{folder} is an export in the format {name}: open_folder takes what `hub pull` or an"
            " unpacked archive gives."
        )
    if not why and not (folder / LOCK).exists():
        why = f"it holds no {LOCK}"
    if why:
        raise LockError(
            f"{folder} is no folder that `hub pull` made: {why}. Check the path, or pull into it."
        )


def _export_in(folder: Path) -> str | None:
    """Return the format of an export that is not a pull's folder, too."""
    mark = folder / MARK
    if not mark.is_file():
        return None
    name = mark.read_text(errors="replace").partition(" ")[0]
    return None if name in FORMATS and FORMATS[name].in_pull else name


class _FolderSubset(Subset):
    def __init__(self, folder: Path) -> None:
        super().__init__(read_lock(folder / LOCK))
        self._folder = folder
        for name in (LABELS, ATTRIBUTION):
            if not (folder / name).is_file():
                raise LockError(
                    f"{folder} has no {name}, so its pull was stopped: run it again, it goes on"
                    " where it stopped."
                )

    def _ask_hub(self, *_: object, **_options: object) -> NoReturn:
        raise PullError(
            f"{self._folder} was opened without a hub, which pull, download, export and"
            f' archive_link ask: say Hub("https://...").subset("{self.root}").'
        )

    pull = download = export = archive_link = _ask_hub

    @cached_property
    def _source(self) -> Source:
        return Source(self.lock, self._pictures, self._contents)

    def _pictures(self) -> Iterator[Picture]:
        labels = groupby(_rows(self._folder / LABELS), key=lambda row: row["path"])
        for credit, (path, rows) in zip(_rows(self._folder / ATTRIBUTION), labels, strict=True):
            if credit["path"] != path:
                raise LockError(f"{self._folder}/{LABELS} was changed: run the pull again.")
            yield _picture(self._folder, credit, [*rows])

    def _contents(self, pictures: Iterable[Picture]) -> Iterator[tuple[Picture, bytes]]:
        for one in pictures:
            path = self._folder / image_path(one)
            content = path.read_bytes()
            if hashlib.sha256(content).hexdigest() != one.image_id:
                raise PictureUnreadable(f"{path} was changed: run the pull again, it mends it.")
            yield one, content


def _picture(folder: Path, credit: dict[str, str], rows: list[dict[str, str]]) -> Picture:
    path = folder / credit["path"]
    width, height, size = _sizes(path)
    said: dict[str, Any] = {name: plain(credit[name]) for name in ("author", "licence", "source")}
    shown = [row for row in rows if row["state"] == "positive"]
    return Picture(
        image_id=rows[0]["image_id"],
        format=_FORMATS[path.suffix[1:]],
        size_bytes=size,
        crc32=0,
        width_px=width,
        height_px=height,
        split=rows[0]["split"],
        group_id=rows[0]["group_id"],
        label_key="",
        labels=_labels(row for row in shown if row["implied"] == "false"),
        picked=_labels(row for row in shown if row["picked"] == "true"),
        negatives=_labels(row for row in rows if row["state"] == "negative"),
        # The folders of the first pulls do not say it.
        verified=tuple(row["label_key"] for row in shown if row.get("verified") == "true"),
        taken_at=None,
        country=None,
        city=None,
        neighbourhood=None,
        **said,
    )


def _labels(rows: Iterable[dict[str, str]]) -> tuple[LabelRef, ...]:
    return tuple(
        LabelRef(row["label_key"], plain(row["label"]), row["mid"] or None) for row in rows
    )


def _sizes(path: Path) -> tuple[int, int, int]:
    """Return width and height of the upright picture, and the size of the file in bytes."""
    try:
        with Image.open(path) as image:
            width, height = image.size
            is_turned = image.getexif().get(_ORIENTATION) in _TURNED
        size = path.stat().st_size
    except (OSError, UnidentifiedImageError) as error:
        raise PictureUnreadable(
            f"{path} cannot be read: run the pull again, it mends it."
        ) from error
    return (height, width, size) if is_turned else (width, height, size)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)
