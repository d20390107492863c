"""`hub train ...`: ask for trainings, run them, follow them."""

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cluster.cli.context import Hub, pass_hub
from cluster.cli.locks import find_lock
from cluster.cli.output import json_option, print_json, print_table
from cluster.cli.training_words import (
    HEADER,
    document_of,
    follow_training,
    print_training,
    row_of,
    why_waiting,
)
from cluster.cli.wanted import wanted
from hub.rules.trainings import ARCHS, LAUNCHERS, PRECISIONS, RANGES

if TYPE_CHECKING:
    from hub.catalogue.models import Model
    from hub.catalogue.trainings import Training
    from hub.catalogue.users import User
    from hub.db import Connection
    from jobs.train.supervising import Supervisor

Command = TypeVar("Command", bound=Callable[..., Any])

user_option = click.option(
    "--user", metavar="NAME", help="Who asks.  [default: the name of your account here, as ops]"
)


@click.group()
def train() -> None:
    """Ask for trainings, run what is due, follow and cancel them.

    `hub train request` asks, `hub train run` does what was asked for; after a crash, run it again.
    """


def _whole(name: str, text: str, *, default: object) -> Callable[[Command], Command]:
    least, most = RANGES[name]
    return click.option(
        f"--{name.replace('_', '-')}",
        name,
        metavar="PX" if name == "side" else "N",
        type=click.IntRange(least, most),
        help=f"{text}  [default: {default}]",
    )


train.add_command(wanted)


@train.command()
@click.option("--lock", metavar="F", help="Train on the subset of this lock file, name or root.")
@click.option("--label", "labels", metavar="L", multiple=True, help="Tell these apart: repeat it.")
@_whole("ranks", "Processes that train side by side.", default="2; with --launcher single 1")
@_whole("epochs", "How often each picture is trained on.", default=10)
@_whole("side", "Pictures are made squares of this side.", default=224)
@_whole("batch", "Pictures a step of one rank.", default=32)
@click.option("--arch", type=click.Choice(ARCHS), help="The network.  [default: vgg16]")
@_whole("minimum", "Pictures that every label must have.", default="HUB_TRAINABLE_MINIMUM, 100")
@click.option(
    "--launcher", type=click.Choice(LAUNCHERS), help="What starts ranks.  [default: horovodrun]"
)
@_whole("seed", "Decides all that is drawn.", default=0)
@click.option(
    "--multi-label", is_flag=True, default=None, help="A picture counts for each of its labels."
)
@click.option(
    "--no-augment", "augment", flag_value=False, default=None, help="Train on pictures as they are."
)
@click.option(
    "--augmented", is_flag=True, default=None, help="Train on the hub's derived pictures instead."
)
@click.option("--dropout", type=float, metavar="X", help="Share left out.  [default: 0.5]")
@click.option(
    "--learning-rate", type=float, metavar="X", help="At 32 pictures a step.  [default: the arch's]"
)
@_whole("warmup_epochs", "In which the learning rate grows.", default=1)
@_whole("accumulate", "Parts that a step is worked off in, to need less memory.", default=1)
@_whole("patience", "Epochs without a better one after which to end.", default="0, never")
@click.option("--precision", type=click.Choice(PRECISIONS), help="[default: auto]")
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
    """Ask for a training on a subset, or on all pictures of labels.

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
    if options.get("launcher") == "single":
        options.setdefault("ranks", 1)
    root = find_lock(hub, lock).root if lock else None
    with hub.open_db() as db:
        if user is None:
            _make_operator(hub, db)
        who = _user(hub, db, user)
    with hub.open_db() as db:
        asked = trainings.request(
            db,
            settings=hub.settings,
            user=who,
            root=root,
            recipe=None if root else make_recipe({"labels": list(labels)}),
            options=options,
            may_name_files=True,
        )
    with hub.open_db() as db:
        lacking = why_waiting(db, hub.settings, asked)
    if as_json:
        print_json(document_of(asked) | {"waits_for": lacking})
    else:
        print_training(asked, lacking=lacking)


def _user(hub: Hub, db: "Connection", name: str | None) -> "User":
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


@train.command()
@click.argument("training_id", metavar="[ID]", type=click.IntRange(1), required=False)
@_whole("ranks", "Go on with so many ranks, for instance where a host is gone.", default="as asked")
@json_option
@pass_hub
def run(hub: Hub, training_id: int | None, *, ranks: int | None, as_json: bool) -> None:
    """Run what is due, one training after another; or training ID, also one that has failed.

    A training that was interrupted goes on from its last checkpoint. What another process works
    on is waited for. Ends with 1 if one of them failed.
    """
    from jobs.train.due import work_off, work_on

    if ranks and training_id is None:
        raise click.UsageError("--ranks is of one training: say its ID, too.")
    supervisor = _supervisor(hub)
    if training_id is None:
        worked_on = work_off(supervisor)
    else:
        work_on(supervisor, training_id, ranks=ranks)
        worked_on = [training_id]
    ended = [_find(hub, one) for one in worked_on]
    if as_json:
        documents = [document_of(*pair) for pair in ended]
        print_json(documents[0] if training_id else documents)
    elif not ended:
        click.echo("Nothing is due: no training is queued.")
    else:
        for one, model in ended:
            print_training(one, model)
    if any(one.status == "failed" for one, _ in ended):
        sys.exit(1)


@train.command()
@pass_hub
def watch(hub: Hub) -> None:
    """Run trainings as they become due, one after another, until it is stopped."""
    from jobs.train.due import watch

    click.echo("watching for trainings", err=True)
    watch(_supervisor(hub))


def _supervisor(hub: Hub) -> "Supervisor":
    # Imported late so that help answers without loading Spark.
    from functools import partial

    from cluster.cli.output import follow
    from jobs.train.launchers import Launcher
    from jobs.train.preparing import prepare
    from jobs.train.supervising import Supervisor

    return Supervisor(
        hub.settings,
        hub.open_db,
        Launcher(hub.settings, os.environ),
        partial(prepare, track=lambda done, what, total: follow(done, what, total)),
        lambda line: click.echo(line, err=True),
    )


def _find(hub: Hub, training_id: int) -> "tuple[Training, Model | None]":
    """Return a training, and its model if it has one. Raises NotFound."""
    from hub.services import models, trainings

    with hub.open_db() as db:
        found = trainings.find_training(db, training_id, user=_user(hub, db, None))
        made = models.list_models(db, training_id=training_id, most=1)
    return found, made[0] if made else None


@train.command("list", short_help="List trainings, the newest first.")
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=50, show_default=True)
@json_option
@pass_hub
def list_(hub: Hub, *, limit: int, as_json: bool) -> None:
    """List trainings, the newest first, with how they go or went."""
    from hub.services import models, trainings

    with hub.open_db() as db:
        found = trainings.list_trainings(db, user=_user(hub, db, None), most=limit)
        made = {model.training_id: model for model in models.list_models(db, most=limit)}
    if as_json:
        print_json([document_of(one, made.get(one.training_id)) for one in found])
    elif not found:
        click.echo("No training was asked for yet; `hub train request` asks for one.")
    else:
        print_table(HEADER, [row_of(one, made.get(one.training_id)) for one in found])


@train.command()
@click.argument("training_id", metavar="ID", type=click.IntRange(1))
@click.option("--follow", is_flag=True, help="Show how it goes until it has ended.")
@json_option
@pass_hub
def show(hub: Hub, training_id: int, *, follow: bool, as_json: bool) -> None:
    """Show a training: what was asked for, how it goes, epoch by epoch, and its model."""
    from hub.services import trainings

    if follow:
        with suppress(KeyboardInterrupt):
            follow_training(lambda: _find(hub, training_id)[0])
    found, model = _find(hub, training_id)
    with hub.open_db() as db:
        epochs = trainings.list_epochs(db, training_id)
        lacking = why_waiting(db, hub.settings, found)
    if as_json:
        print_json(document_of(found, model, epochs=epochs) | {"waits_for": lacking})
    else:
        print_training(found, model, epochs=epochs, lacking=lacking)


@train.command()
@click.argument("training_id", metavar="ID", type=click.IntRange(1))
@user_option
@json_option
@pass_hub
def cancel(hub: Hub, training_id: int, *, user: str | None, as_json: bool) -> None:
    """Cancel a training: at once, or within seconds where it runs."""
    from hub.services import trainings

    with hub.open_db() as db:
        cancelled = trainings.cancel(db, training_id, user=_user(hub, db, user))
    if as_json:
        print_json(document_of(cancelled))
    elif cancelled.status == "cancelled":
        click.echo(f"Training {training_id} is cancelled.")
    else:
        click.echo(f"Training {training_id} is being cancelled; its ranks end within seconds.")


@train.command()
@click.argument("training_id", metavar="ID", type=click.IntRange(1))
@user_option
@json_option
@pass_hub
def reproduce(hub: Hub, training_id: int, *, user: str | None, as_json: bool) -> None:
    """Train once more on the same subset with the same options and seed; compare the weights.

    Ends with 1 if they differ, for instance because another machine adds numbers in another order.
    """
    from hub.errors import TrainingError
    from hub.services import trainings
    from jobs.train.due import work_on

    first, model = _find(hub, training_id)
    if model is None:
        raise TrainingError(
            f"Training {training_id} is {first.status} and has no model to be compared with."
        )
    with hub.open_db() as db:
        again = trainings.reproduce(db, training_id, user=_user(hub, db, user)).training_id
    click.echo(f"training {again} repeats training {training_id}", err=True)
    work_on(_supervisor(hub), again)
    ended, other = _find(hub, again)
    is_same = other is not None and other.weights_sha256 == model.weights_sha256
    if as_json:
        print_json(document_of(ended, other) | {"is_reproduced": is_same})
    else:
        print_training(ended, other)
        click.echo(_compared(model, other))
    if not is_same:
        sys.exit(1)


def _compared(model: "Model", other: "Model | None") -> str:
    if other is None:
        return "There are no weights to compare."
    said: Mapping[bool, str] = {
        True: f"Equal weights: {model.weights_sha256}",
        False: f"The weights differ: {model.weights_sha256} before, {other.weights_sha256} now",
    }
    return said[other.weights_sha256 == model.weights_sha256]
