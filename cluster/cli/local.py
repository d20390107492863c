"""`hub init`, `hub up`, `hub down`, `hub doctor`: the hub on one machine."""

import sys
from dataclasses import asdict

import click

from cluster.cli.context import Hub, pass_hub
from cluster.cli.output import json_option, print_json, print_table


@click.command()
@pass_hub
def init(hub: Hub) -> None:
    """Make or migrate a hub and seed its labels.

    Run again, it makes what is missing and leaves the rest as it is.
    """
    from cluster import local

    settings = hub.settings
    made = local.init(settings)
    server = "the server that the environment names; nothing was started"
    if made.server is not None:
        server = f"127.0.0.1:{made.server.port}, in {made.server.folder}"
    click.echo(f"home      {settings.home}")
    click.echo(f"Postgres  {server}")
    click.echo(f"lake      {settings.lake_root}")
    click.echo(f"objects   {settings.objects_root}")
    click.echo(f"schema    {', '.join(made.migrations) or 'up to date'}")
    click.echo(f"labels    {f'{made.labels_added} added' if made.labels_added else 'all there'}")
    if made.server is not None and settings.home not in made.server.folder.parents:
        click.echo(f"Postgres's own user cannot reach {settings.home}: its files lie outside.")
    click.echo("Next: hub submit PICTURES --label LABEL, then hub job run")


@click.command()
@click.option("--site", "with_site", is_flag=True, help="Start the site, too, in the background.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    help="Where the site listens, on this machine alone.  [default: 8000, or a free one]",
)
@pass_hub
def up(hub: Hub, *, with_site: bool, port: int | None) -> None:
    """Start the local services.

    With --site also the site, what takes the jobs that are asked for on it (`hub job watch`) and,
    where the environment to train in is set up, the trainings (`hub train watch`); their logs are
    in the home's folder `logs`. `hub down` stops them all.
    """
    from cluster import local

    started = local.up(hub.settings)
    if started is None:
        click.echo("The environment names a Postgres server, and it answers: nothing to start.")
    else:
        click.echo("Postgres is started." if started else "Postgres was running already.")
    if with_site:
        click.echo(f"The site is at {local.up_site(hub.settings, port=port)}")


@click.command()
@pass_hub
def down(hub: Hub) -> None:
    """Stop the local services."""
    from cluster import local

    for name in local.down_site(hub.settings):
        click.echo(f"`hub {_COMMANDS[name]}` is stopped.")
    stopped = local.down(hub.settings)
    if stopped is None:
        click.echo("The environment names a Postgres server: hub stops none but its own.")
    else:
        click.echo("Postgres is stopped." if stopped else "Postgres was not running.")


_COMMANDS = {"site": "site", "watch": "job watch", "train": "train watch"}


@click.command()
@json_option
@pass_hub
def doctor(hub: Hub, as_json: bool) -> None:
    """Say what is missing on this machine, and the remedy.

    Ends with 1 if the hub does not work without what is missing.
    """
    from cluster.doctor import examine

    checks = examine(hub.settings)
    is_ok = all(check.state != "missing" for check in checks)
    if as_json:
        shown = [asdict(check) | {"state": check.state} for check in checks]
        print_json({"ok": is_ok, "checks": shown})
    else:
        print_table(
            ["", "state", "found"], [(check.name, check.state, check.found) for check in checks]
        )
        for check in checks:
            if not check.is_ok:
                click.echo(f"{check.name}: {check.remedy}")
    sys.exit(0 if is_ok else 1)
