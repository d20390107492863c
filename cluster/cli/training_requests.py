"""`hub train request`: what is to be trained on, and how."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cluster.cli.context import Hub, pass_hub
from cluster.cli.locks import find_lock
from cluster.cli.output import json_option, print_json
from cluster.cli.training_words import document_of, print_training, why_waiting
from hub.rules.trainings import ARCHS, CLASS_WEIGHTS, LAUNCHERS, PRECISIONS, RANGES

if TYPE_CHECKING:
    from hub.catalogue.users import User
    from hub.db import Connection

Command = TypeVar("Command", bound=Callable[..., Any])

user_option = click.option(
    "--user", metavar="NAME", help="Who asks.  [default: the name of your account here, as ops]"
)


def whole(name: str, text: str, *, default: object) -> Callable[[Command], Command]:
    least, most = RANGES[name]
    return click.option(
        f"--{name.replace('_', '-')}",
        name,
        metavar="PX" if name == "side" else "N",
        type=click.IntRange(least, most),
        help=f"{text}  [default: {default}]",
    )


def real(name: str, text: str, *, default: object) -> Callable[[Command], Command]:
    """An option that is a number, of which what is not said is the default."""
    return click.option(
        "--" + name.replace("_", "-"),
        name,
        type=float,
        metavar="X",
        help=f"{text}  [default: {default}]",
    )


@click.command(short_help="Ask for a training on a subset or on labels.")
@click.option("--lock", metavar="F", help="Train on the subset of this lock file, name or root.")
@click.option(
    "--label",
    "labels",
    metavar="L",
    multiple=True,
    help="A label to tell apart from the others: say two or more.",
)
@whole("ranks", "Processes that train side by side.", default="2; with --launcher single 1")
@whole("epochs", "How often each picture is trained on.", default=10)
@whole("side", "Pictures are made squares of this side.", default=224)
@whole("batch", "Pictures a step of one rank.", default=32)
@click.option("--arch", type=click.Choice(ARCHS), help="The network.  [default: vgg16]")
@whole("minimum", "Pictures that every label must have.", default="HUB_TRAINABLE_MINIMUM, 100")
@click.option(
    "--launcher", type=click.Choice(LAUNCHERS), help="What starts ranks.  [default: horovodrun]"
)
@whole("seed", "Decides all that is drawn.", default=0)
@click.option(
    "--multi-label", is_flag=True, default=None, help="A picture counts for each of its labels."
)
@click.option(
    "--no-augment",
    "augment",
    flag_value=False,
    default=None,
    help="Train on pictures as they are, not changed at random each epoch.",
)
@click.option(
    "--augmented", is_flag=True, default=None, help="Train on the hub's derived pictures instead."
)
@real("dropout", "Share of what dense layers say that is left out at random.", default=0.5)
@real("learning_rate", "At 32 pictures a step.", default="what suits the network")
@real("weight_decay", "Share of kernels, times the learning rate, a step takes away.", default=0)
@click.option(
    "--class-weights",
    type=click.Choice(CLASS_WEIGHTS),
    help="balanced: rare labels count as much as frequent ones.  [default: none]",
)
@whole("warmup_epochs", "In which the learning rate grows.", default=1)
@whole("accumulate", "Parts that a step is worked off in, to need less memory.", default=1)
@whole("patience", "Epochs without a better accuracy after which to end.", default="0, never")
@click.option(
    "--precision", type=click.Choice(PRECISIONS), help="Of the arithmetic.  [default: auto]"
)
@click.option(
    "--weights",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, resolve_path=True),
    help="A file of weights to begin with.",
)
@click.option("--weights-sha256", metavar="HEX", help="The sha256 of that file.")
@user_option
@json_option
@pass_hub
def request(
    hub: Hub,
    /,
    *,
    lock: str | None,
    labels: tuple[str, ...],
    user: str | None,
    as_json: bool,
    **chosen: Any,
) -> None:
    """Ask for a training on a subset, or on all pictures of labels and of those narrower.

    Where a label has fewer pictures than --minimum, the training waits for them, and whoever asked
    is told when it does no longer. `hub train run`, or a watcher, does what was asked for.
    """
    from hub.rules.recipes import make_recipe
    from hub.services import trainings

    if bool(lock) == bool(labels):
        raise click.UsageError(
            "Say what to train on: --lock F, or --label L of two labels or more."
        )
    options = {name: value for name, value in chosen.items() if value is not None}
    root = find_lock(hub, lock).root if lock else None
    # Narrower labels, too: so is counted which labels have enough pictures.
    wanted = {"labels": list(labels), "with_descendants": True}
    with hub.open_db() as db:
        if user is None:
            _make_operator(hub, db)
        who = acting_user(hub, db, user)
    with hub.open_db() as db:
        asked = trainings.request(
            db,
            settings=hub.settings,
            user=who,
            root=root,
            recipe=None if root else make_recipe(wanted),
            options=options,
            may_name_files=True,
        )
    with hub.open_db() as db:
        lacking = why_waiting(db, hub.settings, asked)
    if as_json:
        print_json(document_of(asked) | {"waits_for": lacking})
    else:
        print_training(asked, lacking=lacking)


def acting_user(hub: Hub, db: "Connection", name: str | None) -> "User":
    """Return who is named, or whoever runs this: they have the hub before them, as ops have."""
    from hub.services import accounts

    if name is not None:
        return accounts.find_user(db, name)
    return replace(accounts.find_operator(db, hub.user_name), role="ops")


def _make_operator(hub: Hub, db: "Connection") -> None:
    """Let whoever runs this train also later on, when a training has waited long enough."""
    from hub.rules.roles import may
    from hub.services import accounts

    name = hub.user_name
    if not may(accounts.find_operator(db, name).role, "train"):
        accounts.set_role(db, name, role="ops", by=name)
        click.echo(f"{name} is of the role ops now, as whoever runs `hub` here may be.", err=True)
