"""`hub pull`: a lock becomes a folder of pictures."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cluster.cli.context import Hub, pass_hub
from cluster.cli.output import counted, json_option, print_json, print_table, progress
from cluster.cli.sources import open_subset, source_options

if TYPE_CHECKING:
    from hub.services.pulls import Pulled

_MOST_NAMED = 10


@click.command()
@click.argument("lock", metavar="LOCK")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@source_options
@json_option
@pass_hub
def pull(
    hub: Hub, lock: str, folder: Path, *, url: str | None, token_file: Path | None, as_json: bool
) -> None:
    """Bring DIR to exactly the pictures of LOCK: a lock file, or a subset's name or root.

    Fetches what DIR lacks and checks what it has; killed, it goes on where it stopped when run
    again. Files that are not of the subset are named, and left alone.
    """
    from dataclasses import asdict

    from hub.services import pulls

    pulled = pulls.pull(
        open_subset(hub, lock, url=url, token_file=token_file),
        folder,
        watch=lambda items, label, total: progress(items, label, total=total),
    )
    if as_json:
        print_json(asdict(pulled))
    else:
        _print(pulled)


def _print(pulled: "Pulled") -> None:
    print_table(("label", "pictures"), pulled.per_label.items())
    click.echo(
        f"{counted(pulled.images, 'picture')}, {counted(pulled.bytes, 'byte')}, all checked, in"
        f" {pulled.folder}: {pulled.fetched:,} fetched ({counted(pulled.fetched_bytes, 'byte')}),"
        f" {pulled.present:,} already there"
    )
    if pulled.other_files:
        shown = pulled.other_files[:_MOST_NAMED]
        print_table((f"{counted(len(pulled.other_files), 'other file')}, left alone",), zip(shown))
    click.echo(f"Next: {pulled.folder}/labels.csv has the labels, ATTRIBUTION.csv whom to credit")
