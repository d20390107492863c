"""`hub duplicate ...`: files that show a picture the hub has, and taking that back."""

from dataclasses import asdict

import click

from cluster.cli.context import Hub, pass_hub
from cluster.cli.output import json_option, limit_option, print_json, print_table


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


@duplicate.command()
@click.argument("file_id", type=int)
@pass_hub
def undo(hub: Hub, file_id: int) -> None:
    """Take back that file FILE_ID shows a picture the hub has, and with it the label it brought.

    The label is taken from the picture that the hub has, unless another file, a review or an
    import says the same. The file itself stays unpublished. Who undid it is recorded, and an undo
    cannot be taken back.

    Example: hub duplicate undo 17
    """
    from hub.services.duplicates import undo

    with hub.open_db() as db:
        is_removed = undo(db, file_id, by=hub.user_name)
    said = (
        "its label was taken from the picture that the hub has"
        if is_removed
        else "its label stays on the picture, since another file, a review or an import says it too"
    )
    click.echo(
        f"The verdict on file {file_id} is undone: {said}. The file itself stays unpublished;"
        " the decision is recorded."
    )
