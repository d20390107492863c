"""Jobs: who takes them, what runs, what failed and why."""

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.pages.ops.ids import Ids
from dashboard.pages.ops.wording import (
    STAGES,
    outcome_of,
    rate_text,
    seconds_text,
    share_of,
    title_of,
    took,
)
from dashboard.parts import (
    count_text,
    empty,
    icon,
    link_button,
    section,
    stat,
    state_badge,
    time_text,
)
from dashboard.tables import line, moment, table
from hub.catalogue.jobs import Job
from hub.catalogue.leases import Lease
from hub.rules.jobs import ARGUMENTS
from hub.services.operations import Overview

MOST = 30


def jobs_tab(overview: Overview, *, before: int | None) -> list[Component]:
    """Return what ops see first: the hub now, and what they can ask of it."""
    return [
        dcc.Interval(id=Ids.TICK, interval=3000, disabled=not overview.is_busy),
        dcc.Store(id=Ids.BEFORE, data=before),
        dcc.Store(id=Ids.ASKED),
        _ask_buttons(),
        _confirm(),
        html.Div(now(overview), id=Ids.NOW),
    ]


def now(overview: Overview) -> list[Component]:
    """Return the part that is drawn anew while something runs."""
    return [
        _watcher(overview),
        dmc.SimpleGrid(_stats(overview), cols={"base": 1, "xs": 2, "md": 4}, mt="md"),
        section("Jobs", _job_table(overview.jobs), _older(overview.jobs)),
    ]


def _ask_buttons() -> Component:
    whole = [_ask_button(command) for command in ("run", "verify", "compact", "vacuum")]
    stages = dmc.Group([_ask_button(command) for command in STAGES], gap="xs", mt="xs")
    return dmc.Stack(
        [
            dmc.Group(whole, gap="xs"),
            html.Details([html.Summary("One stage alone"), stages]),
        ],
        gap="xs",
        mb="md",
    )


def _ask_button(command: str) -> Component:
    quiet = {} if command == "run" else {"variant": "default"}
    return dmc.Button(command.capitalize(), id={"type": Ids.ASK, "index": command}, **quiet)


def _confirm() -> Component:
    return dmc.Modal(
        dmc.Stack(
            [
                dmc.Text(id=Ids.QUESTION),
                dmc.Group(
                    [
                        dmc.Button("Not now", id=Ids.NO, variant="default"),
                        dmc.Button("Ask for it", id=Ids.YES),
                    ],
                    justify="flex-end",
                ),
            ]
        ),
        id=Ids.CONFIRM,
        title="Ask for a job",
        opened=False,
        closeButtonProps={"aria-label": "Close"},
    )


def _watcher(overview: Overview) -> Component:
    if overview.watcher:
        since = time_text(overview.watcher.since)
        return dmc.Text(f"What is asked for is taken by {_plain(overview.watcher)}, since {since}.")
    return dmc.Alert(
        ["What is asked for waits until somebody runs ", dmc.Code("hub job watch"), "."],
        title="Nobody takes requests",
        color="orange",
        icon=icon("warning"),
        className="ops-alert",
    )


def _plain(lease: Lease) -> str:
    return lease.holder.replace("`", "")


def _receipts(count: int) -> str:
    return "in 1 receipt" if count == 1 else f"in {count:,} receipts"


def _stats(overview: Overview) -> list[Component]:
    waiting, writer, verdict = overview.waiting, overview.writer, overview.verdict
    checked = "never"
    if verdict and verdict.result:
        checked = "OK" if verdict.result.get("ok") else "NOT OK"
    when = time_text(verdict.ended_at) if verdict and verdict.ended_at else "ask for it above"
    return [
        stat("Waiting files", count_text(waiting.files), note=_receipts(waiting.receipts)),
        stat(
            "Lake",
            "being written" if writer else "free",
            note=f"{_plain(writer)}, since {time_text(writer.since)}"
            if writer
            else "no job holds it",
        ),
        stat("Last verify", checked, note=when),
        stat(
            "Failed jobs",
            str(sum(job.status == "failed" for job in overview.jobs)),
            note=f"of the {len(overview.jobs)} shown",
        ),
    ]


def _job_table(jobs: list[Job]) -> Component:
    if not jobs:
        return empty("No job was run yet. Ask for a run once files were submitted.")
    head = ("Job", "State", "Asked by", "When", "Took", "What it says", "")
    rows = [
        (
            _named(job),
            state_badge(job.status),
            job.requested_by,
            moment(job.started_at or job.requested_at),
            line(took(job)),
            _says(job),
            _action(job),
        )
        for job in jobs
    ]
    return table("Jobs", head, rows)


def _named(job: Job) -> Component:
    lines: list[Component] = [dmc.Text(f"#{job.job_id} {title_of(job)}", size="sm", fw=600)]
    if job.retry_of_id:
        lines.append(dmc.Text(f"again, after #{job.retry_of_id}", size="xs", c="dimmed"))
    return dmc.Stack(lines, gap=0)


def _says(job: Job) -> Component:
    if job.status == "failed":
        return _failure(job)
    if job.status == "succeeded":
        stages = (job.result or {}).get("stages")
        return dmc.Stack(
            [dmc.Text(outcome_of(job), size="sm"), *([_stages(stages)] if stages else [])], gap=4
        )
    share = share_of(job.progress)
    bar = [
        dmc.Progress(value=share, animated=True, **{"aria-label": f"Progress of job {job.job_id}"})
    ]
    words = job.progress or {"queued": "waits for its turn", "running": "begins"}.get(
        job.status, ""
    )
    return dmc.Stack(
        [dmc.Text(words, size="sm"), *(bar if share is not None and job.ended_at is None else [])],
        gap=4,
        className="ops-says",
    )


def _failure(job: Job) -> Component:
    found: list[Any] = (job.result or {}).get("differences") or []
    lines = [dmc.Text(job.error or "", size="sm", className="ops-says")]
    if found:
        shown = [html.Li(f"{one['kind']}: {one['message']}") for one in found]
        lines.append(html.Details([html.Summary("The first differences"), html.Ul(shown)]))
    elif job.progress:
        lines.append(dmc.Text(f"It said last: {job.progress}", size="xs", c="dimmed"))
    return dmc.Stack(lines, gap=2)


def _stages(stages: list[dict[str, Any]]) -> Component:
    rows = [
        (
            str(one["batch_no"]),
            one["stage"],
            seconds_text(one["seconds"]),
            f"{one['rows_in']:,}",
            rate_text(one["rows_in"], one["seconds"]),
        )
        for one in stages
    ]
    head = ("Batch", "Stage", "Took", "Rows", "Rows a second")
    return html.Details([html.Summary("Its stages"), table("Stages", head, rows)])


def _action(job: Job) -> Component:
    if job.status == "failed" and job.command in ARGUMENTS:
        return _job_button("Retry", Ids.RETRY, job)
    if job.status == "queued":
        return _job_button("Cancel", Ids.CANCEL, job)
    return html.Span()


def _job_button(text: str, kind: str, job: Job) -> Component:
    return dmc.Button(
        text,
        id={"type": kind, "index": job.job_id},
        variant="default",
        size="compact-sm",
        **{"aria-label": f"{text} job {job.job_id}"},
    )


def _older(jobs: list[Job]) -> Component | None:
    if len(jobs) < MOST:
        return None
    return link_button("Older jobs", f"/ops?before={jobs[-1].job_id}", is_quiet=True)
