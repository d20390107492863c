"""`hub user ...`: who may use the hub, and as what."""

import sys

import click

from cluster.cli.context import Hub, pass_hub
from cluster.cli.output import json_option, print_json, print_table
from hub.rules.roles import ROLES

_password_option = click.option(
    "--password-stdin", is_flag=True, help="Read a password from the standard input."
)


@click.group()
def user() -> None:
    """Say who may use the hub, and as what."""


@user.command()
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What they may do.")
@_password_option
@json_option
@pass_hub
def add(hub: Hub, name: str, *, role: str, password_stdin: bool, as_json: bool) -> None:
    """Add user NAME.

    Without a password they have only the tokens that `hub token create --user NAME` makes.
    """
    from hub.services import accounts

    password = _read_password() if password_stdin else None
    with hub.open_db() as db:
        added = accounts.add_user(db, name, role=role, password=password)
    if as_json:
        print_json({"name": added.name, "role": added.role, "has_password": password_stdin})
    else:
        click.echo(f"{added.name} is a user of the hub now, as {added.role}.")


@user.command("list")
@json_option
@pass_hub
def list_(hub: Hub, *, as_json: bool) -> None:
    """List the users, the newest first."""
    from dataclasses import asdict

    from hub.services import accounts

    with hub.open_db() as db:
        found = accounts.list_users(db)
    if as_json:
        print_json([asdict(one) for one in found])
        return
    rows = [
        (
            one.name,
            one.role,
            "yes" if one.has_password else "no",
            one.email,
            f"{one.created_at:%Y-%m-%d}",
        )
        for one in found
    ]
    print_table(("name", "role", "password", "address", "since"), rows)


@user.command("role")
@click.argument("name")
@click.argument("new_role", metavar="ROLE", type=click.Choice(ROLES))
@pass_hub
def role_(hub: Hub, name: str, *, new_role: str) -> None:
    """Give user NAME another role: supplier, data_scientist, premium, labeller or ops."""
    from hub.services import accounts

    with hub.open_db() as db:
        accounts.set_role(db, name, role=new_role, by=hub.user_name)
    click.echo(f"{name} is {new_role} from the next request on.")


@user.command()
@click.argument("name")
@_password_option
@pass_hub
def password(hub: Hub, name: str, *, password_stdin: bool) -> None:
    """Give user NAME a password: asked for twice, or read from the standard input.

    They are signed out everywhere, and their tokens are revoked.
    """
    from hub.services import accounts

    given = (
        _read_password()
        if password_stdin
        else click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    )
    with hub.open_db() as db:
        accounts.set_password(db, name, given)
    click.echo(f"{name} signs in by the new password now; their sessions and tokens ended.")


@user.command()
@click.argument("name")
@click.argument("address", required=False)
@pass_hub
def email(hub: Hub, name: str, *, address: str | None) -> None:
    """Send mail for user NAME to ADDRESS; without one they get none.

    A new password can be had by mail alone.
    """
    from hub.services import accounts

    with hub.open_db() as db:
        accounts.set_email(db, name, email=address, by=hub.user_name)
    click.echo(f"Mail for {name} goes {f'to {address}' if address else 'nowhere'}.")


@user.command()
@click.option("--role", type=click.Choice(ROLES), required=True, help="What they will be.")
@click.option("--email", metavar="E", help="Mail them the link, and later mail, at this address.")
@click.option(
    "--days", type=click.IntRange(1, 365), default=14, show_default=True, help="Good for so long."
)
@json_option
@pass_hub
def invite(hub: Hub, *, role: str, email: str | None, days: int, as_json: bool) -> None:
    """Invite somebody to become a user: prints the link, this once.

    Whoever opens it first chooses a name and a password.
    """
    from hub.services import invitations, mail

    with hub.open_db() as db:
        invited = invitations.invite(
            db,
            role=role,
            by=hub.user_name,
            site_url=hub.settings.site_url,
            email=email,
            days=days,
        )
    mail.deliver(hub.open_db, hub.settings)
    until = invited.invitation.expires_at
    if as_json:
        print_json({"link": invited.link, "role": role, "email": email, "expires_at": until})
        return
    click.echo(invited.link)
    click.echo(f"Good once, until {until:%Y-%m-%d}, for a user as {role}.", err=True)


def _read_password() -> str:
    return sys.stdin.readline().rstrip("\r\n")
