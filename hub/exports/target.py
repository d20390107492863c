"""The folder of an export: files written whole or not at all, beside nothing of others."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from hub.errors import ExportError
from hub.exports.claiming import claimed, is_whole, lock_in
from hub.exports.source import Source
from hub.rules.locks import Lock
from hub.rules.manifests import Picture

MARK = ".hub-export"
"""Says of which format and subset a folder is. Readers of data sets pass over hidden files."""

_PARTS = ".hub-export-parts"
_MOST_BUFFERED = 20_000


class Target:
    """A folder that one export writes; the same export, run again, goes on in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._part_no = 0

    @contextmanager
    def claimed(self, lock: Lock, format_name: str, *, in_pull: bool = False) -> Iterator[None]:
        """Make the folder and keep other exports out of it for the block.

        `in_pull`: it may also be the folder of a pull of the same subset. Raises ExportError if it
        cannot be made, is in use, or holds anything else.
        """
        with export_errors(self.root):
            is_other = self.root.exists() and not self.root.is_dir()
        if is_other:
            raise ExportError(f"{self.root} is a file; name a folder to export into.")
        with ExitStack() as claim:
            with export_errors(self.root):
                try:
                    claim.enter_context(claimed(self.root))
                except BlockingIOError as error:
                    raise ExportError(
                        f"Another export or pull is writing into {self.root}; wait until it ends."
                    ) from error
            self._take_over(lock, format_name, in_pull)
            yield
            shutil.rmtree(self.root / _PARTS, ignore_errors=True)

    def _take_over(self, lock: Lock, format_name: str, in_pull: bool) -> None:
        mark = f"{format_name} {lock.root}\n".encode()
        with export_errors(self.root):
            path = self.root / MARK
            found = path.read_bytes() if path.is_file() else None
            # A kill may have left the parts and no mark.
            is_empty = {one.name for one in self.root.iterdir()} <= {_PARTS}
        pulled = lock_in(self.root) if in_pull else None
        is_same_pull = pulled is not None and pulled.root == lock.root
        if found != mark and not is_empty and not is_same_pull:
            held = "another export" if found else "other files"
            raise ExportError(f"{self.root} holds {held}: name an empty or a new folder.")
        shutil.rmtree(self.root / _PARTS, ignore_errors=True)
        # First, so that a folder left half done is known as this export's.
        self.put(MARK, [mark])

    def put(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write a file whole; `name` is its path below the folder."""
        with self.create(name) as file:
            file.writelines(chunks)

    @contextmanager
    def create(self, name: str) -> Iterator[IO[bytes]]:
        """Yield a file to write that takes its place once the block ends well."""
        part = self._new_part()
        with export_errors(self.root / name):
            with part.open("wb") as file:
                yield file
            self._place(part, name)

    def put_pictures(self, source: Source, names: Callable[[Picture], str]) -> None:
        """Write every picture of the source that is not there, whole, under its name."""
        missing = (one for one in source.pictures() if not self.has(names(one), one))
        for picture, content in source.contents(missing):
            self.put(names(picture), [content])

    def has(self, name: str, picture: Picture) -> bool:
        """Tell whether the picture's file is there, whole: its sha256 is its id."""
        path = self.root / name
        with export_errors(path):
            return is_whole(path, picture)

    def link(self, name: str, other: str) -> None:
        """Make a file appear under another name, too: one file on disk, or a copy if need be."""
        source, path = self.root / name, self.root / other
        with export_errors(path):
            if path.exists() and path.samefile(source):
                return
            part = self._new_part()
            try:
                part.hardlink_to(source)
            except OSError:
                # Some file systems have no hard links, or too few.
                shutil.copyfile(source, part)
            self._place(part, other)

    @contextmanager
    def gather(self) -> Iterator["Gathered"]:
        """Yield a collector of lines for many files at once; they are placed as the block ends."""
        gathered = Gathered(self._new_part)
        with export_errors(self.root):
            yield gathered
            for name, part in gathered.finish().items():
                self._place(part, name)

    def _new_part(self) -> Path:
        self._part_no += 1
        folder = self.root / _PARTS
        with export_errors(folder):
            folder.mkdir(exist_ok=True)
        return folder / str(self._part_no)

    def _place(self, part: Path, name: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        part.replace(path)


class Gathered:
    """Lines for any number of files, in little memory and with one file open at a time."""

    def __init__(self, new_part: Callable[[], Path]) -> None:
        self._new_part = new_part
        self._parts: dict[str, Path] = {}
        self._waiting: dict[str, list[bytes]] = {}
        self._count = 0

    def add(self, name: str, line: bytes, *, header: bytes = b"") -> None:
        """Put a line behind those of a file; a new file begins with the header."""
        if name not in self._parts:
            self._parts[name] = self._new_part()
            line = header + line
        self._waiting.setdefault(name, []).append(line)
        self._count += 1
        if self._count >= _MOST_BUFFERED:
            self._write()

    def finish(self) -> dict[str, Path]:
        """Write what waits; return where each file's lines are."""
        self._write()
        return self._parts

    def _write(self) -> None:
        for name, lines in self._waiting.items():
            with self._parts[name].open("ab") as file:
                file.writelines(lines)
        self._waiting, self._count = {}, 0


@contextmanager
def export_errors(path: Path) -> Iterator[None]:
    """Say of an error of the file system what to do about it."""
    try:
        yield
    except OSError as error:
        raise ExportError(
            f"Cannot write {path}: {error.strerror or error}. Mend that or name another folder, and"
            " run the same command again."
        ) from error
