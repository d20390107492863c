"""How jobs are put into words."""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from dashboard.parts import bytes_text
from hub.catalogue.jobs import Job
from hub.services.batches import counted

QUESTIONS = {
    "run": "Take what waits through every stage and publish it.",
    "validate": "Check and hash the files received.",
    "dedupe": "Find files whose picture the hub has.",
    "split": "Give kept pictures their group and split.",
    "publish": "Publish kept pictures with their bytes.",
    "augment": "Derive pictures of the train split.",
    "verify": "Recount both stores and name every difference. Nothing is changed.",
    "compact": "Make few large data files of many small ones. Readers are not disturbed; the lake"
    " takes more room until a vacuum.",
    "vacuum": "Remove files that the hub needs no more: landing files after their time, old"
    " versions of tables. What is removed cannot be brought back.",
}
"""Commands that ops ask for, each with what it does."""

STAGES = ("validate", "dedupe", "split", "publish", "augment")

_PROGRESS = re.compile(r"([\d,]+) of ([\d,]+)")


def title_of(job: Job) -> str:
    """Name a job with what it works on."""
    return " ".join([job.command, *(value[:12] for value in job.arguments.values())])


def share_of(progress: str) -> float | None:
    """Return how far a job is, from 0 to 100, where its line of progress tells."""
    found = _PROGRESS.search(progress)
    if found is None:
        return None
    done, total = (int(number.replace(",", "")) for number in found.groups())
    return min(100.0, 100 * done / total) if total else None


def took(job: Job, *, now: datetime | None = None) -> str:
    """Say for how long a job has run."""
    if job.started_at is None:
        return "-"
    until = job.ended_at or now or datetime.now(UTC)
    return seconds_text((until - job.started_at).total_seconds())


def seconds_text(seconds: float) -> str:
    """Return a duration as people read it: 12.3 s, 4 min 05 s, 2 h 10 min."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def rate_text(things: int, seconds: float) -> str:
    """Return how many a second; a stage without rows has no rate."""
    return f"{things / seconds:,.1f}" if things and seconds > 0 else "-"


def outcome_of(job: Job) -> str:
    """Say what a job that has succeeded brought forth."""
    return _OUTCOMES.get(job.command, _ran)(dict(job.result or {}))


_BECAME = {
    "duplicate_bytes": "repeated files",
    "duplicate_pixels": "repeated pictures",
    "duplicate_near": "near duplicates",
}


def became_text(rows_out: Mapping[str, int]) -> str:
    """Say in words what a stage's rows became, the most first."""
    named = {_BECAME.get(name, name.replace("_", " ")): count for name, count in rows_out.items()}
    return counted(named)


def _ran(result: dict[str, Any]) -> str:
    stages = result.get("stages") or []
    if not stages:
        return "Nothing was due."
    last = stages[-1]["stage"]
    told = [one for one in stages if one["stage"] == "publish"] or [
        one for one in stages if one["stage"] == last
    ]
    became = sum((Counter(one["rows_out"]) for one in told), Counter[str]())
    seconds = sum(one["seconds"] for one in stages)
    files = became.total()
    return f"{files:,} files, {rate_text(files, seconds)} a second: {became_text(became)}."


def _verified(result: dict[str, Any]) -> str:
    return f"Both stores say the same. Fingerprint {str(result.get('fingerprint', ''))[:12]}."


def _compacted(result: dict[str, Any]) -> str:
    compacted = result.get("compacted") or []
    tables = ", ".join(
        f"{one['table']}: {one['files_before']:,} files to {one['files_after']:,}"
        for one in compacted
    )
    return f"{tables}." if tables else "Nothing to compact."


def _vacuumed(result: dict[str, Any]) -> str:
    removed = result.get("removed") or []
    files, size = sum(one["files"] for one in removed), sum(one["bytes"] for one in removed)
    return f"{files:,} files removed, {bytes_text(size)}."


def _exported(result: dict[str, Any]) -> str:
    return f"{bytes_text(int(result.get('size_bytes', 0)))} to download."


_OUTCOMES = {
    "verify": _verified,
    "compact": _compacted,
    "vacuum": _vacuumed,
    "export": _exported,
}
