"""What `hub subset` says: of a lock, of what changed, of why nothing was picked."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cluster.cli.context import Hub
from cluster.cli.output import counted, print_json, print_table

if TYPE_CHECKING:
    from hub.rules.locks import Lock
    from hub.rules.recipes import Recipe
    from hub.services.subset_changes import Change
    from hub.services.subsets import Created

_MOST_SHOWN = 20


def why_none(hub: Hub, recipe: "Recipe") -> str:
    """Say why a recipe comes to nothing."""
    from hub.services import subsets

    with hub.open_db() as db:
        return subsets.explain_none(db, recipe)


def print_created(created: "Created", out: Path, *, as_json: bool, was_there: bool) -> None:
    """Tell of a lock that was made, or was at `out` already."""
    lock = created.lock
    if as_json:
        print_json({**document_of(lock), "lock": str(out), "per_label": created.per_label})
        return
    print_table(("label", "pictures"), created.per_label.items())
    was = "already locked in" if was_there else "locked in"
    size = f"{counted(lock.images, 'picture')}, {counted(lock.bytes, 'byte')}"
    click.echo(f"{size}, {was} {out} (root {lock.root})")
    click.echo(f"Next: hub pull {out} FOLDER")


def print_changes(changes: "list[Change]") -> None:
    """Tell how many pictures changed and why, and name the first."""
    from collections import Counter

    kinds = Counter((one.change, one.reason) for one in changes)
    if not changes:
        click.echo("No picture differs.")
        return
    rows = [(change, number, reason) for (change, reason), number in sorted(kinds.items())]
    print_table(("change", "pictures", "why"), rows)
    shown = changes[:_MOST_SHOWN]
    print_table(("change", "picture"), [(one.change, one.image_id) for one in shown])
    if len(changes) > len(shown):
        click.echo(f"and {len(changes) - len(shown):,} more; --json lists them all")


def in_words(value: object) -> str:
    """Return a recipe's value for people."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def document_of(lock: "Lock") -> dict[str, object]:
    """Return a lock for `--json`."""
    from dataclasses import asdict

    from hub.rules.recipes import recipe_values

    return {"name": lock.notes.name, **asdict(lock), "recipe": recipe_values(lock.recipe)}
