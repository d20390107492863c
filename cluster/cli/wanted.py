"""`hub train wanted`: the labels that trainings wait for, and how many pictures they lack."""

from typing import TYPE_CHECKING, Any

import click

from cluster.cli.context import Hub, pass_hub
from cluster.cli.output import json_option, print_json, print_table

if TYPE_CHECKING:
    from hub.catalogue.galleries import Wanted


@click.command(short_help="List the labels that lack pictures to train on.")
@click.option(
    "--limit",
    type=click.IntRange(1, 10_000),
    default=100,
    show_default=True,
    help="How many labels.",
)
@json_option
@pass_hub
def wanted(hub: Hub, limit: int, as_json: bool) -> None:
    """List labels with too few pictures to train on: most waited for first.

    Each user counts once for a label, however many trainings of theirs wait for it.
    """
    from hub.services import trainings

    with hub.open_db() as db:
        found = trainings.list_wanted(db, hub.settings, most=limit)
    if as_json:
        print_json([_document(one) for one in found])
        return
    if not found:
        click.echo("No label lacks pictures.")
        return
    rows = [(one.name, one.watchers, one.trainable, one.gap) for one in found]
    print_table(("label", "users waiting", "trainable", "lacks"), rows)


def _document(one: "Wanted") -> dict[str, Any]:
    return {
        "label": one.name,
        "key": one.key,
        "demand": one.watchers,
        "trainable": one.trainable,
        "least": one.least,
        "gap": one.gap,
    }
