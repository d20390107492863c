"""A subset in Python: its pictures one by one, as PIL images, in pandas and in TensorFlow."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

from hub.client import frames, tensors
from hub.client.download import Downloaded, download
from hub.client.images import Decoded, decode
from hub.client.progress import shown
from hub.client.remote import RemoteSource
from hub.client.web import Web
from hub.errors import PackageMissing, RecipeError
from hub.exports.source import Source
from hub.rules.locks import Lock, lock_text
from hub.rules.manifests import Picture
from hub.rules.recipes import Recipe
from hub.rules.splits import SPLITS
from hub.services.exports import Exported, export
from hub.services.lock_files import check_out, check_same, write_lock
from hub.services.pulls import Pulled, pull
from hub.threads import unwatched

# In the class `bytes` is how many there are.
Content: TypeAlias = bytes


class Subset:
    """Exact pictures, in the order of their image_id; iterate to get each with its PIL image.

    Pictures are streamed and checked by sha256 while they come; memory does not grow with their
    number. The images are upright, as boxes, widths and heights are.
    """

    def __init__(self, lock: Lock) -> None:
        self.lock = lock

    @cached_property
    def _source(self) -> Source:
        raise NotImplementedError

    @property
    def root(self) -> str:
        """sha256 of the manifest, which names these pictures."""
        return self.lock.root

    @property
    def images(self) -> int:
        return self.lock.images

    @property
    def bytes(self) -> int:
        return self.lock.bytes

    @property
    def recipe(self) -> Recipe:
        return self.lock.recipe

    def __repr__(self) -> str:
        return f"<subset {self.lock.title}: {self.images:,} pictures, root {self.root[:12]}>"

    def __len__(self) -> int:
        return self.images

    def lock_text(self) -> str:
        """Return the lock as TOML."""
        return lock_text(self.lock)

    def save(self, path: str | Path) -> Path:
        """Write the lock file, which names these pictures anywhere.

        Raises SubsetError if anything else than the same lock is there.
        """
        path = Path(path)
        check_same(check_out(path), self.lock, out=path)
        write_lock(self.lock, path)
        return path

    def pictures(self, *, split: str | None = None) -> Iterator[Picture]:
        """Yield what the manifest says of each picture, or of those of one split.

        Raises RecipeError if there is no such split.
        """
        _check_split(split)
        return (one for one in self._source.pictures() if split in (None, one.split))

    def contents(self, *, split: str | None = None) -> Iterator[tuple[Picture, Content]]:
        """Yield each picture with the bytes of its file. Raises PictureUnreadable."""
        return self._source.contents(self.pictures(split=split))

    def decoded(self, *, split: str | None = None) -> Iterator[Decoded]:
        """Yield each picture with its PIL image, upright."""
        return decode(self.contents(split=split))

    def __iter__(self) -> Iterator[Decoded]:
        return self.decoded()

    def to_pandas(self) -> Any:
        """Return a DataFrame with a row a picture; see `hub.client.frames`. Needs pandas."""
        return frames.to_pandas(self.pictures())

    def to_tf_data(
        self,
        size: int | tuple[int, int] | None = None,
        label: tensors.Kind = "first",
        *,
        split: str | None = None,
    ) -> Any:
        """Return a tf.data.Dataset that streams the pictures; needs TensorFlow.

        `size`: one side, or height and width, of all pictures; None leaves them as they are.
        `label`: "first", the number of the first class that the picture shows, -1 for none;
        "multi", a target of 0 and 1, and a mask that is 0 where nothing is known. The classes are
        the recipe's labels, and stand in the dataset's `class_names`.
        """
        _check_split(split)
        return tensors.to_tf_data(
            lambda: self.decoded(split=split),
            self.recipe.picked,
            size=size,
            label=label,
            count=None if split else self.images,
        )


def _check_split(split: str | None) -> None:
    if split is not None and split not in SPLITS:
        raise RecipeError(f"There is no split {split!r}; the splits are {', '.join(SPLITS)}.")


@dataclass(frozen=True)
class Link:
    """A signed link to an archive: good without a token until it expires."""

    url: str
    expires_at: datetime

    def __str__(self) -> str:
        return self.url


class RemoteSubset(Subset):
    """A subset of a hub that is asked over HTTP."""

    def __init__(self, web: Web, lock: Lock) -> None:
        super().__init__(lock)
        self._web = web

    @cached_property
    def _remote(self) -> RemoteSource:
        return RemoteSource(self._web, self.lock)

    @cached_property
    def _source(self) -> Source:
        return self._remote.source()

    @property
    def source(self) -> Source:
        """What `hub.services.pulls` and `hub.services.exports` read."""
        return self._source

    def pull(self, folder: str | Path, *, progress: bool = True) -> Pulled:
        """Bring a folder to exactly these pictures: fetch what it lacks, check what it has.

        May be killed anywhere and run again. Raises PullError, PictureUnreadable, HubUnreachable.
        """
        return pull(self._source, Path(folder), watch=shown if progress else unwatched)

    def export(self, format_name: str, folder: str | Path, *, progress: bool = True) -> Exported:
        """Write the pictures into a folder in a format of `hub.exports.formats.FORMATS`.

        Raises NotFound for another format, ExportError, PictureUnreadable; PackageMissing if the
        format needs a package that is not here.
        """
        watch = shown if progress else unwatched
        try:
            return export(self._source, format_name, folder=Path(folder), watch=watch)
        except ModuleNotFoundError as error:
            raise PackageMissing(
                f"The format {format_name} needs the package {error.name}: install it."
            ) from error

    def archive_link(self, *, expires_in_s: int = 3600) -> Link:
        """Sign a link to the zip of these pictures, for whoever has no token."""
        return self._web.post(
            f"/subsets/{self.root}/links",
            {"expires_in_s": expires_in_s},
            make=lambda made: Link(str(made["url"]), datetime.fromisoformat(made["expires_at"])),
        )

    def download(self, path: str | Path, *, progress: bool = True) -> Downloaded:
        """Fetch the zip of these pictures, from where an earlier call was stopped; verified.

        Raises PullError if the path holds anything else, PictureUnreadable, HubUnreachable.
        """
        return download(self._web, self._remote, Path(path), watch=shown if progress else unwatched)
