"""`hub export`: a lock becomes a folder in another tool's format."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cluster.cli.context import Hub, pass_hub
from cluster.cli.output import counted, json_option, print_json, print_table, progress
from cluster.cli.sources import open_subset, source_options
from hub.exports.formats import FORMATS

if TYPE_CHECKING:
    from hub.exports.source import Source
    from hub.services.exports import Exported


class _WithFormats(click.Command):
    """Shows the formats behind the options."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the formats, one a line."""
        with formatter.section("Formats"):
            formatter.write_dl([(name, one.help) for name, one in FORMATS.items()])


@click.command(cls=_WithFormats)
@click.argument("reference", metavar="F", required=False)
@click.argument("folder", metavar="DIR", required=False, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "format_name",
    metavar="NAME",
    type=click.Choice([*FORMATS]),
    help="One of the formats below.",
)
@click.option("--list", "is_list", is_flag=True, help="Show the formats and write nothing.")
@source_options
@json_option
@pass_hub
def export(
    hub: Hub,
    *,
    reference: str | None,
    folder: Path | None,
    format_name: str | None,
    is_list: bool,
    url: str | None,
    token_file: Path | None,
    as_json: bool,
) -> None:
    """Write the pictures of F into DIR, in the format NAME.

    F is a lock file, or a subset's name or root. DIR is new, empty, or what the same export left:
    killed, it goes on when run again. The same lock gives the same files.
    """
    if is_list:
        _list(as_json)
        return
    if reference is None or folder is None or format_name is None:
        raise click.UsageError("Give F, DIR and --format NAME; --list shows the formats.")
    source = open_subset(hub, reference, url=url, token_file=token_file)
    exported = _export(source, format_name, folder)
    if as_json:
        from dataclasses import asdict

        print_json(asdict(exported))
        return
    there = exported.images - exported.written
    click.echo(
        f"{counted(exported.images, 'picture')}, {counted(exported.bytes, 'byte')}, all checked, in"
        f" {exported.folder} as {exported.format}"
        + (f": {there:,} were there already" if there else "")
    )
    click.echo(f"Next: {exported.folder}/README.md says what is where")


def _export(source: "Source", format_name: str, folder: Path) -> "Exported":
    from hub.services import exports

    return exports.export(
        source,
        format_name,
        folder=folder,
        watch=lambda items, label, total: progress(items, label, total=total),
    )


def _list(as_json: bool) -> None:
    if as_json:
        print_json([{"name": name, "help": one.help} for name, one in FORMATS.items()])
    else:
        rows = [(name, one.help) for name, one in FORMATS.items()]
        print_table(("format", "what it is"), rows)
