"""`hub token ...`: personal tokens for the REST API."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cluster.cli.context import Hub, pass_hub
from cluster.cli.output import json_option, print_json, print_table
from hub.rules.tokens import DEFAULT_DAYS, MOST_DAYS, SCOPES

if TYPE_CHECKING:
    from hub.catalogue.tokens import Token

_user_option = click.option(
    "--user", metavar="U", help="Whose token.  [default: the name of your account here]"
)


@click.group()
def token() -> None:
    """Make, list and revoke personal tokens."""


@token.command()
@_user_option
@click.option("--name", metavar="N", default="token", help="What it is for.  [default: token]")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice([*SCOPES]),
    multiple=True,
    help="; ".join(f"{name}: {text}" for name, text in SCOPES.items())
    + ". Give it again for more.  [default: both]",
)
@click.option(
    "--days",
    type=click.IntRange(1, MOST_DAYS),
    default=DEFAULT_DAYS,
    show_default=True,
    help="Good for so long.",
)
@json_option
@pass_hub
def create(
    hub: Hub, *, user: str | None, name: str, scopes: tuple[str, ...], days: int, as_json: bool
) -> None:
    """Make a token, and print it this once.

    Who runs this has the hub's own database before them: without --user the token is for the name
    of your account on this machine, which becomes a user of the role ops if there is none.
    """
    from hub.services import accounts

    with hub.open_db() as db:
        owner = (
            accounts.find_operator(db, hub.user_name)
            if user is None
            else accounts.find_user(db, user)
        )
        issued = accounts.issue_token(db, owner, name=name, scopes=scopes or (*SCOPES,), days=days)
    if as_json:
        document = {"token": issued.text, "id": issued.token.token_id, "user": owner.name}
        made = issued.token
        print_json({**document, "scopes": made.scopes, "expires_at": made.expires_at})
        return
    click.echo(issued.text)
    click.echo(
        f"Keep it: it is not shown again. It is {owner.name}'s ({owner.role}), for"
        f" {' and '.join(issued.token.scopes)}, until {issued.token.expires_at:%Y-%m-%d}.",
        err=True,
    )


@token.command("list")
@click.option("--user", metavar="U", help="Only this user's tokens.")
@json_option
@pass_hub
def list_(hub: Hub, *, user: str | None, as_json: bool) -> None:
    """List the tokens, the newest first, without their secrets."""
    from hub.services import accounts

    with hub.open_db() as db:
        user_id = None if user is None else accounts.find_user(db, user).user_id
        found = accounts.list_tokens(db, user_id=user_id)
    if as_json:
        print_json([_document(one) for one in found])
    elif found:
        rows = [
            (
                one.token_id,
                one.user_name,
                one.name,
                " ".join(one.scopes),
                f"{one.expires_at:%Y-%m-%d}",
                "yes" if one.revoked_at else "no",
            )
            for one in found
        ]
        print_table(("id", "user", "name", "scopes", "good until", "revoked"), rows)
    else:
        click.echo("No tokens yet. Next: hub token create")


@token.command()
@click.argument("token_id", metavar="ID")
@pass_hub
def revoke(hub: Hub, token_id: str) -> None:
    """Make the token of this ID good for nothing, at once."""
    from hub.services import accounts

    with hub.open_db() as db:
        accounts.revoke_token(db, token_id)
    click.echo(f"Token {token_id} is revoked.")


def _document(token: "Token") -> dict[str, object]:
    values = asdict(token)
    return {"id": values.pop("token_id"), "user": values.pop("user_name"), **values}
