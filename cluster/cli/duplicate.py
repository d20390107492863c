"""`hub duplicate ...`: files that repeat a picture, taking that back, and pictures alike."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cluster.cli.context import Hub, pass_hub
from cluster.cli.output import (
    KEPT_COLUMNS,
    json_option,
    kept_cells,
    limit_option,
    output_option,
    print_json,
    print_table,
    printable,
)
from hub.rules.relations import DUPLICATES, RELATIONS

if TYPE_CHECKING:
    from pathlib import Path


@click.group()
def duplicate() -> None:
    """List and undo duplicates."""


_image_option = click.option(
    "--image", metavar="ID", help="Only of the picture whose id begins so."
)


@duplicate.command("list", short_help="List the files whose picture the hub has already.")
@click.option("--relation", type=click.Choice(DUPLICATES), help="Only of this relation.")
@_image_option
@click.option("--submission", type=int, metavar="ID", help="Only files of this submission.")
@limit_option
@json_option
@pass_hub
def list_(
    hub: Hub,
    *,
    relation: str | None,
    image: str | None,
    submission: int | None,
    limit: int | None,
    as_json: bool,
) -> None:
    """List the files that are not published because the hub has their picture, newest first.

    \b
    bytes   the same bytes were received before
    pixels  the pictures are equal, pixel by pixel
    near    two perceptual hashes are a few bits apart, and the pictures look the same

    Example: hub duplicate list --relation near --limit 20
    """
    from hub.services.alike import list_duplicates

    with hub.open_db() as db:
        found = list_duplicates(
            db, most=limit, relation=relation, image=image, submission=submission
        )
    if as_json:
        print_json([asdict(each) for each in found])
    elif not found:
        click.echo(_none_found(relation or image or submission))
    else:
        print_table(
            ("file_id", "path", "label", "submission", "why", "rule", "undone", *KEPT_COLUMNS),
            [
                [
                    *(one.file_id, one.path, one.label, one.submission, one.why, one.rule),
                    *("yes" if one.undone else "", *kept_cells(one)),
                ]
                for one in found
            ],
        )
        click.echo("\n`hub duplicate undo FILE_ID` takes such a verdict back; a page of them, both")
        click.echo("pictures side by side, is made by `hub duplicate sheet`.")


@duplicate.command(short_help="List the pairs of published pictures that are alike.")
@click.option("--relation", type=click.Choice(RELATIONS), help="Only of this relation.")
@_image_option
@limit_option
@json_option
@pass_hub
def related(
    hub: Hub, *, relation: str | None, image: str | None, limit: int | None, as_json: bool
) -> None:
    """List the pairs of published pictures that are alike, those of the newest pictures first.

    Both are published, and they never stand in two splits.

    \b
    mirrored, turned, cropped  one is made of the other so
    alike                      they look much the same, and not the same
    burst                      taken by one supplier of one thing, one after the other, as far as
                               times, or places in a receipt without times, tell
    near, pixels               duplicates of which the verdict was undone

    Example: hub duplicate related --image 3f9a
    """
    from hub.services.alike import list_related

    with hub.open_db() as db:
        found = list_related(db, most=limit, relation=relation, image=image)
    if as_json:
        print_json([asdict(each) for each in found])
    elif not found:
        click.echo(f"No {'such ' if relation or image else ''}pictures of the hub are related.")
    else:
        print_table(
            ("picture", "path", "relation", "earlier picture", "its path", "why", "split"),
            [
                [
                    *(one.image_id[:12], one.path, one.relation, one.related_to[:12]),
                    *(one.related_path, one.why, _splits(one.split, one.related_split)),
                ]
                for one in found
            ],
        )


@duplicate.command(short_help="Make a page of duplicates to look at, side by side.")
@click.option("--relation", type=click.Choice(DUPLICATES), help="Only of this relation.")
@_image_option
@click.option("--submission", type=int, metavar="ID", help="Only files of this submission.")
@click.option(
    "--limit",
    type=click.IntRange(1, 1000),
    metavar="N",
    default=100,
    show_default=True,
    help="Show only the N newest.",
)
@output_option
@json_option
@pass_hub
def sheet(
    hub: Hub,
    *,
    relation: str | None,
    image: str | None,
    submission: int | None,
    limit: int,
    output: "Path | None",
    as_json: bool,
) -> None:
    """Make a page of duplicates to look at, newest first: both pictures side by side.

    Below each pair stands why the two are called the same, and the command that takes it back. One
    HTML file that needs nothing else; where there is no duplicate, none is written. With --json the
    same facts are printed, too.

    Example: hub duplicate sheet --relation near --output near.html
    """
    from datetime import UTC, datetime

    from hub.reports.rendering import render_sheet
    from hub.reports.sheet import collect_sheet
    from hub.reports.writing import page_path, write_page

    with hub.open_db() as db:
        made, pictures = collect_sheet(
            db,
            hub.settings,
            now=datetime.now(UTC),
            most=limit,
            relation=relation,
            image=image,
            submission=submission,
        )
    page = (output or page_path(hub.settings, "duplicates")) if made.shown else None
    if page:
        write_page(page, render_sheet(made, pictures))
    if as_json:
        print_json({**asdict(made), "page": page})
    else:
        click.echo(page or f"{_none_found(made.asked)} No page was written.")


def _none_found(asked: object) -> str:
    found = f"No {'such file' if asked else 'file'} repeats a picture of the hub."
    return f"{found} What waits for `hub job run` is not compared yet."


def _splits(later: str, earlier: str) -> str:
    return later if later == earlier else f"{later}, {earlier}"


_OF_CLAIM = {
    "removed": "Its label was taken from the picture that the hub has.",
    "proposed": "Its label is only proposed for the picture that the hub has: no more than near"
    " duplicates say it now.",
    "stays": "Its label stays as it is on the picture that the hub has: another file, a review or"
    " an import says so.",
}
_OF_HINDRANCE = {
    "same_picture": "The file is not published: the picture that the hub has is published with the"
    " very bytes.",
    "bytes_gone": "The file is NOT published: its bytes are gone from the hub, they are kept only"
    " some days after a batch. Submit it again with `hub submit`; as its verdict is undone, it will"
    " be compared by its bytes alone and published.",
}


@duplicate.command(short_help="Take back that a file is a duplicate, and publish it.")
@click.argument("file_id", type=int)
@json_option
@pass_hub
def undo(hub: Hub, file_id: int, as_json: bool) -> None:
    """Take back that file FILE_ID shows a picture the hub has, and publish it as one of its own.

    The label it brought is taken from the picture that the hub has, unless another file, a review
    or an import says the same. The file is received once more, under a submission of its own: the
    next `hub job run` publishes it. These bytes, whoever submits them, are from now on compared by
    bytes alone; other files are not decided again. Who undid it is recorded, and an undo cannot be
    taken back. A file of several labels has a verdict for each.

    Example: hub duplicate undo 17
    """
    from hub.objects.local import Objects
    from hub.services.duplicates import undo

    with hub.open_db() as db:
        undone = undo(db, file_id, by=hub.user_name, objects=Objects(hub.settings.objects_root))
    if as_json:
        print_json(asdict(undone))
        return
    click.echo(f"The verdict on file {file_id} ({printable(undone.path)}) is undone and recorded.")
    click.echo(_OF_CLAIM[undone.claim])
    if undone.hindrance:
        click.echo(_OF_HINDRANCE[undone.hindrance])
    else:
        click.echo(
            f"The file was received again as submission {undone.submission}: `hub job run`"
            f" publishes it, `hub submission show {undone.submission}` says what became of it."
        )
