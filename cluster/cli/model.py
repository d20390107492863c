"""`hub model ...`: the models that were trained, where they come from, their files."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cluster.cli.context import Hub, pass_hub
from cluster.cli.output import counted, json_option, print_json, print_table, printable
from cluster.cli.predicting import predict

if TYPE_CHECKING:
    from hub.catalogue.models import Model


@click.group()
def model() -> None:
    """List, show, download and use models."""


model.add_command(predict)


@model.command("list")
@click.option(
    "--limit",
    type=click.IntRange(1, 1_000_000),
    default=100,
    show_default=True,
    help="How many models, newest first.",
)
@json_option
@pass_hub
def list_(hub: Hub, limit: int, as_json: bool) -> None:
    """List the models, newest first."""
    from hub.services import models

    with hub.open_db() as db:
        found = models.list_models(db, most=limit)
    if as_json:
        print_json([_document(one) for one in found])
        return
    if not found:
        click.echo("No model was trained yet; `hub train request` asks for one.")
        return
    rows = [
        (one.model_id, one.name, one.training_id, _share(one), counted(one.size_bytes, "byte"))
        for one in found
    ]
    print_table(("id", "name", "training", "accuracy", "size"), rows)


@model.command(short_help="Show a model, how well it does and where it comes from.")
@click.argument("model_id", metavar="ID")
@json_option
@pass_hub
def show(hub: Hub, model_id: str, *, as_json: bool) -> None:
    """Show model ID: how well it does, and the training, lock and pictures it comes from."""
    from dataclasses import asdict

    from hub.services import lineage, models

    with hub.open_db() as db:
        found = models.find_model(db, model_id)
        came_from = lineage.of_model(db, found)
        report = models.find_report(db, model_id)
    document = {
        **_document(found),
        "metrics": dict(found.metrics),
        "options": dict(found.options),
        "confusion": found.confusion,
        "labels": report.get("labels", []),
        "note": report.get("note"),
        "lineage": asdict(came_from),
    }
    if as_json:
        print_json(document)
        return
    lines = {
        **{key: document[key] for key in ("id", "name", "note", "sha256")},
        "classes": ", ".join(found.classes),
        "training": came_from.training_id,
        "run folder": came_from.run_folder,
        "subset": came_from.subset,
        "lock root": came_from.root,
        "pictures": f"{came_from.images:,}",
    }
    width = max(map(len, lines))
    for key, value in lines.items():
        if value not in (None, ""):
            click.echo(f"{key:<{width}} {printable(str(value))}")
    if document["labels"]:
        rows = [
            (one["name"], *(_percent(one.get(key)) for key in ("precision", "recall", "f1")))
            for one in document["labels"]
        ]
        print_table(("label", "precision", "recall", "F1"), rows)


@model.command(short_help="Bring a model's files to a folder.")
@click.argument("model_id", metavar="ID")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@json_option
@pass_hub
def pull(hub: Hub, model_id: str, folder: Path, *, as_json: bool) -> None:
    """Bring the files of model ID to DIR: model, weights, classes, lock, report, model card.

    All of them are checked, or none is written. DIR must not be there yet, or be empty; if it
    holds just this model, nothing is done.
    """
    from hub.services import model_files

    with hub.open_db() as db:
        found = model_files.pull(db, hub.settings, model_id, folder)
    if as_json:
        print_json({**_document(found), "path": str(folder)})
    else:
        click.echo(f"{printable(found.name)} is in {folder}; report/MODEL_CARD.md describes it.")


def _document(one: "Model") -> dict[str, Any]:
    return {
        "id": one.model_id,
        "name": one.name,
        "training": one.training_id,
        "classes": one.classes,
        "val_accuracy": one.metrics.get("val_accuracy"),
        "size_bytes": one.size_bytes,
        "sha256": one.sha256,
        "weights_sha256": one.weights_sha256,
        "root": one.root,
        "trained_by": one.trained_by,
        "created_at": one.created_at,
    }


def _share(one: "Model") -> str:
    return _percent(one.metrics.get("val_accuracy"))


def _percent(share: object) -> str:
    return f"{100 * share:.1f}%" if isinstance(share, int | float) else "-"
