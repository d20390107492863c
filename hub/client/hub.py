"""A hub from Python: its labels, picks of its pictures, and its subsets."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from html import escape
from operator import itemgetter
from pathlib import Path
from typing import Any

from hub.client.addresses import make_address
from hub.client.subsets import RemoteSubset
from hub.client.web import Made, Web, segment
from hub.errors import ConfigError, HubRefused, NotFound, RecipeError
from hub.rules.locks import Lock, parse_lock
from hub.rules.manifests import Picture, is_sha256, picture_from
from hub.rules.recipes import Recipe, make_recipe, recipe_values
from hub.services.lock_files import read_lock, read_recipe


@dataclass(frozen=True)
class Label:
    """A label, and how many published pictures it has."""

    key: str
    name: str
    mid: str | None
    own: int
    """Pictures that claim it itself."""
    rollup: int
    """And those of narrower labels."""
    verified: int
    trainable: int
    parents: tuple[str, ...]


@dataclass(frozen=True)
class Counted:
    """What a recipe comes to; `per_label` counts pictures by each of its picked labels."""

    images: int
    bytes: int
    per_label: Mapping[str, int]


class Hub:
    """A hub over HTTP. Threads may share it; connections are kept."""

    def __init__(
        self,
        url: str | None = None,
        token: str | None = None,
        *,
        timeout_s: float = 30,
        retries: int = 8,
    ) -> None:
        """`url` and `token` are HUB_URL and HUB_TOKEN if not given.

        `timeout_s` is how long the hub may say nothing; `retries`, how often a request is made
        again that finds the hub down or busy: 8 wait for three quarters of a minute; one that has
        never answered is soon given up. A token is sent by HTTPS alone, or within this machine.
        Raises ConfigError.
        """
        url = url or os.environ.get("HUB_URL")
        if not url:
            raise ConfigError("Say where the hub is: Hub('https://...'), or set HUB_URL.")
        token_from = "Hub(url, token)" if token else "HUB_TOKEN"
        token = token or os.environ.get("HUB_TOKEN")
        address = make_address(url, token, token_from=token_from)
        self._web = Web(address, timeout_s=timeout_s, retries=retries)

    def __repr__(self) -> str:
        return f"<hub at {self._web.address.origin}>"

    def labels(self, search: str | None = None) -> list[Label]:
        """Return the labels by name, or those with `search` in one of their names."""
        return [*self._pages("/labels", "labels", make=_label, search=search)]

    def pick(self, recipe: Recipe | str | Path | None = None, **keys: Any) -> "Pick":
        """Pick by the keys of a recipe (docs/subsets.md), a `Recipe`, or a TOML file or lock.

        Keys go before what the recipe says. Raises RecipeError.
        """
        if isinstance(recipe, str | Path):
            recipe = _read_recipe(recipe)
        values = recipe_values(recipe) if recipe else {}
        return Pick(self._web, make_recipe({**values, **keys}, where="The pick"))

    def subset(self, reference: str | Path | Lock) -> RemoteSubset:
        """Return the subset of a lock (file), a root, or a name: then the newest that you may see.

        Raises NotFound, LockError.
        """
        if isinstance(reference, Lock):
            return RemoteSubset(self._web, reference)
        # A folder is none: a subset is pulled into one of its own name.
        is_file = os.path.exists(reference) and not os.path.isdir(reference)
        if isinstance(reference, Path) or is_file:
            return RemoteSubset(self._web, read_lock(Path(reference)))
        root = reference if is_sha256(reference) else self._root_of(reference)
        return _subset(self._web, root)

    def _root_of(self, name: str) -> str:
        for root in self._pages("/subsets", "subsets", make=itemgetter("root"), name=name):
            return str(root)
        raise NotFound(
            f"There is no lock file '{name}', and no subset of that name that you may see."
        )

    def _pages(
        self, path: str, key: str, *, make: Callable[[Any], Made], **query: object
    ) -> Iterator[Made]:
        def read(page: Any) -> tuple[list[Made], object]:
            return [make(one) for one in page[key]], page["next"]

        after: object = None
        while True:
            some, after = self._web.get(path, read, after=after, limit=1000, **query)
            yield from some
            if after is None or not some:
                return


def _label(told: Any) -> Label:
    return Label(**_known(Label, told) | {"parents": tuple(told["parents"])})


def _known(kind: type[Any], told: Any) -> dict[str, Any]:
    """Return the fields of a dataclass: a hub of another release may tell more, or less."""
    return {one.name: told[one.name] for one in fields(kind) if one.name in told}


def _read_recipe(path: str | Path) -> Recipe:
    if isinstance(path, str) and not os.path.exists(path):
        raise RecipeError(
            f"Cannot read the recipe {path}: there is no such file; for a label say"
            f" pick(labels=[{json.dumps(path, ensure_ascii=False)}])."
        )
    return read_recipe(Path(path))


def _subset(web: Web, root: str) -> RemoteSubset:
    lock = parse_lock(web.get_text(f"/subsets/{segment(root)}/lock"), where=f"subset {root}")
    if lock.root != root:
        raise HubRefused(f"The hub sent the lock of {lock.root} for {root}.", status=0)
    return RemoteSubset(web, lock)


class Pick:
    """A recipe that a hub is asked about: nothing is kept there before `lock`."""

    def __init__(self, web: Web, recipe: Recipe) -> None:
        self._web = web
        self.recipe = recipe

    def __repr__(self) -> str:
        return f"<pick {self._values()}>"

    def _values(self) -> dict[str, Any]:
        return recipe_values(self.recipe)

    def count(self) -> Counted:
        """Count the pictures that the recipe comes to now, exactly. Raises HubRefused."""
        return self._web.post(
            "/count",
            {"recipe": self._values()},
            make=lambda told: Counted(**_known(Counted, told)),
        )

    def preview(self, most: int = 24) -> "Preview":
        """Return some of the pictures, the same ones for the same recipe. Raises HubRefused."""
        return self._web.post(
            "/preview",
            {"recipe": self._values(), "most": most},
            make=lambda told: Preview(map(_previewed, told["pictures"])),
        )

    def lock(self, name: str, note: str = "") -> RemoteSubset:
        """Lock the pictures under a name; made again of the same pictures it is the same lock.

        Raises HubRefused, Forbidden.
        """
        asked = {"name": name, "note": note, "recipe": self._values()}
        root = self._web.post("/subsets", asked, make=lambda told: str(told["root"]))
        return _subset(self._web, root)


class Preview(list[Picture]):
    """Pictures of a pick, a table in a notebook. `label_key` is not told of them."""

    def _repr_html_(self) -> str:
        rows = "".join(map(_html_row, self))
        head = (
            "<tr><th>picture</th><th>labels</th><th>size</th><th>licence</th><th>author</th></tr>"
        )
        return f"<table>{head}{rows}</table>"


def _previewed(told: Any) -> Picture:
    return picture_from(_known(Picture, {"label_key": "", **told}))


def _html_row(one: Picture) -> str:
    labels = ", ".join(label.name for label in one.labels)
    size = f"{one.width_px} x {one.height_px}"
    cells = (one.image_id[:12], labels, size, one.licence, one.author)
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
