"""`hub train ...`: ask for trainings, run them, follow them."""

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from cluster.cli.context import Hub, pass_hub
from cluster.cli.output import json_option, print_json, print_table
from cluster.cli.training_requests import acting_user, request, user_option, whole
from cluster.cli.training_words import (
    HEADER,
    document_of,
    follow_training,
    print_training,
    row_of,
    why_waiting,
)
from cluster.cli.wanted import wanted

if TYPE_CHECKING:
    from hub.catalogue.models import Model
    from hub.catalogue.trainings import Training
    from jobs.train.supervising import Supervisor


_NUMBER = click.IntRange(1, 2**63 - 1)
"""Of a training, as Postgres has it."""


@click.group()
def train() -> None:
    """Ask for trainings, run what is due, follow and cancel them.

    `hub train request` asks, `hub train run` does what was asked for; after a crash, run it again.
    `hub train show ID --follow` looks on. What comes of a training is a model: see `hub model`.
    """


train.add_command(request)
train.add_command(wanted)


@train.command(short_help="Run the trainings that are due, or one.")
@click.argument("training_id", metavar="[ID]", type=_NUMBER, required=False)
@whole("ranks", "Go on with so many ranks, for instance where a host is gone.", default="as asked")
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


@train.command(short_help="Run trainings as they become due, until stopped.")
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
        partial(prepare, track=follow),
        lambda line: click.echo(line, err=True),
    )


def _find(hub: Hub, training_id: int) -> "tuple[Training, Model | None]":
    """Return a training, and its model if it has one. Raises NotFound."""
    from hub.services import models, trainings

    with hub.open_db() as db:
        found = trainings.find_training(db, training_id, user=acting_user(hub, db, None))
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
        found = trainings.list_trainings(db, user=acting_user(hub, db, None), most=limit)
        # One by one: the newest models need not be of the newest trainings.
        made = {
            model.training_id: model
            for one in found
            if one.status == "succeeded"
            for model in models.list_models(db, training_id=one.training_id, most=1)
        }
    if as_json:
        print_json([document_of(one, made.get(one.training_id)) for one in found])
    elif not found:
        click.echo("No training was asked for yet; `hub train request` asks for one.")
    else:
        print_table(HEADER, [row_of(one, made.get(one.training_id)) for one in found])


@train.command(short_help="Show how a training goes or went, and its model.")
@click.argument("training_id", metavar="ID", type=_NUMBER)
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
@click.argument("training_id", metavar="ID", type=_NUMBER)
@user_option
@json_option
@pass_hub
def cancel(hub: Hub, training_id: int, *, user: str | None, as_json: bool) -> None:
    """Cancel a training: at once, or within seconds where it runs."""
    from hub.services import trainings

    with hub.open_db() as db:
        cancelled = trainings.cancel(
            db, training_id, settings=hub.settings, user=acting_user(hub, db, user)
        )
    if as_json:
        print_json(document_of(cancelled))
    elif cancelled.status == "cancelled":
        click.echo(f"Training {training_id} is cancelled.")
    else:
        click.echo(f"Training {training_id} is being cancelled; its ranks end within seconds.")


@train.command(short_help="Train once more, the same, and compare the weights.")
@click.argument("training_id", metavar="ID", type=_NUMBER)
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
        again = trainings.reproduce(db, training_id, user=acting_user(hub, db, user)).training_id
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
    before, now = model.weights_sha256, other.weights_sha256
    return f"Equal weights: {now}" if now == before else f"The weights differ: {before}, now {now}"
