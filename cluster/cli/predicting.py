"""`hub model predict`: what a model says of picture files, or of all pictures of a lock."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cluster.cli.context import Hub, pass_hub
from cluster.cli.output import counted, follow, json_option, print_json, print_table

if TYPE_CHECKING:
    from hub.catalogue.models import Model
    from jobs.train.predicting_files import FilePrediction


@click.command(short_help="Say what a model sees in pictures.")
@click.argument("model_id", metavar="ID")
@click.argument("images", metavar="[IMAGE]...", nargs=-1)
@click.option("--lock", metavar="F", help="Predict all pictures of this lock instead, on Spark.")
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the predictions of a lock go.",
)
@json_option
@pass_hub
def predict(
    hub: Hub,
    model_id: str,
    images: tuple[str, ...],
    *,
    lock: str | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Say what model ID sees in each IMAGE, or in all pictures of the lock F.

    Of an IMAGE that cannot be decoded it says so, and goes on; the command fails if that holds for
    all of them. F is a lock file, or a subset's name or root. DIR is new, empty, or what the same
    prediction left: killed, it goes on when run again.
    """
    if bool(images) == bool(lock) or bool(lock) != bool(out):
        raise click.UsageError("Give the IMAGEs, or --lock F with --out DIR.")
    from hub.services import models

    with hub.open_db() as db:
        model = models.find_model(db, model_id)
    if lock and out:
        _print_summary(_predict_lock(hub, model, lock=lock, out=out), out, as_json=as_json)
        return
    found = _predict_files(hub, model, images)
    _print(found, as_json=as_json)
    if all(one.error for one in found):
        raise click.exceptions.Exit(1)


def _predict_files(hub: Hub, model: "Model", images: tuple[str, ...]) -> "list[FilePrediction]":
    from hub.limits import bounds_of
    from hub.redecoding import redecode
    from hub.services.model_files import cached_file
    from jobs.train.predicting_files import predict_files
    from jobs.train.predictor import Predictor

    settings = hub.settings
    with (
        Predictor(str(settings.train_python), cached_file(settings, model)) as predictor,
        redecode(bounds_of(settings)) as redecoder,
    ):
        return [
            *predict_files(
                predictor,
                images,
                classes=model.classes,
                redecoder=redecoder,
                most_bytes=settings.max_file_bytes,
            )
        ]


def _predict_lock(hub: Hub, model: "Model", *, lock: str, out: Path) -> dict[str, Any]:
    from cluster.cli.locks import find_lock
    from hub.services.sources import open_source
    from jobs.train.predicting import predict_lock

    return predict_lock(
        open_source(hub.settings, find_lock(hub, lock)),
        out,
        model=model,
        open_db=hub.open_db,
        settings=hub.settings,
        track=follow,
    )


def _print(found: "list[FilePrediction]", *, as_json: bool) -> None:
    if as_json:
        print_json([_document(one) for one in found])
        return
    rows = [
        (one.path, one.error or one.label, f"{one.probability:.4f}" if one.probability else None)
        for one in found
    ]
    print_table(("picture", "label", "probability"), rows)


def _document(one: "FilePrediction") -> dict[str, Any]:
    if one.error:
        return {"path": one.path, "error": one.error}
    return {
        "path": one.path,
        "label": one.label,
        "probability": one.probability,
        "scores": one.scores,
    }


def _print_summary(summary: dict[str, Any], out: Path, *, as_json: bool) -> None:
    if as_json:
        print_json({**summary, "folder": str(out)})
        return
    print_table(("label", "pictures"), summary["per_label"].items())
    shares = ", ".join(f"{split} {share:.4f}" for split, share in summary["accuracy"].items())
    failed = f"; {counted(summary['failed'], 'picture')} without, see there" * bool(
        summary["failed"]
    )
    click.echo(f"{counted(summary['images'], 'picture')} in {out}/predictions.csv{failed}")
    if shares:
        click.echo(f"Predicted as labelled: {shares}")
