"""`hub verify`: recount both stores and name every difference."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cluster.cli.context import Hub, pass_hub
from cluster.cli.output import counted, json_option, print_json, print_table, printable
from cluster.cli.recording import recorded

if TYPE_CHECKING:
    from hub.services.verification import Verification

_SHOWN = 20


@click.command()
@click.option("--bytes", "read_bytes", is_flag=True, help="Read every picture's bytes again, too.")
@json_option
@pass_hub
def verify(hub: Hub, read_bytes: bool, as_json: bool) -> None:
    """Recount both stores and name every difference.

    Prints a fingerprint of the contents: equal where the same receipts were taken in, in
    whatever order, batches and partitions. Exits 1 if the stores differ.
    """
    from hub.db import keep_snapshot
    from hub.objects.local import Objects
    from hub.services.verification import verify

    arguments = {"bytes": "yes"} if read_bytes else {}
    with recorded(hub, "verify", arguments=arguments) as record, hub.open_db() as db:

        def say(message: str) -> None:
            click.echo(f"verify: {message}", err=True)
            record.say(message)

        keep_snapshot(db)
        found = verify(
            db,
            hub.settings.lake_root,
            Objects(hub.settings.objects_root),
            read_bytes=read_bytes,
            say=say,
        )
        record.result = {"ok": found.ok, **asdict(found), "differences": _first(found)}
        record.fault = None if found.ok else _verdict(found)
    if as_json:
        print_json({"ok": found.ok, **asdict(found)})
    else:
        _show(found)
    if not found.ok:
        sys.exit(1)


def _show(found: Verification) -> None:
    rows = [(each.thing, each.postgres, each.lake) for each in found.counted]
    print_table(("", "Postgres", "lake"), rows)
    for number in found.in_progress:
        click.echo(f"batch {number} is in progress and was not compared; `hub job run` ends it.")
    if found.pending:
        click.echo(
            f"Waiting to be published: {counted(found.pending, 'file')}; `hub job run` does it."
        )
    click.echo("")
    for difference in found.differences[:_SHOWN]:
        click.echo(f"{difference.kind}: {printable(difference.message)}")
    if len(found.differences) > _SHOWN:
        click.echo(
            f"... and {len(found.differences) - _SHOWN:,} more; `hub verify --json` has all."
        )
    click.echo(_verdict(found))
    click.echo(f"fingerprint {found.fingerprint}")


def _verdict(found: Verification) -> str:
    if found.ok:
        return "OK: both stores say the same."
    return f"NOT OK: {len(found.differences):,} differences."


def _first(found: Verification) -> list[dict[str, object]]:
    return [asdict(difference) for difference in found.differences[:_SHOWN]]
