"""The subset lock: a small TOML file that names exact pictures by the root of their manifest."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from hub.errors import LockError
from hub.rules.manifests import is_sha256

FORMAT = 1
"""Version of the lock and of the manifest that it names."""

_KINDS = {str: "text", int: "a whole number", bool: "true or false", list: "a list of texts"}


@dataclass(frozen=True)
class Recipe:
    """What was asked for: labels by their canonical names, sorted, each once."""

    labels: tuple[str, ...]
    with_descendants: bool = False


@dataclass(frozen=True)
class Notes:
    """Where a lock comes from. They change nothing of what it names."""

    name: str
    hub: str
    lake_version: int
    created_at: str
    created_by: str


@dataclass(frozen=True)
class Lock:
    root: str
    """sha256 of the manifest's bytes."""
    images: int
    bytes: int
    recipe: Recipe
    notes: Notes


def lock_text(lock: Lock) -> str:
    """Return the lock as TOML, the same text for equal locks."""
    sizes = {"format": FORMAT, "root": lock.root, "images": lock.images, "bytes": lock.bytes}
    tables = {"subset": sizes, "recipe": asdict(lock.recipe), "notes": asdict(lock.notes)}
    return "\n".join(_table(name, values) for name, values in tables.items())


def _table(name: str, values: Mapping[str, Any]) -> str:
    return f"[{name}]\n" + "".join(f"{key} = {_value(value)}\n" for key, value in values.items())


def _value(value: object) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    # JSON's text, whole numbers and truth values are TOML's, but for the bare DEL.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def parse_lock(text: str, *, where: str) -> Lock:
    """Read a lock; `where` names it in errors. Unknown keys are left aside.

    Raises LockError that says what is wrong and at which key.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LockError(f"{where} is not a subset lock: {error}.") from error
    return _Reader(tables, where).lock()


@dataclass(frozen=True)
class _Reader:
    tables: Mapping[str, Any]
    where: str

    def lock(self) -> Lock:
        self._check_format()
        root, images, size = (
            self.get("subset", *k) for k in (("root", str), ("images", int), ("bytes", int))
        )
        if not is_sha256(root):
            raise self.wrong("subset", "root", f"'{root}' is not a sha256 in lower-case hex")
        if images < 1 or size < 1:
            raise self.wrong("subset", "images", "a lock names at least one picture")
        return Lock(root, images, size, self._recipe(), self._notes())

    def _check_format(self) -> None:
        version = self.get("subset", "format", int)
        if version != FORMAT:
            raise self.wrong(
                "subset",
                "format",
                f"version {version} is not version {FORMAT}, which this hub reads",
            )

    def _recipe(self) -> Recipe:
        labels = self.get("recipe", "labels", list)
        if not labels or not all(isinstance(label, str) for label in labels):
            raise self.wrong("recipe", "labels", "it must be a list of label names")
        return Recipe(tuple(labels), self.get("recipe", "with_descendants", bool))

    def _notes(self) -> Notes:
        return Notes(
            name=self.get("notes", "name", str),
            hub=self.get("notes", "hub", str),
            lake_version=self.get("notes", "lake_version", int),
            created_at=self.get("notes", "created_at", str),
            created_by=self.get("notes", "created_by", str),
        )

    def get(self, table: str, key: str, kind: type) -> Any:
        values = self.tables.get(table)
        if not isinstance(values, Mapping) or key not in values:
            raise self.wrong(table, key, "it is missing")
        # By identity: a truth value is a whole number to isinstance.
        if type(values[key]) is not kind:
            raise self.wrong(table, key, f"it must be {_KINDS[kind]}")
        return values[key]

    def wrong(self, table: str, key: str, what: str) -> LockError:
        return LockError(
            f"{self.where} is not a sound subset lock, at [{table}] {key}: {what}."
            " Get the lock again from whoever made it."
        )
