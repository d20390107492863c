"""`hub submit --check`: what would become of files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cluster.cli.output import counted, print_json, print_table, progress

if TYPE_CHECKING:
    from cluster.cli.context import Hub
    from hub.rules.submissions import Defaults
    from hub.services.foresight import FilePreview
    from hub.services.previews import Preview

_SHOWN = 40
_WORDS = {
    "published": "would be published",
    "duplicate": "duplicate",
    "rejected": "would be rejected",
    "pending": "only a job can tell",
    "already": "submitted before",
    "refused": "would not be received",
}
_FIRST = ("refused", "rejected", "pending", "duplicate", "published", "already")


def show_preview(
    hub: Hub,
    paths: Sequence[str],
    *,
    csv_path: str | None,
    labels: Sequence[str],
    defaults: Defaults,
    as_json: bool,
) -> None:
    """Check files, or those that a CSV lists, and print what would become of each."""
    from hub.services.previews import preview_csv, preview_paths

    def track(once: Sequence[str]) -> Iterator[str]:
        return progress(once, "checking")

    settings = hub.settings
    with hub.open_db() as db:
        if csv_path:
            preview = preview_csv(db, settings, csv_path, defaults=defaults, track=track)
        else:
            preview = preview_paths(
                db, settings, paths, labels=labels, defaults=defaults, track=track
            )
    if as_json:
        print_json(asdict(preview))
    else:
        _print_preview(preview)


def _print_preview(preview: Preview) -> None:
    click.echo(f"{counted(preview.checked, 'file')} checked, none submitted.")
    counts = [(_WORDS[name], count) for name, count in preview.outcomes.items() if count]
    print_table(("outcome", "files"), counts)
    alike = defaultdict(list)
    for file in preview.files:
        alike[file.outcome, _kind(file), _why(file)].append(file.path)
    if fine := len(alike.pop(("published", "", ""), [])):
        is_or_are = "is" if fine == 1 else "are"
        click.echo(
            f"{counted(fine, 'file')} {is_or_are} fine, and not named here; --json names all."
        )
    if not alike:
        return
    # What is said in the same words of many files is one line; what asks for something goes first.
    told = sorted(alike.items(), key=lambda one: (_FIRST.index(one[0][0]), -len(one[1])))
    click.echo()
    print_table(
        ("files", "outcome", "why, and what to do", "the first"),
        [
            (len(paths), f"{outcome} ({kind})" if kind else outcome, why, paths[0])
            for (outcome, kind, why), paths in told[:_SHOWN]
        ],
    )
    if len(told) > _SHOWN:
        files = sum(len(paths) for _, paths in told[_SHOWN:])
        click.echo(f"... and {counted(files, 'file')} more; --json lists them all.")


def _kind(file: FilePreview) -> str:
    return file.reason or file.relation or ""


def _why(file: FilePreview) -> str:
    """Say what a supplier would ask; nothing of a file that is simply good."""
    from hub.services.submission_reports import ISSUES

    if file.outcome == "duplicate":
        return f"the same picture as {file.duplicate_of_path}: {file.why}"
    if file.outcome == "already":
        return "as `hub submission list` shows"
    if file.message:
        return file.message
    resembled = [
        f"{one.relation}: like {one.related_path or one.related_to[:12]}" for one in file.related
    ]
    return ", ".join([*map(ISSUES.__getitem__, file.issues), *resembled])
