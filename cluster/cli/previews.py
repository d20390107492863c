"""`hub submit --check`: what would become of files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cluster.cli.output import counted, print_json, print_table, progress

if TYPE_CHECKING:
    from cluster.cli.context import Hub
    from hub.rules.submissions import Defaults
    from hub.services.previews import FilePreview, Preview

_SHOWN = 40
_WORDS = {
    "published": "would be published",
    "duplicate": "duplicate",
    "rejected": "would be rejected",
    "pending": "only a job can tell",
    "already": "submitted before",
    "refused": "would not be received",
}


def show_preview(
    hub: Hub, paths: Sequence[str], *, labels: Sequence[str], defaults: Defaults, as_json: bool
) -> None:
    """Check files and print what would become of each."""
    from hub.services.previews import preview_paths

    with hub.open_db() as db:
        preview = preview_paths(
            db,
            hub.settings,
            paths,
            labels=labels,
            defaults=defaults,
            track=lambda once: progress(once, "checking"),
        )
    if as_json:
        print_json(asdict(preview))
    else:
        _print_preview(preview)


def _print_preview(preview: Preview) -> None:
    click.echo(f"{counted(preview.checked, 'file')} checked, none submitted.")
    counts = [(_WORDS[name], count) for name, count in preview.outcomes.items() if count]
    print_table(("outcome", "files"), counts)
    told = [(file.path, _outcome(file), _why(file)) for file in preview.files if _why(file)]
    if told:
        click.echo()
        print_table(("file", "outcome", "why, and what to do"), told[:_SHOWN])
    if len(told) > _SHOWN:
        click.echo(f"... and {len(told) - _SHOWN:,} more; --json lists them all.")


def _outcome(file: FilePreview) -> str:
    kind = file.reason or file.relation
    return f"{file.outcome} ({kind})" if kind else file.outcome


def _why(file: FilePreview) -> str:
    """Say what a supplier would ask; nothing of a file that is simply good."""
    from hub.services.submission_reports import ISSUES

    if file.outcome == "duplicate":
        return f"the same picture as {file.repeats}: {file.why}"
    if file.outcome == "already":
        return f"in submission {file.submission}"
    if file.message:
        return file.message
    resembled = [f"{one.relation}: like {one.path or one.image_id[:12]}" for one in file.related]
    return ", ".join([*map(ISSUES.__getitem__, file.issues), *resembled])
