"""The subset lock: a small TOML file that names exact pictures by the root of their manifest.

[subset] and [recipe] are a function of the pick alone; [notes] say where a lock comes from, and a
lock without them is as good.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from hub.errors import LockError, RecipeError
from hub.rules.manifests import FORMAT, is_sha256
from hub.rules.recipes import Recipe, make_recipe, recipe_values

_READ = (1, FORMAT)
_KINDS = {str: "text", int: "a whole number"}
_MOST = 2**63 - 1
"""What the catalogue counts in."""


@dataclass(frozen=True)
class Notes:
    """Where a lock comes from. They change nothing of what it names."""

    name: str = ""
    hub: str = ""
    lake_version: int = 0
    created_at: str = ""
    created_by: str = ""
    note: str = ""


@dataclass(frozen=True)
class Lock:
    root: str
    """sha256 of the manifest's bytes."""
    images: int
    bytes: int
    recipe: Recipe
    notes: Notes = field(default=Notes(), compare=False)
    format: int = FORMAT
    """Of the manifest that it names."""

    @property
    def title(self) -> str:
        """What to call it."""
        return self.notes.name or self.root


def lock_text(lock: Lock, *, with_notes: bool = True) -> str:
    """Return the lock as TOML, the same text for equal locks."""
    sizes = {"format": lock.format, "root": lock.root, "images": lock.images, "bytes": lock.bytes}
    tables = {"subset": sizes, "recipe": recipe_values(lock.recipe)}
    if with_notes:
        tables["notes"] = {key: value for key, value in asdict(lock.notes).items() if value != ""}
    return "\n".join(_table(name, values) for name, values in tables.items())


def _table(name: str, values: Mapping[str, Any]) -> str:
    return f"[{name}]\n" + "".join(f"{key} = {_value(value)}\n" for key, value in values.items())


def _value(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    # JSON's text, whole numbers and truth values are TOML's, but for the bare DEL.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def parse_lock(text: str, *, where: str) -> Lock:
    """Read a lock; `where` names it in errors. Unknown keys are left aside.

    Raises LockError that says what is wrong and at which key.
    """
    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        # A number of thousands of digits is a ValueError of Python's own.
        raise LockError(f"{where} is not a subset lock: {error}.") from error
    return _Reader(tables, where).lock()


@dataclass(frozen=True)
class _Reader:
    tables: Mapping[str, Any]
    where: str

    def lock(self) -> Lock:
        version = self._check_format()
        root, images, size = (
            self.get("subset", *k) for k in (("root", str), ("images", int), ("bytes", int))
        )
        if not is_sha256(root):
            raise self.wrong("subset", "root", f"'{root}' is not a sha256 in lower-case hex")
        if images < 1 or size < 1:
            raise self.wrong("subset", "images", "a lock names at least one picture")
        return Lock(root, images, size, self._recipe(), self._notes(), version)

    def _check_format(self) -> int:
        version = self.get("subset", "format", int)
        if version not in _READ:
            raise self.wrong(
                "subset",
                "format",
                f"version {version} is none of {_READ}, which this hub reads",
            )
        return int(version)

    def _recipe(self) -> Recipe:
        values = self.tables.get("recipe")
        if not isinstance(values, Mapping):
            raise self.wrong("recipe", "labels", "it is missing")
        try:
            return make_recipe(values, where=f"The lock {self.where}")
        except RecipeError as error:
            raise LockError(f"{error} Get the lock again from whoever made it.") from error

    def _notes(self) -> Notes:
        said = self.tables.get("notes", {})
        if not isinstance(said, Mapping):
            raise self.wrong("notes", "name", "it must be a table")
        kinds = {one.name: type(one.default) for one in fields(Notes) if one.name in said}
        return Notes(**{name: self.get("notes", name, kind) for name, kind in kinds.items()})

    def get(self, table: str, key: str, kind: type) -> Any:
        values = self.tables.get(table)
        if not isinstance(values, Mapping) or key not in values:
            raise self.wrong(table, key, "it is missing")
        # By identity: a truth value is a whole number to isinstance.
        if type(values[key]) is not kind or (kind is int and abs(values[key]) > _MOST):
            raise self.wrong(table, key, f"it must be {_KINDS[kind]}")
        return values[key]

    def wrong(self, table: str, key: str, what: str) -> LockError:
        return LockError(
            f"{self.where} is not a sound subset lock, at [{table}] {key}: {what}."
            " Get the lock again from whoever made it."
        )
