"""`make demo`: the whole of the hub on this machine, by the commands that anyone would type.

It draws pictures, or takes those of PHOTOS, a folder with one folder a label; it can be run
again. It ends with the site running; HUB_HOME holds the hub, DEMO_SERVE=0 stops it at the end.
"""

import json
import os
import secrets
import shlex
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from cluster.cli.output import print_table
from hub.config import Settings
from hub.errors import HubError
from hub.rules.labels import fold_name

_IMAGES, _LABELS, _SEED = 600, 6, 1
_CLASSES, _RANKS = 4, 2
_TRAINING = (
    *("--arch", "vgg16_bn", "--side", "64", "--batch", "16", "--epochs", "8"),
    *("--minimum", "20"),
)
_USERS = {
    "sam": "supplier",
    "dana": "data_scientist",
    "petra": "premium",
    "lars": "labeller",
    "olga": "ops",
}


def main() -> None:
    """Run the demo; an error ends it with what went wrong and a non-zero code."""
    try:
        _demo(os.environ)
    except HubError as error:
        click.echo(f"demo: {error}", err=True)
        sys.exit(error.exit_code)


def _demo(environ: Mapping[str, str]) -> None:
    home = Settings.from_env(environ).home
    photos = _label_folders(Path(environ["PHOTOS"])) if environ.get("PHOTOS") else []
    serves = environ.get("DEMO_SERVE", "1").lower() not in ("0", "no", "false")
    try:
        _show_everything(home, photos)
    finally:
        if not serves:
            _hub("down", allowed=(0, 1))
    if serves:
        _open_site()


def _open_site() -> None:
    _step("The site, and a user for each role")
    users = [(name, role, _give_password(name, role)) for name, role in _USERS.items()]
    _hub("up", "--site")
    print_table(("name", "role", "password"), users)
    click.echo("\nSign in there as any of them. `.venv/bin/hub down` stops it all.")


def _give_password(name: str, role: str) -> str:
    """Return a new password of a user, who is made if there is none."""
    password = secrets.token_urlsafe(9)
    known = {one["name"] for one in _ask("user", "list")}
    words = ("password", name) if name in known else ("add", name, "--role", role)
    subprocess.run(
        [*_COMMAND, "user", *words, "--password-stdin"],
        check=True,
        input=password,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    return password


def _label_folders(photos: Path) -> list[Path]:
    if not photos.is_dir():
        raise HubError(f"There is no folder {photos}: set PHOTOS to one with one folder a label.")
    folders = sorted(path for path in photos.iterdir() if path.is_dir())
    if not folders:
        raise HubError(f"{photos} has no folders: set PHOTOS to one with one folder a label.")
    return folders


def _show_everything(home: Path, photos: list[Path]) -> None:
    _step("A hub on this machine: a Postgres of its own, the labels of Open Images")
    _hub("init")
    _submit_photos(photos) if photos else _submit_drawings(home)
    _step("The stages: check, find duplicates, split, publish, augment")
    _hub("job", "run")
    _show_files()
    _step("The same as a page to look at")
    _hub("job", "report")
    _step("Published pictures per label, and up the graph of labels")
    _hub("label", "list", "--min", "1")
    _step("Both stores recounted")
    _hub("verify")
    lock, pulled = _pull_subset(home / "demo")
    model = _train_model()
    _predict(model, pulled)
    _step("Where everything is")
    print_table(("what", "where"), _places(home, lock, pulled))


def _submit_drawings(home: Path) -> None:
    _step("A simulated crowd: drawn pictures, some repeated, mislabelled or broken")
    options = ("--images", str(_IMAGES), "--labels", str(_LABELS), "--seed", str(_SEED))
    _receive("simulate", *options, "--out", str(home / "demo" / "simulated"))


def _submit_photos(folders: list[Path]) -> None:
    _step(f"The photographs of {folders[0].parent}, one folder a label")
    labels = _ask("label", "list")
    known = {fold_name(name) for one in labels for name in (one["name"], *one["aliases"])}
    for folder in folders:
        if fold_name(folder.name) not in known:
            _hub("label", "add", folder.name)
    _receive("submit", *map(str, folders))


def _receive(*arguments: str) -> None:
    """Submit; run again, the hub has every file already and receives none."""
    if _hub(*arguments, allowed=(0, 1)):
        click.echo("If the demo is run again that is as it should be: no file is received twice.")


def _show_files() -> None:
    _step("What became of the files")
    ids = [str(one["id"]) for one in _ask("submission", "list")]
    if not ids:
        raise HubError("No file was received, so there is nothing to show; see the messages above.")
    shown = _ask("submission", "show", *ids)
    # One submission is a document, several are a list of them.
    reports = shown if isinstance(shown, list) else [shown]
    files = [file for one in reports for file in one["files"]]
    became = Counter((file["outcome"], file["reason"] or "") for file in files)
    print_table(("outcome", "reason", "files"), [(*key, n) for key, n in sorted(became.items())])
    _show_some("duplicate", "list", what="duplicates, which are not published again")
    _show_some("duplicate", "related", what="pairs of pictures that are alike, both published")


def _show_some(*command: str, what: str) -> None:
    """Show the newest of each relation: some are much more frequent than others."""
    found = _ask(*command)
    some = {one["relation"]: one for one in reversed(found)} if found else {}
    click.echo(f"\n{len(found)} {what}" + ("; the newest of each kind:" if found else "."))
    rows = [(Path(one["path"]).name, name, one["why"]) for name, one in sorted(some.items())]
    if rows:
        print_table(("file", "relation", "why"), rows)


def _pull_subset(folder: Path) -> tuple[Path, Path]:
    _step("A labelled subset, locked and downloaded")
    labels = _ask("label", "list")
    largest = max(labels, key=lambda label: (label["own"], label["name"]))
    fruit = next(label for label in labels if label["name"] == "Fruit")
    name = str(fruit["name"] if fruit["rollup"] else largest["name"])
    lock, pulled = folder / f"{name.lower()}.toml", folder / name.lower()
    lock.parent.mkdir(parents=True, exist_ok=True)
    picking = ("--label", name, "--with-descendants", "--out", str(lock))
    # Run again with more pictures, the lock of before is replaced.
    if _hub("subset", "create", f"demo {name}", *picking, allowed=(0, 1)):
        _hub("subset", "create", f"demo {name}", *picking, "--force")
    _hub("pull", str(lock), str(pulled))
    return lock, pulled


def _train_model() -> str:
    """Return the id of a model of the labels with most pictures; run again, of the same one."""
    _step(f"A training by {_RANKS} processes that share the pictures, on this machine")
    if made := _ask("model", "list"):
        click.echo("Run again, the demo keeps the model that it made.")
        return str(made[0]["id"])
    labels = sorted(_ask("label", "list"), key=lambda label: (-label["own"], label["name"]))
    names = [str(label["name"]) for label in labels[:_CLASSES]]
    of_labels = [word for name in names for word in ("--label", name)]
    _hub("train", "request", *of_labels, "--ranks", str(_RANKS), *_TRAINING)
    _hub("train", "run")
    _show_training(len(names))
    return str(_ask("model", "list")[0]["id"])


def _show_training(classes: int) -> None:
    newest = _ask("train", "list")[0]
    folder = Path(newest["run_folder"])
    click.echo(
        f"\nOf pictures that it never saw, the model names {newest['val_accuracy']:.0%} right;"
        f" by chance it would be {1 / classes:.0%}. Its curves: {folder / 'report' / 'curves.png'}"
    )


def _predict(model: str, pulled: Path) -> None:
    _step("What the model says of some pictures")
    pictures = sorted(pulled.rglob("*.jpg"))[:3]
    _hub("model", "predict", model, *map(str, pictures))


def _places(home: Path, lock: Path, pulled: Path) -> list[Sequence[object]]:
    return [
        ("the hub", home),
        ("its tables (Delta)", home / "lake"),
        ("its bytes as received", home / "objects"),
        ("the batch as a page", home / "reports"),
        ("its logs", home / "logs"),
        ("the subset's lock", lock),
        ("its pictures, labels.csv, attribution", pulled),
    ]


def _step(text: str) -> None:
    click.secho(f"\n== {text}", bold=True)


def _hub(*arguments: str, allowed: Sequence[int] = (0,)) -> int:
    """Show a command, run it, return its code. Raises HubError if that is not allowed."""
    click.secho(f"$ hub {shlex.join(arguments)}", dim=True)
    ended = subprocess.run([*_COMMAND, *arguments], check=False)
    if ended.returncode not in allowed:
        raise HubError(
            f"`hub {shlex.join(arguments)}` ended with {ended.returncode}; its message stands"
            " above. Mend that and run `make demo` again: it goes on where it stopped."
        )
    return ended.returncode


def _ask(*arguments: str) -> Any:
    """Run a command for its JSON."""
    asked = subprocess.run(
        [*_COMMAND, *arguments, "--json"], check=False, stdout=subprocess.PIPE, text=True
    )
    if asked.returncode:
        raise HubError(f"`hub {shlex.join(arguments)} --json` ended with {asked.returncode}.")
    return json.loads(asked.stdout)


_COMMAND = (str(Path(sys.executable).with_name("hub")),)


if __name__ == "__main__":
    main()
