"""`hub label splits`: how the pictures of each label fall into train, validation and test."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cluster.cli.context import Hub, pass_hub
from cluster.cli.output import json_option, print_json, print_table

if TYPE_CHECKING:
    from hub.services.stratification import LabelSplits

_FAR = 3.0
"""Standard errors; of a thousand labels, three lie further off by chance."""


@click.command(short_help="Show how the pictures of each label fall into the splits.")
@json_option
@pass_hub
def splits(hub: Hub, as_json: bool) -> None:
    """Show how the pictures that carry each label fall into the splits, the oddest labels first.

    Meant are 80% train, 10% validation and 10% test. Whole groups of related pictures fall into a
    split, so few or large groups stray further: "off by" is the largest of the three deviations, in
    standard errors counted by groups. Pictures near groups of two splits are in none.

    Example: hub label splits --json
    """
    from hub.rules.splits import SHARES
    from hub.services.stratification import stratification

    with hub.open_db() as db:
        found = stratification(db)
    if as_json:
        print_json(asdict(found))
        return
    if not found.whole.images:
        click.echo("No picture is published yet; `hub job run` publishes what was submitted.")
        return
    oddest = sorted(found.labels, key=lambda one: (-one.worst, one.label or ""))
    print_table(
        ("label", "pictures", "groups", *SHARES, "none", "off by"),
        [_row(one) for one in (found.whole, *oddest)],
    )
    far = sum(one.worst > _FAR for one in oddest)
    click.echo(
        f"\n{far:,} of {len(oddest):,} labels are off by more than {_FAR:g} standard errors."
    )


def _row(one: LabelSplits) -> list[object]:
    shares = [f"{part.share:.1%}" for part in one.splits.values()] or ["-", "-", "-"]
    name = "(all pictures)" if one.label is None else one.label
    return [name, one.images, one.groups, *shares, one.none, f"{one.worst:.1f}"]
