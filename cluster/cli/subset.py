"""`hub subset ...`: pick labelled pictures, lock the choice, follow how it changes."""

from pathlib import Path
from typing import Any

import click

from cluster.cli.context import Hub, pass_hub
from cluster.cli.locks import find_lock
from cluster.cli.output import (
    counted,
    json_option,
    limit_option,
    print_json,
    print_table,
    printable,
)
from cluster.cli.recipes import make_recipe, recipe_options
from cluster.cli.subset_words import document_of, in_words, print_changes, print_created, why_none

out_option = click.option(
    "--out",
    metavar="F",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write the lock.",
)
_LONGEST_CELL = 60

force_option = click.option("--force", is_flag=True, help="Replace another lock at F.")


@click.group()
def subset() -> None:
    """Pick labelled pictures and lock the choice."""


@subset.command()
@click.argument("name")
@recipe_options
@click.option("--note", default="", help="What it is for, kept with the lock.")
@out_option
@force_option
@json_option
@pass_hub
def create(
    hub: Hub, /, name: str, *, note: str, out: Path, force: bool, as_json: bool, **wanted: Any
) -> None:
    """Lock the pictures that a recipe comes to now, as subset NAME.

    The lock is a small file: the same lock gives the same bytes at any time.
    """
    from hub.services import lock_files, subsets

    recipe = make_recipe(wanted)
    before = lock_files.check_out(out, force=force)
    with hub.open_db() as db:
        created = subsets.create(
            db, name, recipe=recipe, settings=hub.settings, by=hub.user_name, note=note
        )
        lock_files.check_same(before, created.lock, out=out)
    if before is None:
        lock_files.write_lock(created.lock, out)
    print_created(created, out, as_json=as_json, was_there=before is not None)


@subset.command()
@recipe_options
@json_option
@pass_hub
def count(hub: Hub, /, *, as_json: bool, **wanted: Any) -> None:
    """Count the pictures that a recipe comes to now; nothing is kept."""
    from dataclasses import asdict

    from hub.services import picks

    recipe = make_recipe(wanted)
    with hub.open_db() as db:
        found = picks.count(db, recipe, least_suppliers=hub.settings.map_suppliers)
    if as_json:
        print_json(asdict(found))
        return
    print_table(("label", "pictures"), found.per_label.items())
    click.echo(f"{counted(found.images, 'picture')}, {counted(found.bytes, 'byte')}")
    if not found.images:
        click.echo(why_none(hub, recipe))


@subset.command()
@recipe_options
@click.option("--most", metavar="N", type=click.IntRange(1, 1000), default=24, show_default=True)
@json_option
@pass_hub
def preview(hub: Hub, /, *, most: int, as_json: bool, **wanted: Any) -> None:
    """Show some of the pictures that a recipe comes to now, the same ones every time."""
    from dataclasses import asdict

    from hub.services import picks

    recipe = make_recipe(wanted)
    with hub.open_db() as db:
        found = picks.preview(db, recipe, least_suppliers=hub.settings.map_suppliers, most=most)
    if as_json:
        print_json([asdict(one) for one in found])
        return
    if not found:
        click.echo(why_none(hub, recipe))
        return
    rows = [
        (
            one.image_id[:12],
            ", ".join(label.name for label in one.labels),
            f"{one.width_px} x {one.height_px}",
            one.split,
            one.author,
            one.licence,
        )
        for one in found
    ]
    print_table(("picture", "labels", "pixels", "split", "author", "licence"), rows)


@subset.command(short_help="Show a lock, or the newest subset of a name or root.")
@click.argument("reference", metavar="F")
@json_option
@pass_hub
def show(hub: Hub, reference: str, *, as_json: bool) -> None:
    """Show the lock in file F, or the newest subset of that name or root."""
    from hub.rules.recipes import recipe_values

    lock = find_lock(hub, reference)
    if as_json:
        print_json(document_of(lock))
        return
    lines = {
        "name": lock.notes.name,
        "root": lock.root,
        "pictures": f"{lock.images:,}",
        "bytes": f"{lock.bytes:,}",
        **{name: in_words(value) for name, value in recipe_values(lock.recipe).items()},
        "made": f"{lock.notes.created_at} by {lock.notes.created_by}",
        "hub": f"{lock.notes.hub}, lake version {lock.notes.lake_version}",
        "note": lock.notes.note,
    }
    width = max(map(len, lines))
    for key, value in lines.items():
        if value:
            # A lock comes from anywhere, and a terminal must not obey it.
            click.echo(f"{key:<{width}} {printable(value)}")


@subset.command("list")
@click.option("--name", help="Only subsets of this name: its history.")
@limit_option
@json_option
@pass_hub
def list_(hub: Hub, *, name: str | None, limit: int | None, as_json: bool) -> None:
    """List the subsets, the newest first."""
    from dataclasses import asdict

    from hub.services import subsets

    with hub.open_db() as db:
        found = subsets.list_subsets(db, name=name, most=limit)
    if as_json:
        print_json([asdict(one) for one in found])
    elif found:
        rows = [
            (
                one.name,
                one.images,
                one.bytes,
                f"{one.created_at:%Y-%m-%d %H:%M}",
                one.root,
                _beginning(one.note),
            )
            for one in found
        ]
        print_table(("name", "pictures", "bytes", "made (UTC)", "root", "note"), rows)
    elif name:
        click.echo(
            f"No subset is called '{printable(name)}'; `hub subset list` names those there are."
        )
    else:
        click.echo("No subsets yet. Next: hub subset create NAME --label LABEL --out FILE")


def _beginning(note: str) -> str:
    """Return as much of a note as a line of a table takes."""
    line, *more = note.splitlines() or [""]
    return line if len(line) <= _LONGEST_CELL and not more else f"{line[:_LONGEST_CELL]}…"


@subset.command()
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@json_option
@pass_hub
def diff(hub: Hub, before: str, after: str, *, as_json: bool) -> None:
    """Say what differs from subset A to subset B, picture by picture, and why.

    A and B are lock files, or subsets by name or root.
    """
    from dataclasses import asdict

    from hub.services import subset_changes

    locks = [find_lock(hub, reference) for reference in (before, after)]
    with hub.open_db() as db:
        changes = subset_changes.diff(db, *locks, settings=hub.settings)
    if as_json:
        roots = {"before": locks[0].root, "after": locks[1].root}
        print_json({**roots, "changes": [asdict(one) for one in changes]})
        return
    print_changes(changes)


@subset.command()
@click.argument("reference", metavar="LOCK")
@out_option
@force_option
@json_option
@pass_hub
def update(hub: Hub, reference: str, *, out: Path, force: bool, as_json: bool) -> None:
    """Resolve the recipe of LOCK again: a new lock at F, and what changed, with reasons.

    LOCK is a lock file, or a subset by name or root. F may be LOCK itself; the hub keeps the old
    lock under its root.
    """
    from dataclasses import asdict

    from hub.services import lock_files, subset_changes

    lock = find_lock(hub, reference)
    before = lock_files.check_out(out, force=force)
    with hub.open_db() as db:
        updated = subset_changes.update(db, lock, settings=hub.settings, by=hub.user_name)
        if before != lock:
            lock_files.check_same(before, updated.created.lock, out=out)
    lock_files.write_lock(updated.created.lock, out)
    if as_json:
        changes = [asdict(one) for one in updated.changes]
        document = {**document_of(updated.created.lock), "before": lock.root, "changes": changes}
        print_json({**document, "lock": str(out)})
        return
    print_changes(updated.changes)
    print_created(updated.created, out, as_json=False, was_there=False)


@subset.command()
@click.argument("reference", metavar="LOCK")
@click.option("--with", "user", metavar="USER", required=True, help="Who may see it from now on.")
@pass_hub
def share(hub: Hub, reference: str, *, user: str) -> None:
    """Let another user see and download the subset LOCK.

    LOCK is a lock file, or a subset by name or root.
    """
    from hub.services import subsets

    lock = find_lock(hub, reference)
    with hub.open_db() as db:
        shared = subsets.share(db, lock.root, user=user)
    click.echo(f"{user} can see and download {shared.name} (root {shared.root}) from now on.")
