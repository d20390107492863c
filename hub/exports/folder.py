"""The folder of a download: files written whole, by one pull at a time, beside files of others."""

import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import BinaryIO

from hub.errors import PullError
from hub.exports.claiming import claimed, is_whole, lock_in
from hub.exports.tables import LOCK, TABLES, image_path
from hub.rules.locks import Lock
from hub.rules.manifests import Picture

_GENERATED = tuple(name for name in TABLES if name != LOCK)
_PART = ".hub-pull"
_OLD_README = "README.txt"
_OLD_ENDING = re.compile(
    rb"\nRoot: [0-9a-f]{64}\n.*\nCheck or mend this folder: run the same `hub pull` again\.\n\Z",
    re.DOTALL,
)
_MOST_README_BYTES = 1 << 20


class Folder:
    """The folder of a download. Every file in it is written whole or not at all."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._numbers = count()

    @contextmanager
    def claimed(self, lock: Lock) -> Iterator[None]:
        """Make the folder and keep other pulls out of it for the block.

        Raises PullError if it cannot be made, is in use, or holds files of other origin under
        the names that a download writes.
        """
        with _folder_errors(self.root):
            is_other = self.root.exists() and not self.root.is_dir()
        if is_other:
            raise PullError(f"{self.root} is a file; name a folder to pull into.")
        with ExitStack() as claim:
            with _folder_errors(self.root):
                try:
                    claim.enter_context(claimed(self.root))
                except BlockingIOError as error:
                    raise PullError(
                        f"Another `hub pull` is writing into {self.root}; wait until it ends."
                    ) from error
            self._take_over(lock)
            yield

    def _take_over(self, lock: Lock) -> None:
        """Make sure that the files to write are a download's, and drop those of another subset."""
        found = [name for name in (LOCK, *_GENERATED) if os.path.lexists(self.root / name)]
        before = lock_in(self.root)
        if found and before is None:
            raise PullError(
                f"{self.root} holds {', '.join(found)}, which no pull wrote: move it away or name"
                " another folder."
            )
        with _folder_errors(self.root):
            if before and before.root != lock.root:
                for name in _GENERATED:
                    (self.root / name).unlink(missing_ok=True)
            if before and self._has_old_readme():
                (self.root / _OLD_README).unlink()

    def _has_old_readme(self) -> bool:
        """Tell whether there is the one that pulls of an earlier release wrote."""
        path = self.root / _OLD_README
        if path.is_symlink() or not path.is_file() or path.stat().st_size > _MOST_README_BYTES:
            return False
        return _OLD_ENDING.search(path.read_bytes()) is not None

    def has(self, picture: Picture) -> bool:
        """Tell whether the picture's file is there, whole: its sha256 is its id."""
        path = self.root / image_path(picture)
        with _folder_errors(path):
            return is_whole(path, picture)

    def check_space(self, size: int) -> None:
        """Raises PullError if so many bytes do not fit on the folder's disk."""
        with _folder_errors(self.root):
            free = shutil.disk_usage(self.root).free
        if free < size:
            raise PullError(
                f"The disk of {self.root} has {free:,} bytes free and the pull needs {size:,}:"
                " make room and run it again."
            )

    def put(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write a file whole, unless it holds exactly these bytes.

        Threads may write different files side by side.
        """
        with self.incoming(name) as file:
            file.writelines(chunks)

    @contextmanager
    def incoming(self, name: str) -> Iterator[BinaryIO]:
        """Open a file that becomes the one of that name when the block ends well."""
        part, path = self.root / f"{_PART}-{next(self._numbers)}.part", self.root / name
        with _folder_errors(path):
            path.parent.mkdir(exist_ok=True)
            with part.open("wb") as file:
                yield file
            if _is_equal(part, path):
                part.unlink()
            else:
                part.replace(path)

    def list_files(self) -> set[str]:
        """Return the paths in the folder, but for those that every download has."""
        with _folder_errors(self.root):
            for part in self.root.glob(f"{_PART}*.part"):
                part.unlink()
            paths = {
                os.path.relpath(os.path.join(parent, name), self.root)
                for parent, _, names in os.walk(self.root)
                for name in names
            }
        return paths - {LOCK, *_GENERATED}


def _is_equal(one: Path, other: Path) -> bool:
    if not other.is_file() or one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as left, other.open("rb") as right:
        digests = [hashlib.file_digest(file, "sha256").digest() for file in (left, right)]
    return digests[0] == digests[1]


@contextmanager
def _folder_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PullError(
            f"Cannot write {path}: {error.strerror}. Mend that or name another folder, and run the"
            " same command again: it goes on where it stopped."
        ) from error
