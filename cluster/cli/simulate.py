"""`hub simulate`: draw a seeded crowd's pictures and submit them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cluster.cli.context import Hub, pass_hub
from cluster.cli.output import counted, json_option, print_json, progress

if TYPE_CHECKING:
    from cluster.simulation.truth import Truth

_SHARE = click.FloatRange(0, 0.4)


def _size(_: click.Context, __: click.Parameter, text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    match = re.fullmatch(r"(\d{2,4})x(\d{2,4})", text)
    size = (int(match[1]), int(match[2])) if match else (0, 0)
    if min(size) < 64:
        raise click.BadParameter(f"'{text}' is not a size such as 1024x768, of at least 64 pixels")
    return size


@click.command()
@click.option("--images", type=click.IntRange(1), required=True, help="How many files in all.")
@click.option("--labels", type=click.IntRange(1), default=12, show_default=True, help="How many.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option("--size", callback=_size, metavar="WxH", help="Of every picture; else about 576x432.")
@click.option("--byte-duplicates", type=_SHARE, default=0.03, show_default=True, help="Share.")
@click.option("--pixel-duplicates", type=_SHARE, default=0.02, show_default=True, help="Share.")
@click.option("--mislabels", type=_SHARE, default=0.02, show_default=True, help="Share.")
@click.option("--broken", type=_SHARE, default=0.02, show_default=True, help="Share.")
@click.option("--processes", type=click.IntRange(1), help="That draw.  [default: one a core]")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR")
@click.option("--no-submit", is_flag=True, help="Only draw.")
@json_option
@pass_hub
@click.pass_context
def simulate(
    context: click.Context,
    hub: Hub,
    /,
    images: int,
    labels: int,
    seed: int,
    size: tuple[int, int] | None,
    processes: int | None,
    out: Path | None,
    no_submit: bool,
    as_json: bool,
    **shares: float,
) -> None:
    """Draw pictures as a crowd would submit them, and submit them.

    The same options give the same bytes. The folder (--out, or one under HUB_HOME) holds the
    pictures, submit.csv and truth.csv, which says what each file shows and what should become of
    it. Run again, it draws nothing that is there, and the hub says that it has every file already.
    """
    from cluster.cli.submit import submit
    from cluster.simulation.crowd import Habits
    from cluster.simulation.simulating import first_labels, simulate

    try:
        if not no_submit:
            _check_hub(hub, first_labels(labels))
        truth = simulate(
            out or _folder(hub, images, labels, seed, size),
            images=images,
            labels=first_labels(labels),
            seed=seed,
            size=size,
            habits=Habits(**shares),
            processes=processes,
            progress=lambda done, total: progress(done, "drawing", total=total),
        )
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    if not (no_submit and as_json):
        _say(truth, as_json)
    if not no_submit:
        context.invoke(submit, csv_path=str(truth.submit_csv), as_json=as_json)
    elif as_json:
        _print_truth(truth)


def _check_hub(hub: Hub, labels: Sequence[str]) -> None:
    """Raise what submitting would raise, before anything is drawn for it."""
    from hub.services.labels import find_label

    with hub.open_db() as db:
        for label in labels:
            find_label(db, label)


def _folder(hub: Hub, images: int, labels: int, seed: int, size: tuple[int, int] | None) -> Path:
    name = f"{seed}-{images}-{labels}" + (f"-{size[0]}x{size[1]}" if size else "")
    return hub.settings.home / "simulated" / name


def _say(truth: Truth, as_json: bool) -> None:
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in truth.count("kind").items())
    click.echo(f"{counted(len(truth.rows), 'file')} in {truth.folder}: {kinds}.", err=as_json)
    click.echo(f"What should become of them: {truth.truth_csv}", err=as_json)


def _print_truth(truth: Truth) -> None:

    print_json(
        {
            "folder": str(truth.folder),
            "submit_csv": str(truth.submit_csv),
            "truth_csv": str(truth.truth_csv),
            "files": len(truth.rows),
            "kinds": truth.count("kind"),
            "expected": truth.count("expected_outcome"),
        }
    )
