"""`hub site`: the pages and the REST API, over HTTP."""

import click

from cluster.cli.context import Hub, pass_hub


@click.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address of this machine to listen at."
)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option(
    "--workers", type=click.IntRange(1, 256), default=2, show_default=True, help="Processes."
)
@pass_hub
def site(hub: Hub, *, host: str, port: int, workers: int) -> None:
    """Serve the pages and the REST API until Ctrl-C or SIGTERM.

    Only this machine reaches it unless --host says otherwise. Across a network put it behind a
    server that speaks HTTPS: tokens and passwords are sent as they are.
    """
    from cluster.site import serve

    serve(
        hub.settings,
        hub.database_url,
        host=host,
        port=port,
        workers=workers,
        on_ready=_tell,
    )


def _tell(address: str) -> None:
    click.echo(f"The site is at {address}, its API at {address}/api/v1/docs.", err=True)
    click.echo("Next: hub user add NAME --role ROLE --password-stdin. Ctrl-C stops it.", err=True)
