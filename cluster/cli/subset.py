"""`hub subset ...`: pick labelled pictures, and lock the choice."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cluster.cli.context import Hub, pass_hub
from cluster.cli.locks import find_lock
from cluster.cli.output import counted, json_option, limit_option, print_json, print_table

if TYPE_CHECKING:
    from hub.rules.locks import Lock


@click.group()
def subset() -> None:
    """Pick labelled pictures and lock the choice."""


@subset.command()
@click.argument("name")
@click.option(
    "--label",
    "labels",
    metavar="L",
    multiple=True,
    required=True,
    help="A label, by any of its names; give it again for more. A picture of any is picked once.",
)
@click.option("--with-descendants", is_flag=True, help="Pictures of narrower labels too.")
@click.option(
    "--out",
    metavar="F",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write the lock.",
)
@click.option("--force", is_flag=True, help="Replace another lock at F.")
@json_option
@pass_hub
def create(
    hub: Hub,
    name: str,
    *,
    labels: tuple[str, ...],
    with_descendants: bool,
    out: Path,
    force: bool,
    as_json: bool,
) -> None:
    """Lock the pictures that labels have now, as subset NAME.

    The lock is a small file: the same lock gives the same bytes at any time.
    """
    from hub.services import subsets

    with hub.open_db() as db:
        created = subsets.create(
            db,
            name,
            labels=labels,
            with_descendants=with_descendants,
            out=out,
            settings=hub.settings,
            by=hub.user_name,
            force=force,
        )
    lock = created.lock
    if as_json:
        print_json({**_document(lock), "lock": str(out), "per_label": created.per_label})
        return
    print_table(("label", "pictures"), created.per_label.items())
    was = "locked in" if created.is_new else "already locked in"
    size = f"{counted(lock.images, 'picture')}, {counted(lock.bytes, 'byte')}"
    click.echo(f"{size}, {was} {out} (root {lock.root})")
    click.echo(f"Next: hub pull {out} FOLDER")


@subset.command(short_help="Show a lock, or the newest subset of a name or root.")
@click.argument("reference", metavar="F")
@json_option
@pass_hub
def show(hub: Hub, reference: str, *, as_json: bool) -> None:
    """Show the lock in file F, or the newest subset of that name or root."""
    lock = find_lock(hub, reference)
    if as_json:
        print_json(_document(lock))
        return
    narrower = " and narrower labels" if lock.recipe.with_descendants else ""
    lines = {
        "name": lock.notes.name,
        "root": lock.root,
        "pictures": f"{lock.images:,}",
        "bytes": f"{lock.bytes:,}",
        "labels": ", ".join(lock.recipe.labels) + narrower,
        "made": f"{lock.notes.created_at} by {lock.notes.created_by}",
        "hub": f"{lock.notes.hub}, lake version {lock.notes.lake_version}",
    }
    for key, value in lines.items():
        click.echo(f"{key:<9} {value}")


@subset.command("list")
@limit_option
@json_option
@pass_hub
def list_(hub: Hub, *, limit: int | None, as_json: bool) -> None:
    """List the subsets, the newest first."""
    from dataclasses import asdict

    from hub.services import subsets

    with hub.open_db() as db:
        found = subsets.list_subsets(db, most=limit)
    if as_json:
        print_json([asdict(one) for one in found])
    elif found:
        rows = [
            (one.name, one.images, one.bytes, f"{one.created_at:%Y-%m-%d %H:%M}", one.root)
            for one in found
        ]
        print_table(("name", "pictures", "bytes", "made (UTC)", "root"), rows)
    else:
        click.echo("No subsets yet. Next: hub subset create NAME --label LABEL --out FILE")


def _document(lock: "Lock") -> dict[str, object]:
    from dataclasses import asdict

    document = asdict(lock)
    return {"name": lock.notes.name, **document}
