"""Brings a catalogue to this version's schema: numbered SQL files, each in one transaction."""

import hashlib
from dataclasses import dataclass, field
from importlib import resources
from importlib.resources.abc import Traversable

from hub.db import Connection, connect, execute, execute_script, fetch_all
from hub.errors import MigrationError

FOLDER: Traversable = resources.files("sql") / "migrations"


@dataclass(frozen=True)
class Migration:
    """A migration by name, with the digest of its text."""

    name: str
    sha256: str
    text: str = field(default="", compare=False, repr=False)


def available(folder: Traversable = FOLDER) -> list[Migration]:
    """The migrations this version brings, in order."""
    texts = {
        file.name.removesuffix(".sql"): file.read_text(encoding="utf-8")
        for file in folder.iterdir()
        if file.name.endswith(".sql")
    }
    return [
        Migration(name, hashlib.sha256(text.encode()).hexdigest(), text)
        for name, text in sorted(texts.items())
    ]


def migrate(database_url: str, *, folder: Traversable = FOLDER) -> list[str]:
    """Apply what is missing and return its names.

    Interrupted, it leaves the schema of the last migration that was finished; two at once wait for
    each other. Raises MigrationError if the catalogue is not one that these migrations lead from.
    """
    steps = available(folder)
    return [step.name for step in steps if _apply(database_url, step, steps=steps)]


def _apply(database_url: str, step: Migration, *, steps: list[Migration]) -> bool:
    with connect(database_url) as db:
        execute(db, "migrations/lock_migrations")
        execute(db, "migrations/create_schema_migration")
        applied = fetch_all(db, "migrations/list_migrations", Migration)
        _check(applied, steps)
        if step in applied:
            return False
        execute_script(db, step.text)
        _record(db, step)
        return True


def _record(db: Connection, step: Migration) -> None:
    execute(db, "migrations/add_migration", name=step.name, sha256=step.sha256)


def _check(applied: list[Migration], steps: list[Migration]) -> None:
    """What is applied must be how the list of migrations begins, text by text."""
    for position, done in enumerate(applied):
        if position >= len(steps):
            raise MigrationError(
                f"The catalogue is newer than this version of hub (it has {done.name}):"
                " install the newer version."
            )
        if done != steps[position]:
            raise MigrationError(
                f"Migration {done.name} was applied with another text or in another order than"
                " this version of hub brings: use the version that made this catalogue,"
                " or make a new hub in an empty HUB_HOME."
            )
