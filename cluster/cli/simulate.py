"""`hub simulate`: draw a seeded crowd's pictures and submit them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cluster.cli.context import Hub, pass_hub
from cluster.cli.output import counted, json_option, print_json, progress

if TYPE_CHECKING:
    from cluster.simulation.truth import Truth

_SHARE = click.FloatRange(0, 0.4)
# As of `Habits`, which a test compares: loading it here would load numpy for `hub --help`.
_SHARES = (
    ("--byte-duplicates", 0.03, "Share of files that are another one's bytes."),
    ("--pixel-duplicates", 0.02, "The same pixels with other metadata."),
    ("--near-duplicates", 0.04, "Resized, saved anew, brightened, cropped, framed, marked."),
    ("--related", 0.02, "Mirrored, turned, or cropped to a part."),
    ("--lookalikes", 0.01, "Another picture of the same scene: no duplicate."),
    ("--bursts", 0.04, "Shots of a burst after its first."),
    ("--mislabels", 0.02, "Good pictures under a wrong label."),
    ("--broken", 0.03, "Cut off, empty, bombs, other formats: to be refused."),
    ("--odd", 0.02, "Wrong extension, hidden places, appended archives: to be published."),
)


def _size(_: click.Context, __: click.Parameter, text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    match = re.fullmatch(r"(\d{2,4})x(\d{2,4})", text)
    size = (int(match[1]), int(match[2])) if match else (0, 0)
    if min(size) < 64:
        raise click.BadParameter(f"'{text}' is not a size such as 1024x768, of at least 64 pixels")
    return size


def _shares(command: Callable[..., None]) -> Callable[..., None]:
    """Give the command one option for each of the crowd's habits."""
    for name, share, what in reversed(_SHARES):
        option = click.option(
            name, type=_SHARE, default=share, show_default=True, metavar="SHARE", help=what
        )
        command = option(command)
    return command


@click.command()
@click.option("--images", type=click.IntRange(1), required=True, help="How many files in all.")
@click.option(
    "--labels", type=click.IntRange(1), default=12, show_default=True, help="How many labels."
)
@click.option(
    "--seed", type=click.IntRange(0), default=1, show_default=True, help="Other pictures."
)
@click.option("--size", callback=_size, metavar="WxH", help="Of every picture; else about 576x432.")
@_shares
@click.option("--processes", type=click.IntRange(1), help="That draw.  [default: one a core]")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="The folder.  [default: in simulated/ of the hub's home]",
)
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
    from cluster.simulation.habits import Habits
    from cluster.simulation.simulating import first_labels, simulate

    try:
        if not no_submit:
            _check_hub(hub, first_labels(labels))
        truth = simulate(
            out or _folder(hub, images, labels, seed, size, shares),
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


def _folder(
    hub: Hub,
    images: int,
    labels: int,
    seed: int,
    size: tuple[int, int] | None,
    shares: Mapping[str, float],
) -> Path:
    name = f"{seed}-{images}-{labels}" + (f"-{size[0]}x{size[1]}" if size else "")
    for option, usual, _ in _SHARES:
        share = shares[option.removeprefix("--").replace("-", "_")]
        name += f"{option[1:]}-{share:g}" if share != usual else ""
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
            "suppliers": truth.count("supplier"),
            "kinds": truth.count("kind"),
            "expected": truth.count("expected"),
        }
    )
