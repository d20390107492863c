"""`hub label ...`: the graph of labels, its counts, and changes with a history."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cluster.cli.context import Hub, pass_hub
from cluster.cli.label_splits import splits
from cluster.cli.output import counted, json_option, print_json, print_table

if TYPE_CHECKING:
    from hub.services.label_views import LabelEdge, LabelPage, LabelShown

_ROOT = "Entity"
_SHOWN = 40
_KIND = click.Choice(["is-a", "part-of"])


@click.group()
def label() -> None:
    """List and change the labels.

    Labels are found by any of their names, without regard to case; a space and an underscore
    are the same. A MID such as /m/014j1m finds its label, too. Pictures count up along is-a edges,
    not along part-of edges.
    """


label.add_command(splits)


@label.command("list", short_help="List the labels with their counts.")
@click.option("--under", metavar="L", help="Only this label and what is one, at any depth.")
@click.option(
    "--min",
    "min_images",
    metavar="N",
    type=click.IntRange(min=0),
    default=0,
    help="Only labels with at least N pictures, those of narrower labels included.",
)
@json_option
@pass_hub
def list_(hub: Hub, *, under: str | None, min_images: int, as_json: bool) -> None:
    """List the labels with their counts, newest first; those of one age by name.

    \b
    own        pictures that carry the label itself
    rollup     pictures that carry it or a narrower label, each once
    verified   those of own that a person confirmed
    trainable  what may be trained on: rollup less disputed pictures

    Example: hub label list --under Fruit --min 100
    """
    from hub.services.label_views import list_labels

    evidence = hub.settings.trainable_evidence
    with hub.open_db() as db:
        listed = list_labels(db, evidence=evidence, min_images=min_images, under=under)
    if as_json:
        print_json([asdict(each) for each in listed])
        return
    columns = ("name", "mid", "own", "rollup", "verified", "trainable")
    print_table(
        (*columns, "parents"),
        [
            [*(getattr(one, name) for name in columns), ", ".join(map(_neighbour, one.edges))]
            for one in listed
        ],
    )
    click.echo(f"\n{counted(len(listed), 'label')}; `hub label show NAME` says more of one.")


@label.command()
@click.argument("name")
@json_option
@pass_hub
def show(hub: Hub, name: str, *, as_json: bool) -> None:
    """Show a label: its parents, children, counts and history.

    Example: hub label show "teddy bear"
    """
    from hub.services.label_views import show_label

    with hub.open_db() as db:
        page = show_label(db, name, evidence=hub.settings.trainable_evidence)
    if as_json:
        history = [asdict(change) for change in page.history]
        print_json(asdict(page.label) | {"history": history})
    else:
        _print_page(page)


def _print_page(page: LabelPage) -> None:
    shown = page.label
    for edge in shown.edges:
        click.echo(_neighbour(edge))
    mid = f"  {shown.mid}" if shown.mid else ""
    click.echo(f"{'└─ ' if shown.edges else ''}{click.style(shown.name, bold=True)}{mid}")
    below = [_neighbour(edge) for edge in shown.child_edges]
    if len(below) > _SHOWN:
        below[_SHOWN:] = [f"... and {len(below) - _SHOWN:,} more"]
    for child in below:
        click.echo(f"   {'└─' if child is below[-1] else '├─'} {child}")
    _print_counts(shown)
    if shown.aliases:
        click.echo(f"Also called: {', '.join(shown.aliases)}")
    for change in page.history:
        detail = ", ".join(f"{name} {_said(value)}" for name, value in change.detail.items())
        of = "" if change.label == shown.name else f" of {change.label!r}"
        click.echo(f"{change.at:%Y-%m-%d %H:%M} UTC  {change.by}: {change.action}{of} ({detail})")


def _neighbour(edge: LabelEdge) -> str:
    return f"{edge.name} (part of)" if edge.kind == "part-of" else edge.name


def _said(value: object) -> str:
    return " and ".join(map(str, value)) or "none" if isinstance(value, list) else str(value)


def _print_counts(shown: LabelShown) -> None:
    click.echo(
        f"\nPictures that carry the label: {shown.own:,}; with its narrower labels"
        f" {shown.rollup:,}; verified {shown.verified:,}; to be trained on {shown.trainable:,}."
    )


@label.command()
@click.argument("name")
@click.option(
    "--parent",
    "parents",
    metavar="P",
    multiple=True,
    default=[_ROOT],
    help="The broader label; give it again for several parents.",
    show_default=True,
)
@click.option(
    "--kind", type=_KIND, default="is-a", show_default=True, help="How it stands to its parents."
)
@click.option("--mid", metavar="M", help="Its identifier in Open Images, such as /m/013s93.")
@pass_hub
def add(hub: Hub, name: str, *, parents: tuple[str, ...], kind: str, mid: str | None) -> None:
    """Add a label under one or more parents.

    Example: hub label add T-shirt --parent Clothing --mid /m/013s93
    """
    from hub.services.label_changes import add_label

    with hub.open_db() as db:
        added = add_label(db, name, parents=parents, kind=kind, mid=mid, by=hub.user_name)
    click.echo(f"Added '{added.name}'. Next: `hub submit PATH... --label {added.name!r}`")


@label.command()
@click.argument("name")
@click.argument("alias")
@pass_hub
def alias(hub: Hub, name: str, alias: str) -> None:
    """Let people find the label NAME as ALIAS too.

    Example: hub label alias Trousers Pants
    """
    from hub.services.label_changes import alias_label

    with hub.open_db() as db:
        found = alias_label(db, name, alias=alias, by=hub.user_name)
    click.echo(f"'{found.name}' is now found as {alias!r} too.")


@label.command()
@click.argument("name")
@click.argument("new_name")
@pass_hub
def rename(hub: Hub, name: str, new_name: str) -> None:
    """Call the label NAME by NEW_NAME; the old name stays as an alias.

    Example: hub label rename Trousers Pants
    """
    from hub.services.label_changes import rename_label

    with hub.open_db() as db:
        renamed = rename_label(db, name, to=new_name, by=hub.user_name)
    click.echo(f"The label is now called '{renamed.name}'; its old name leads to it still.")


@label.command()
@click.argument("name")
@click.option(
    "--to", "--parent", "to", metavar="P", required=True, help="The parent it goes under."
)
@click.option(
    "--from",
    "source",
    metavar="P",
    help="The parent it leaves; may be left out where it has only one.",
)
@click.option("--kind", type=_KIND, help="How it stands to the new parent (default: as before).")
@pass_hub
def move(hub: Hub, name: str, *, to: str, source: str | None, kind: str | None) -> None:
    """Put the label NAME under another parent; its other parents stay.

    Its pictures and those of its narrower labels count under the new parent at once.

    Example: hub label move "Teddy bear" --from Bear --to Toy
    """
    from hub.services.label_changes import move_label

    with hub.open_db() as db:
        moved = move_label(db, name, to=to, source=source, kind=kind, by=hub.user_name)
    click.echo(f"Moved '{moved.name}'. `hub label show {moved.name!r}` shows where it is.")


@label.command(short_help="Make two labels one, for good.")
@click.argument("name")
@click.argument("into")
@pass_hub
def merge(hub: Hub, name: str, into: str) -> None:
    """Make the label NAME one with INTO, which gets its names, parents, children and pictures.

    A merge is final: there is no command that takes it back, and a label that is added anew
    starts without the pictures.

    Example: hub label merge Shoes Footwear
    """
    from hub.services.label_changes import merge_labels

    with hub.open_db() as db:
        kept = merge_labels(db, name, into=into, by=hub.user_name)
    click.echo(f"'{name}' is now a name of '{kept.name}'.")
