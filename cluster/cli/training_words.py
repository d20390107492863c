"""How commands tell of a training: as JSON, as a table, and line by line while it runs."""

import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from cluster.cli.output import counted, printable
from hub.rules.trainings import GOOD_ACCURACY, Options, side_of_good

if TYPE_CHECKING:
    from hub.catalogue.models import Model
    from hub.catalogue.trainings import Epoch, Training
    from hub.config import Settings
    from hub.db import Connection

HEADER = ("id", "status", "labels", "arch", "epochs", "images", "val. accuracy", "model", "error")

_FIGURES = ("images", "val_accuracy", "accuracy", "loss", "val_loss", "images_per_second")
_PROGRESS = ("stage", "epoch", "step", "learning_rate")
_ASKED = ("epochs", "arch", "launcher", "side", "batch", "seed")
_ENDED = ("succeeded", "failed", "cancelled")
_LONGEST_CELL = 60
_PAUSE_SECONDS = 1.0
_LINE_SECONDS = 10.0


def document_of(
    training: "Training", model: "Model | None" = None, *, epochs: "Iterable[Epoch]" = ()
) -> dict[str, Any]:
    """Return what `--json` prints of a training; what is not known yet is null."""
    options, metrics = training.options, training.metrics
    return {
        "id": training.training_id,
        "status": training.status,
        "ranks": metrics.get("ranks", options["ranks"]),
        **{name: options.get(name) for name in _ASKED},
        **{name: metrics.get(name) for name in (*_FIGURES, *_PROGRESS)},
        "model_id": model.model_id if model else None,
        "weights_sha256": model.weights_sha256 if model else None,
        "run_folder": training.run_folder,
        "labels": _labels(training),
        "root": training.root,
        "requested_by": training.requested_by,
        "requested_at": training.requested_at,
        "started_at": training.started_at,
        "ended_at": training.ended_at,
        "reproduces": training.reproduces_id,
        "error": training.error,
        "options": options,
        "history": [asdict(epoch) for epoch in epochs],
    }


def _labels(training: "Training") -> list[str]:
    from hub.rules.recipes import make_recipe

    return [*make_recipe(training.recipe).picked]


def why_waiting(
    db: "Connection", settings: "Settings", training: "Training"
) -> list[dict[str, Any]]:
    """Return which labels a waiting training lacks pictures of, and how many."""
    from hub.services.trainings import list_awaited

    minimum = training.options["minimum"]
    return [
        {
            "label": label.name,
            "images": label.trainable,
            "minimum": minimum,
            "gap": minimum - label.trainable,
        }
        for label in list_awaited(db, training, settings=settings)
    ]


def row_of(training: "Training", model: "Model | None") -> tuple[object, ...]:
    metrics = training.metrics
    accuracy = metrics.get("val_accuracy")
    return (
        training.training_id,
        training.status,
        _shortened(", ".join(_labels(training))),
        training.options["arch"],
        training.options["epochs"],
        metrics.get("images"),
        None if accuracy is None else f"{accuracy:.3f}",
        model.model_id if model else None,
        _shortened(training.error or ""),
    )


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_CELL else f"{text[: _LONGEST_CELL - 3]}..."


def print_training(
    training: "Training",
    model: "Model | None" = None,
    *,
    epochs: "Sequence[Epoch]" = (),
    lacking: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Print a training for a person."""
    # Imported late so that help answers at once.
    from jobs.train.chronicle import epoch_words

    labels = ", ".join(_labels(training))
    click.echo(printable(f"Training {training.training_id} is {training.status}: {labels}"))
    click.echo(_asked_words(training))
    for label in lacking:
        click.echo(
            f"It waits for {counted(label['gap'], 'more picture')} of '{label['label']}', which has"
            f" {label['images']:,} of {label['minimum']:,}."
        )
    for epoch in epochs:
        click.echo(epoch_words(epoch))
    if training.status == "running":
        click.echo(_progress_words(training))
    if training.status == "queued":
        click.echo("`hub train run` trains it; where `hub up --site` runs, it begins by itself.")
    if training.error:
        click.echo(printable(training.error))
    if training.status == "succeeded":
        click.echo(_reached(training.metrics))
    if model:
        click.echo(
            f"Its model is {model.model_id}; `hub model pull {model.model_id} DIR` takes it."
        )


def _asked_words(training: "Training") -> str:
    asked = Options(**training.options)
    return (
        f"{asked.arch} at {asked.side} x {asked.side} pixels, {counted(asked.epochs, 'epoch')},"
        f" {counted(asked.ranks, 'rank')} with {counted(asked.batch, 'picture')} a step each,"
        f" seed {asked.seed}."
    )


def _reached(metrics: Mapping[str, Any]) -> str:
    accuracy = metrics.get("val_accuracy")
    if accuracy is None:
        return "There was no validation split to measure it on."
    side = side_of_good(accuracy)
    return f"Validation accuracy {accuracy:.3f}, {side} the threshold {GOOD_ACCURACY}."


def _progress_words(training: "Training") -> str:
    """Say how far a training is, in one line."""
    metrics = training.metrics
    if training.status != "running" or metrics.get("stage") != "training":
        return f"{training.status}, {metrics['stage']}" if "stage" in metrics else training.status
    epochs = training.options["epochs"]
    said = [f"epoch {metrics.get('epoch', 1)} of {epochs}", f"step {metrics.get('step', 0):,}"]
    for name in ("loss", "accuracy"):
        if metrics.get(name) is not None:
            said.append(f"{name} {metrics[name]:.3f}")
    if metrics.get("images_per_second"):
        said.append(f"{metrics['images_per_second']:,.1f} pictures/s")
    return ", ".join(said)


def follow_training(find: "Callable[[], Training]") -> None:
    """Show on stderr how a training goes until it has ended: a line that moves on a terminal,
    else a line at each change, every ten seconds at the most."""
    is_terminal = sys.stderr.isatty()
    said, said_at = "", -_LINE_SECONDS
    while (training := find()).status not in _ENDED:
        words = printable(_progress_words(training))
        if is_terminal:
            click.echo(f"\r\033[K{words}", err=True, nl=False)
        elif words != said and time.monotonic() - said_at >= _LINE_SECONDS:
            click.echo(words, err=True)
            said, said_at = words, time.monotonic()
        time.sleep(_PAUSE_SECONDS)
    if is_terminal:
        click.echo("\r\033[K", err=True, nl=False)
