"""`hub import`: receive pictures in other tools' formats, with what these say of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cluster.cli.context import Hub, pass_hub
from cluster.cli.output import json_option, print_json, print_table, progress
from cluster.cli.submit import check_any, print_receipts
from hub.imports.formats import IMPORTS

if TYPE_CHECKING:
    from hub.objects.local import Objects
    from hub.services.imports import Imported
    from hub.services.landing import Landed, Unread


@click.command("import")
@click.option("--format", "format_name", type=click.Choice([*IMPORTS]), required=True)
@click.argument("path", metavar="PATH")
@click.option("--supplier", help="Who submits.  [default: the user's name]")
@click.option("--licence", default="CC BY 4.0", show_default=True, help="Where a file says none.")
@click.option("--author", default="", help="Where a file names none.  [default: the supplier]")
@click.option("--images", metavar="DIR", help="Where the pictures lie.  [default: beside PATH]")
@click.option(
    "--min-confidence",
    type=click.FloatRange(0, 1),
    default=0.5,
    show_default=True,
    help="What a machine says is left out below this.",
)
@click.option(
    "--retry-all", is_flag=True, help="Fetch also from addresses that refused for good before."
)
@json_option
@pass_hub
def import_(
    hub: Hub,
    /,
    format_name: str,
    path: str,
    supplier: str | None,
    licence: str,
    author: str,
    images: str | None,
    min_confidence: float,
    retry_all: bool,
    as_json: bool,
) -> None:
    """Receive pictures in another tool's format, with labels, verified negatives and boxes.

    PATH is a folder or the file that lists the pictures; nothing outside of it, or of --images, is
    read. What is verified and where labels are seen is taken over when the pictures are published.
    """
    from hub.imports.found import Order
    from hub.limits import bounds_of
    from hub.objects.local import Objects
    from hub.rules.submissions import check_defaults
    from hub.services.imports import import_found
    from hub.services.submissions import Intake

    name = hub.user_name if supplier is None else supplier
    defaults = check_defaults(name, licence=licence, author=author)
    intake = Intake(
        open_db=hub.open_db,
        objects=Objects(hub.settings.objects_root),
        max_bytes=hub.settings.max_file_bytes,
        track=lambda files, total: progress(files, "reading", total=total),
    )
    order = Order(path, images=images, min_confidence=min_confidence)
    imported = import_found(
        intake,
        IMPORTS[format_name](order),
        defaults=defaults,
        bounds=bounds_of(hub.settings),
        notes=order.notes,
        fetch=lambda urls: _fetch(hub, intake.objects, urls, retry_all=retry_all),
    )
    _print(imported, licence=defaults.licence, as_json=as_json)
    check_any(imported.receipts)


def _fetch(
    hub: Hub, objects: Objects, urls: Sequence[str], *, retry_all: bool
) -> Mapping[str, Landed | Unread]:
    from hub.imports.fetching import Fetcher, FetchLimits
    from hub.services.fetching import fetch_urls

    settings = hub.settings
    limits = FetchLimits(settings.max_file_bytes, allow=settings.fetch_allow)
    fetched = fetch_urls(
        hub.open_db,
        objects,
        urls,
        fetcher=Fetcher(limits),
        retry_all=retry_all,
        track=lambda found, total: progress(found, "fetching", total=total),
    )
    if urls:
        counts = [f"{count:,} {status}" for status, count in fetched.asked.items()]
        counts.append(f"{fetched.kept:,} known from before")
        click.echo(f"{len(fetched.landed):,} addresses: {', '.join(counts)}", err=True)
    return fetched.landed


def _print(imported: Imported, *, licence: str, as_json: bool) -> None:
    if as_json:
        print_json(asdict(imported))
        return
    print_receipts(imported.receipts, licence=licence)
    if imported.notes:
        click.echo()
        rows = [(note.count, note.what, note.first) for note in imported.notes]
        print_table(("times", "left out or passed over", "the first"), rows)
