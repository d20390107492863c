"""Counts and pages of labels at 1.74 million pictures, beside plain statements over the rows.

    BENCH_CATALOGUE=1740000 BENCH_CALLS=200 python -m benchmarks.facets

The rows are drawn into a Postgres of its own. Each question is asked of the hub as its services are
called, and a few times of Postgres itself; the answers must be equal.
"""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import Any

from benchmarks import facet_peers as peers
from benchmarks.knobs import count, say
from benchmarks.machine import describe_machine, list_versions
from benchmarks.page import write_table
from benchmarks.processes import BenchError
from benchmarks.report import write_result
from cluster import postgres
from hub.catalogue import counts, labels
from hub.db import Connection, connect
from hub.migrations import migrate
from hub.rules.recipes import make_recipe
from hub.services import picks
from hub.services.counting import recount
from hub.services.facets import list_counts, list_largest
from hub.services.fast_counts import list_newest
from hub.services.labels import seed_labels

_HERE = Path(__file__).parent
_RESULT = _HERE / "results" / "facets.json"
_QUICK_RESULT = _HERE / "results" / "facets-quick.json"
_ROWS = _HERE / "facet_rows.sql"
_MIGRATIONS = _HERE.parent / "sql" / "migrations"
_BITMAPS = "0004"
_PICTURES, _CALLS, _PEER_CALLS = 1_740_000, 200, 3
_COMMON = 50
"""Labels are drawn among so many of the commonest, whose bitmaps are the fullest."""


@dataclass(frozen=True)
class Question:
    """One thing to ask: of how many labels, how the hub answers, how a statement does."""

    about: str
    labels: int
    ask: Callable[[Connection, list[str]], Any]
    peer: str
    answer: Callable[[list[tuple[Any, ...]]], Any]
    """Makes what the hub says of the statement's rows."""


def _counted(
    db: Connection, names: list[str], *, key: str, is_wide: bool = False
) -> tuple[int, int]:
    found = picks.count(
        db, make_recipe({key: names, "with_descendants": is_wide}), least_suppliers=3
    )
    return found.images, found.bytes


def _first(rows: list[tuple[Any, ...]]) -> tuple[int, ...]:
    return tuple(int(value or 0) for value in rows[0][:2])


QUESTIONS = {
    "all_counts": Question(
        "counts of all labels",
        0,
        lambda db, _: {one.name: one.rollup for one in list_counts(db, evidence="supplier")},
        peers.ALL_COUNTS,
        dict,
    ),
    "labels_page": Question(
        "page of 24 labels by count",
        0,
        lambda db, _: [one.rollup for one in list_largest(db, evidence="supplier")],
        peers.LABELS_BY_COUNT,
        lambda rows: [pictures for _, pictures in rows],
    ),
    "pictures_page": Question(
        "page of 24 newest pictures of a label",
        1,
        lambda db, names: [
            one.image_no for one in list_newest(db, names[0], with_descendants=False)
        ],
        peers.NEWEST_PICTURES,
        lambda rows: [image_no for (image_no,) in rows],
    ),
    "any_of_3": Question(
        "any of 3, and their bytes", 3, partial(_counted, key="labels"), peers.ANY_OF, _first
    ),
    "all_of_2": Question(
        "all of 2, and their bytes", 2, partial(_counted, key="all_of"), peers.ALL_OF, _first
    ),
    "descendants": Question(
        "a label with descendants, and their bytes",
        1,
        partial(_counted, key="labels", is_wide=True),
        peers.WITH_DESCENDANTS,
        _first,
    ),
}


def measure(pictures: int, *, calls: int) -> dict[str, Any]:
    """Draw the catalogue, ask every question and return the result.

    Raises BenchError unless the hub's answers are those of the plain statements.
    """
    # Under /tmp: the account that root's server runs under cannot reach every folder.
    home = Path(tempfile.mkdtemp(prefix="hub-bench-facets-"))
    home.chmod(0o711)
    postgres.create(home, fsync=False)
    postgres.start(home, fsync=False)
    try:
        url = postgres.database_url(home)
        filled = fill(url, pictures)
        with connect(url) as db:
            asked = {name: _ask(db, name, calls=calls) for name in QUESTIONS}
    finally:
        postgres.stop(home)
        shutil.rmtree(home)
    return {
        "benchmark": "facets",
        "measured_on": datetime.now(UTC).date().isoformat(),
        "machine": describe_machine(),
        "versions": list_versions(),
        "pictures": pictures,
        **filled,
        "calls": calls,
        "peer_calls": _PEER_CALLS,
        "questions": asked,
    }


def fill(url: str, pictures: int) -> dict[str, Any]:
    """Draw the rows, then let the migration make the bitmaps of them, and check these."""
    say(f"drawing {pictures:,} pictures")
    with tempfile.TemporaryDirectory() as before:
        for path in sorted(_MIGRATIONS.glob("*.sql")):
            if path.name < _BITMAPS:
                shutil.copy(path, before)
        migrate(url, folder=Path(before))
    with connect(url) as db:
        seed_labels(db)
        with db.cursor() as cursor:
            cursor.execute(_ROWS.read_text(encoding="utf-8"), {"pictures": pictures})
            # Else the counts below are planned as for empty tables, and take an hour.
            cursor.execute("ANALYZE")
        _count_labels(db)
    say("making the bitmaps")
    migrating = _seconds(lambda: migrate(url))
    with connect(url) as db, db.cursor() as cursor:
        cursor.execute("ANALYZE")
        say("comparing counts and bitmaps with the rows")
        differences: list[Any] = []
        comparing = _seconds(lambda: differences.extend(recount(db)))
        cursor.execute(
            "SELECT count(*), pg_total_relation_size('bitmap'), current_setting('server_version')"
            " FROM label_claim"
        )
        [(claims, size_bytes, version)] = cursor.fetchall()
    if differences:
        raise BenchError(f"the catalogue differs from a recount: {differences[0].message}")
    return {
        "claims": claims,
        "bitmaps_bytes": size_bytes,
        "postgres": version,
        "making_seconds": migrating,
        "comparing_seconds": comparing,
    }


def _count_labels(db: Connection) -> None:
    names = {known.label_id for known in labels.list_names(db)}
    found = counts.list_contributions(db, image_ids=(), label_ids=names)
    counts.add_counts(db, changes=found)


def _ask(db: Connection, name: str, *, calls: int) -> dict[str, Any]:
    question, random = QUESTIONS[name], Random(name)
    common = [one.name for one in list_largest_own(db)]
    took: list[float] = []
    beside: list[float] = []
    for number in range(calls):
        names = random.sample(common, question.labels)
        answers: list[Any] = []
        took.append(_seconds(lambda: answers.append(question.ask(db, names))))  # noqa: B023
        if number < _PEER_CALLS:
            rows, seconds = _run_peer(db, question, names)
            beside.append(seconds)
            if question.answer(rows) != answers[0]:
                raise BenchError(f"{question.about} of {names}: {answers[0]}, not {rows[:1]}")
    told = {
        "p50_ms": 1000 * median(took),
        "p95_ms": 1000 * quantiles(took, n=20)[-1],
        "peer_p50_ms": 1000 * median(beside),
    }
    say(f"{question.about}: " + ", ".join(f"{key} {value:.2f}" for key, value in told.items()))
    return told


def list_largest_own(db: Connection) -> list[Any]:
    """Return the commonest labels by their own claims."""
    found = list_counts(db, evidence="supplier")
    return sorted(found, key=lambda one: (-one.own, one.name))[:_COMMON]


def _run_peer(
    db: Connection, question: Question, names: list[str]
) -> tuple[list[tuple[Any, ...]], float]:
    ids = {known.name: known.label_id for known in labels.list_names(db)}
    with db.cursor() as cursor:
        begun = time.perf_counter()
        cursor.execute(question.peer, {"label_ids": [ids[name] for name in names]})
        rows = cursor.fetchall()
        return rows, time.perf_counter() - begun


def _seconds(run: Callable[[], object]) -> float:
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


def lay_out(result: Mapping[str, Any]) -> str:
    """Return the result as Markdown: a line a question."""
    machine = result["machine"]
    return "\n".join(
        [
            f"{result['pictures']:,} pictures, {result['claims']:,} claims on 602 labels by Zipf's"
            f" law; {result['calls']} calls of each, {result['peer_calls']} of each statement;"
            f" {result['measured_on']}; Postgres {result['postgres']};"
            f" {machine['processor']}, {machine['cores']} cores.",
            "",
            "| | p50, ms | p95, ms | plain statement, ms | times |",
            "|---|---|---|---|---|",
            *(
                f"| {QUESTIONS[name].about} | {told['p50_ms']:.1f} | **{told['p95_ms']:.1f}**"
                f" | {told['peer_p50_ms']:,.0f} | {told['peer_p50_ms'] / told['p50_ms']:,.0f} |"
                for name, told in result["questions"].items()
            ),
            "",
            f"The bitmaps take {result['bitmaps_bytes'] / 1e6:.0f} MB, were made in"
            f" {result['making_seconds']:.0f} s, and compared with the rows, with the counts, in"
            f" {result['comparing_seconds']:.0f} s.",
        ]
    )


def main() -> None:
    """Measure, then write results/facets.json, or facets-quick.json of a run that is not whole."""
    try:
        pictures = count(os.environ, "BENCH_CATALOGUE", default=_PICTURES)
        calls = count(os.environ, "BENCH_CALLS", default=_CALLS)
        result = measure(pictures, calls=calls)
    except BenchError as error:
        sys.exit(f"bench: {error}")
    is_whole = pictures >= _PICTURES and calls >= _CALLS
    write_result(_RESULT if is_whole else _QUICK_RESULT, result)
    if is_whole:
        write_table("facets", lay_out(result))
    print(lay_out(result))


if __name__ == "__main__":
    main()
