"""Pages while a hub takes in pictures: how much longer they take than without.

BENCH_CLIENTS=64 BENCH_SECONDS=120 python -m benchmarks.load_ingest
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.facets import list_largest_own
from benchmarks.knobs import count
from benchmarks.load import PAGES, hub_plan, load, plain_environ, serving_hub
from benchmarks.machine import describe_machine, list_versions
from benchmarks.page import write_table
from benchmarks.processes import BenchError
from benchmarks.report import write_result
from cluster import postgres
from hub.db import connect

_HERE = Path(__file__).parent
_RESULT = _HERE / "results" / "load_ingest.json"
_QUICK_RESULT = _HERE / "results" / "load_ingest-quick.json"
_CLIENTS, _SECONDS = 64, 120
_PUBLISHED, _INGESTED = 300, 1500
_COMMAND = (sys.executable, "-c", "from cluster.cli import main; main()")
_QUIET: Mapping[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def measure(*, clients: int, seconds: int) -> dict[str, Any]:
    """Ask for pages of a hub of drawn pictures: alone, and while it takes in more of them."""
    home = Path(tempfile.mkdtemp(prefix="hub-bench-ingest-"))
    home.chmod(0o711)
    try:
        _hub(home, "init")
        _draw(home, _PUBLISHED, seed=1)
        _hub(home, "job", "run")
        _draw(home, _INGESTED, seed=2)
        url = postgres.database_url(home)
        with connect(url) as db:
            names = [one.name for one in list_largest_own(db) if one.own]
        plan = {**hub_plan(url, names, clients=clients), "kinds": PAGES, "seconds": seconds}
        with serving_hub(home) as (port, process):
            alone = load(plan, port, process, name="hub of drawings, pages alone")
            with _ingesting(home):
                beside = load(plan, port, process, name="the same beside an ingest")
    finally:
        _hub(home, "down")
        shutil.rmtree(home)
    return {
        "benchmark": "load_ingest",
        "measured_on": datetime.now(UTC).date().isoformat(),
        "machine": describe_machine(),
        "versions": list_versions(),
        "clients": clients,
        "seconds": seconds,
        "alone": alone,
        "beside": beside,
    }


@contextmanager
def _ingesting(home: Path) -> Iterator[None]:
    """Publish what was submitted before, for as long as this lasts."""
    with subprocess.Popen([*_COMMAND, "job", "run"], env=_environ(home), **_QUIET) as ingest:
        try:
            yield
            if ingest.poll():
                raise BenchError(f"the ingest beside the load ended with {ingest.returncode}")
        finally:
            ingest.terminate()


def _draw(home: Path, images: int, *, seed: int) -> None:
    options = ("--images", str(images), "--seed", str(seed), "--out", str(home / f"drawn-{seed}"))
    _hub(home, "simulate", *options)


def _hub(home: Path, *words: str) -> None:
    subprocess.run([*_COMMAND, *words], env=_environ(home), check=True, **_QUIET)


def _environ(home: Path) -> dict[str, str]:
    return {**plain_environ(), "HUB_HOME": str(home)}


def lay_out(result: Mapping[str, Any]) -> str:
    """Return the result as a sentence."""
    alone, beside = result["alone"], result["beside"]
    before, after = (told["p99_ms"]["preview"] for told in (alone, beside))
    return (
        f"{result['clients']} clients ask for previews and pages of labels of a hub of"
        f" {_PUBLISHED} drawn pictures, while `hub job run` takes in {_INGESTED:,} more on the same"
        f" {result['machine']['cores']} cores: {beside['per_second']:.0f} requests/s instead of"
        f" {alone['per_second']:.0f}, p99 of a preview {after:,.0f} ms instead of {before:,.0f},"
        f" **{after / before:.2f} times**, {sum(beside['wrong'].values())} other answers;"
        f" {result['measured_on']}."
    )


def main() -> None:
    """Measure, then write results/load_ingest.json, or the quick one of a run that is not whole."""
    try:
        clients = count(os.environ, "BENCH_CLIENTS", default=_CLIENTS)
        seconds = count(os.environ, "BENCH_SECONDS", default=_SECONDS)
        result = measure(clients=clients, seconds=seconds)
    except BenchError as error:
        sys.exit(f"bench: {error}")
    is_whole = clients >= _CLIENTS and seconds >= _SECONDS
    write_result(_RESULT if is_whole else _QUICK_RESULT, result)
    if is_whole:
        write_table("load_ingest", lay_out(result))
    print(lay_out(result))


if __name__ == "__main__":
    main()
