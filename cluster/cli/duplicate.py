"""`hub duplicate ...`: files that show a picture the hub has, and taking that back."""

from dataclasses import asdict

import click

from cluster.cli.context import Hub, pass_hub
from cluster.cli.output import json_option, limit_option, print_json, print_table, printable


@click.group()
def duplicate() -> None:
    """List and undo duplicates."""


@duplicate.command("list")
@limit_option
@json_option
@pass_hub
def list_(hub: Hub, *, limit: int | None, as_json: bool) -> None:
    """List the files that are not published because the hub has their picture, newest first.

    \b
    bytes   the same bytes were received before
    pixels  the pictures are equal, pixel by pixel

    Example: hub duplicate list --json
    """
    from hub.services.duplicates import list_duplicates

    with hub.open_db() as db:
        found = list_duplicates(db, most=limit)
    if as_json:
        print_json([asdict(each) for each in found])
    elif not found:
        click.echo("No file repeats a picture of the hub.")
    else:
        columns = ("file_id", "path", "label", "submission", "relation", "distance", "rule")
        print_table(
            (*columns, "undone", "same picture"),
            [
                [
                    *(getattr(one, name) for name in columns),
                    "yes" if one.undone else "",
                    one.image_id[:12],
                ]
                for one in found
            ],
        )
        click.echo("\n`hub duplicate undo FILE_ID` takes such a verdict back.")


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


@duplicate.command()
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
